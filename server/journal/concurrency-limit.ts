/** Runs a task once fewer than the limit are running; the others wait in the order of their calls. */
export type ConcurrencyLimit = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** @param waitingMax calls past it reject at once with an error that says so. */
export function concurrencyLimit(runningMax: number, waitingMax: number): ConcurrencyLimit {
	const waiting: (() => void)[] = [];
	let running = 0;

	return async (task) => {
		if (running < runningMax) running += 1;
		else await turn();
		try {
			return await task();
		} finally {
			// The place is handed over, not freed: nobody overtakes those who wait.
			const next = waiting.shift();
			if (next === undefined) running -= 1;
			else next();
		}
	};

	function turn(): Promise<void> {
		if (waiting.length >= waitingMax) {
			return Promise.reject(new Error(`${waitingMax} calls wait already: try again later`));
		}
		return new Promise((resolve) => {
			waiting.push(resolve);
		});
	}
}
