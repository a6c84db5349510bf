/**
 * What all rooms of a process together may send to keep screens current. A frame costs about twenty
 * microseconds here and as much at its reader, and confirmations wait behind it: fifty busy rooms of
 * twenty people, each at its own pace, would spend more on patches than on the votes.
 */
import type { Timers } from "../lib/timers.ts";

/** A twentieth of a core. A hundred twenty-five people are shown every change of 50 ms before it matters. */
export const FRAMES_PER_SECOND = 2_500;
/** How far ahead the rooms may be: changes after quiet go out at once. */
const AHEAD_MS = 400;
/** Nobody's picture is held back for longer, however many rooms there are. */
export const TURN_WITHIN_MS = 1_000;
/** Larger rooms have an interval of their own; beside one of ten thousand all others would wait the longest. */
const CHARGED_MAX = 1_000;
const FURTHEST_MS = AHEAD_MS + TURN_WITHIN_MS;
/** In the last part of it turns move closer together, or all would come at its end, in one go. */
const CLOSER_WITHIN = 0.4;

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
		const begun = Math.min(Math.max(this.#spentUntil, now), now + FURTHEST_MS);
		const left = 1 - (begun - now) / FURTHEST_MS;
		const share = Math.min(1, left / CLOSER_WITHIN);
		const frames = Math.min(clients, CHARGED_MAX);
		this.#spentUntil = begun + share * (frames / FRAMES_PER_SECOND) * 1_000;
		return Math.max(now, begun - AHEAD_MS);
	}
}
