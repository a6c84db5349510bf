/** Time as an argument: the real one in the server, a virtual one in the seeded tests. */
export interface Timers {
	/** Monotonic milliseconds; only differences mean anything. */
	now(): number;
	/** Calls `task` once after `ms`, with 0 as soon as what has arrived is dealt with; returns its cancel. */
	after(ms: number, task: () => void): () => void;
}

export const realTimers: Timers = {
	now: () => performance.now(),
	after(ms, task) {
		if (ms <= 0) {
			const next = setImmediate(task);
			return () => clearImmediate(next);
		}
		const timer = setTimeout(task, ms);
		return () => clearTimeout(timer);
	},
};
