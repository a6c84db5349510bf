/** Sweeps once an hour, each process at a moment of its own. */
import type { Timers } from "../lib/timers.ts";
import type { Retention, Swept } from "./retention.ts";

export interface ScheduleParts {
	readonly retention: Pick<Retention, "sweep">;
	readonly timers: Timers;
	/** 0 to 1. */
	readonly random: () => number;
	readonly onSwept: (swept: Swept) => void;
	readonly onFault: (cause: unknown) => void;
}

/** The first sweep comes when a restart has settled. */
const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 3_600_000;

/** Returns its end; a sweep that is under way is left to finish or fail. */
export function scheduleRetention(parts: ScheduleParts): () => void {
	const { retention, timers, random, onSwept, onFault } = parts;
	let isStopped = false;
	let cancel = timers.after(FIRST_AFTER_MS * (1 + random()), sweep);

	function sweep(): void {
		void retention
			.sweep()
			.then(onSwept, onFault)
			.finally(() => {
				if (!isStopped) cancel = timers.after(EVERY_MS * (0.75 + random() / 2), sweep);
			});
	}

	return () => {
		isStopped = true;
		cancel();
	};
}
