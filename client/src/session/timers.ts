/** Time as an argument: the real one in pages and programs, a virtual one in tests. */
export interface Timers {
	/** Monotonic milliseconds; only differences mean anything. */
	now(): number;
	/** Calls `task` once after `ms`; returns its cancel. */
	after(ms: number, task: () => void): () => void;
}

export const realTimers: Timers = {
	now: () => performance.now(),
	after(ms, task) {
		const timer = setTimeout(task, ms);
		return () => clearTimeout(timer);
	},
};
