/** Those who wait for the queue to become empty, each with a deadline. */
import type { Timers } from "../lib/timers.ts";

export interface Drains {
	/** Resolves to what `end` is told, or to false after `deadlineMs`. */
	wait(deadlineMs: number): Promise<boolean>;
	/** Tells everybody who waits. */
	end(empty: boolean): void;
}

export function drainsOn(timers: Timers): Drains {
	const waiting = new Set<(empty: boolean) => void>();

	return {
		wait(deadlineMs) {
			return new Promise((resolve) => {
				const done = (empty: boolean): void => {
					cancel();
					waiting.delete(done);
					resolve(empty);
				};
				const cancel = timers.after(deadlineMs, () => done(false));
				waiting.add(done);
			});
		},
		end(empty) {
			for (const done of [...waiting]) done(empty);
		},
	};
}
