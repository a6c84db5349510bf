/** People who vote in a closed loop: whoever has their confirmation changes their mind at once. */
import type { Outcome } from "./bench.ts";
import type { Voter } from "./hall.ts";
import { percentile } from "./statistics.ts";

export const votingMeasures = [
	{ key: "perSecond", label: "confirmed votes", unit: "a second" },
	{ key: "p50", label: "confirmation, median", unit: "ms" },
	{ key: "p99", label: "confirmation, 99th percentile", unit: "ms" },
] as const;

const STUCK_AFTER_MS = 30_000;

/** All of them, or the first `count`, each again as soon as the last vote is confirmed. */
export function voteTogether(
	ms: number,
	count = Number.POSITIVE_INFINITY,
): (voters: readonly Voter[]) => Promise<Outcome> {
	return async (voters) => {
		const latencies: number[] = [];
		const startedAt = performance.now();
		const until = startedAt + ms;
		await everybody(voters.slice(0, count), (voter, done) => {
			const again = (): void => {
				const askedAt = performance.now();
				voter.cast((problem) => {
					if (problem !== undefined) return done(problem);
					const now = performance.now();
					latencies.push(now - askedAt);
					if (now < until) again();
					else done();
				});
			};
			again();
		});
		return outcome(latencies, performance.now() - startedAt);
	};
}

/** The first `count` of them, one after the other, each once the one before has their confirmation. */
export function voteInTurn(
	count: number,
	ms: number,
): (voters: readonly Voter[]) => Promise<Outcome> {
	return async (voters) => {
		const latencies: number[] = [];
		const startedAt = performance.now();
		while (performance.now() < startedAt + ms) {
			for (const voter of voters.slice(0, count)) {
				const askedAt = performance.now();
				await voter.vote();
				latencies.push(performance.now() - askedAt);
			}
		}
		return outcome(latencies, performance.now() - startedAt);
	};
}

/** Resolves once all are done; rejects with the first problem, and when nobody is done for 30 s. */
export function everybody<One>(
	all: readonly One[],
	begin: (one: One, done: (problem?: Error) => void) => void,
): Promise<void> {
	return new Promise((resolve, reject) => {
		let left = all.length;
		if (left === 0) return resolve();
		const timer = setTimeout(
			reject,
			STUCK_AFTER_MS,
			new Error(`${STUCK_AFTER_MS} ms without an end`),
		);
		const done = (problem?: Error): void => {
			left -= 1;
			if (problem !== undefined) reject(problem);
			else if (left === 0) resolve();
			if (problem === undefined && left > 0) timer.refresh();
			else clearTimeout(timer);
		};
		for (const one of all) begin(one, done);
	});
}

function outcome(latencies: readonly number[], ms: number): Outcome {
	return {
		operations: latencies.length,
		values: {
			perSecond: (latencies.length / ms) * 1000,
			p50: percentile(latencies, 50),
			p99: percentile(latencies, 99),
		},
	};
}
