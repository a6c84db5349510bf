/** The end of a connection that floods. */
import { FLOOD_CLOSE_CODE } from "./message-budget.ts";
import { FLOODER_GONE_MS } from "./numbers.ts";

/** As `ws` has it. */
export interface FloodingSocket {
	/** By which core hears that the socket is closed; there once somebody sits at it. */
	readonly onleave?: (code: number) => void;
	close(code: number): void;
	pause(): void;
	terminate(): void;
}

/**
 * Says so and reads no more: what the flooder goes on sending stays with its own machine, instead of
 * being parsed in search of an answer to the closing handshake. The room hears at once, and of the
 * code: a socket that is cut looks like one that dropped, which may come back without a seat.
 */
export function cutOff(socket: FloodingSocket, after: (ms: number, run: () => void) => void): void {
	socket.close(FLOOD_CLOSE_CODE);
	socket.pause();
	socket.onleave?.(FLOOD_CLOSE_CODE);
	after(FLOODER_GONE_MS, () => socket.terminate());
}
