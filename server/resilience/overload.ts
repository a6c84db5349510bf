/**
 * Who is sent away first when the server cannot keep up: new polls and new people, then those who
 * only watch, and last the people who were in already. Votes themselves are refused by the bounds
 * of the journal's queue alone.
 */
import type { Timers } from "../lib/timers.ts";

/** In the order in which they are sent away; `new` are polls, and people whom the poll does not know yet. */
export const shedOrder = ["new", "viewer", "returning"] as const;
export type Shed = (typeof shedOrder)[number];

export interface Overload {
	/** True when this kind is to be answered with "try again later". */
	sheds(kind: Shed): boolean;
	stop(): void;
}

export interface OverloadParts {
	readonly timers: Timers;
	/** 0 to 1: how full the journal's queue is. */
	readonly queueFill: () => number;
}

/** From when each kind is sent away; it is let in again below half of it. */
const THRESHOLDS: { readonly [Kind in Shed]: { readonly lagMs: number; readonly fill: number } } = {
	// A quarter of a second late, every vote's answer is felt to be slow.
	new: { lagMs: 250, fill: 0.5 },
	viewer: { lagMs: 500, fill: 0.7 },
	// Their clients have given up by then and would only come again.
	returning: { lagMs: 2_000, fill: 0.9 },
};

const LOOK_EVERY_MS = 100;
/** About ten looks: one long step of the event loop is no overload. */
const SMOOTHING = 0.1;

export function watchOverload({ timers, queueFill }: OverloadParts): Overload {
	let lagMs = 0;
	let dueAt = timers.now() + LOOK_EVERY_MS;
	let cancel = timers.after(LOOK_EVERY_MS, look);
	const shedding = new Set<Shed>();

	function look(): void {
		const late = Math.max(0, timers.now() - dueAt);
		lagMs += (late - lagMs) * SMOOTHING;
		const fill = queueFill();
		for (const kind of shedOrder) {
			const limit = THRESHOLDS[kind];
			if (lagMs >= limit.lagMs || fill >= limit.fill) shedding.add(kind);
			else if (lagMs < limit.lagMs / 2 && fill < limit.fill / 2) shedding.delete(kind);
		}
		dueAt = timers.now() + LOOK_EVERY_MS;
		cancel = timers.after(LOOK_EVERY_MS, look);
	}

	return {
		sheds: (kind) => shedding.has(kind),
		stop: () => cancel(),
	};
}
