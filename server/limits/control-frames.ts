/**
 * Pings and pongs never reach a room, whose budget counts only messages; each ping is answered by
 * the library. Browsers send none, and others one in many seconds.
 */
import type { Timers } from "../lib/timers.ts";
import { cutOff, type FloodingSocket } from "./cut-off.ts";
import type { OnLimited } from "./limit-exceeded.ts";
import { FLOOD } from "./numbers.ts";
import { TokenBucket } from "./token-bucket.ts";

/** As `ws` has it. */
export interface PingedSocket extends FloodingSocket {
	on(event: "ping" | "pong", listener: () => void): unknown;
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
		cutOff(socket, timers.after);
	};
	socket.on("ping", count);
	socket.on("pong", count);
}
