/** Time that moves only when told to: tasks fire in the order of their times, then of their calls. */
import type { Timers } from "../../lib/timers.ts";

export interface VirtualTimers extends Timers {
	/**
	 * Moves time forward, stopping at every task that falls due; before the first, after each and
	 * at the end all promises that can settle have settled.
	 */
	advance(ms: number): Promise<void>;
	/** Timers that have neither fired nor been cancelled. */
	readonly pending: number;
}

interface Task {
	readonly at: number;
	readonly order: number;
	readonly run: () => void;
}

export function virtualTimers(startMs = 0): VirtualTimers {
	const tasks = new Set<Task>();
	let now = startMs;
	let order = 0;

	function nextDue(until: number): Task | undefined {
		let next: Task | undefined;
		for (const task of tasks) {
			if (task.at > until) continue;
			if (
				next === undefined ||
				task.at < next.at ||
				(task.at === next.at && task.order < next.order)
			) {
				next = task;
			}
		}
		return next;
	}

	return {
		now: () => now,
		after(ms, run) {
			const task = { at: now + Math.max(0, ms), order: order++, run };
			tasks.add(task);
			return () => tasks.delete(task);
		},
		async advance(ms) {
			const until = now + ms;
			await settlePromises();
			for (let task = nextDue(until); task !== undefined; task = nextDue(until)) {
				tasks.delete(task);
				now = Math.max(now, task.at);
				task.run();
				await settlePromises();
			}
			now = until;
		},
		get pending() {
			return tasks.size;
		},
	};
}

/** Node runs every microtask, also those that microtasks add, before the next immediate. */
export function settlePromises(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
