/**
 * What all rooms of a process together may send to keep screens current. A frame costs about twenty
 * microseconds here and as much at its reader, and confirmations wait behind it: fifty busy rooms of
 * twenty people, each at its own pace, would spend more on patches than on the votes.
 */
import type { Timers } from "../lib/timers.ts";

/**
 * About a tenth of a core. Two hundred fifty people are shown every change of 50 ms before it matters.
 * With half as many the pictures of 500 polls all came at the end of their longest wait, in one go.
 */
export const FRAMES_PER_SECOND = 5_000;
/** How far ahead the rooms may be: changes after quiet go out at once. */
const AHEAD_MS = 200;
/** Nobody's picture is held back for longer, however many rooms there are. */
export const TURN_WITHIN_MS = 1_000;

export class PatchAllowance {
	readonly #timers: Timers;
	/** When everything that was granted so far would have gone out, one frame after the other. */
	#spentUntil = Number.NEGATIVE_INFINITY;

	constructor(timers: Timers) {
		this.#timers = timers;
	}

	/** Takes a turn for one patch to so many clients, in the order of the calls; returns when it may go out. */
	takeTurn(clients: number): number {
		const now = this.#timers.now();
		const begun = Math.min(Math.max(this.#spentUntil, now), now + AHEAD_MS + TURN_WITHIN_MS);
		this.#spentUntil = begun + (clients / FRAMES_PER_SECOND) * 1_000;
		return Math.max(now, begun - AHEAD_MS);
	}
}
