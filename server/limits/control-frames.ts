/**
 * Pings and pongs never reach a room, whose budget counts only messages; each ping is answered by
 * the library. Browsers send none, and others one in many seconds.
 */
import type { Timers } from "../lib/timers.ts";
import type { OnLimited } from "./limit-exceeded.ts";
import { FLOOD_CLOSE_CODE } from "./message-budget.ts";
import { FLOOD, FLOODER_GONE_MS } from "./numbers.ts";
import { TokenBucket } from "./token-bucket.ts";

/** As `ws` has it. */
export interface PingedSocket {
	on(event: "ping" | "pong", listener: () => void): unknown;
	close(code: number): void;
	terminate(): void;
}

/** Closes the socket with 1008 once it floods. */
export function boundControlFrames(
	socket: PingedSocket,
	timers: Timers,
	onLimited: OnLimited,
): void {
	const frames = new TokenBucket(FLOOD, timers);
	let isLeaving = false;
	const count = (): void => {
		if (isLeaving || frames.take()) return;
		isLeaving = true;
		onLimited("flood");
		socket.close(FLOOD_CLOSE_CODE);
		// It need not answer the closing handshake, and is not waited for.
		timers.after(FLOODER_GONE_MS, () => socket.terminate());
	};
	socket.on("ping", count);
	socket.on("pong", count);
}
