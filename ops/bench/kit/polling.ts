/** People who vote in a closed loop: whoever has their confirmation changes their mind at once. */
import type { Outcome } from "./bench.ts";
import type { Voter } from "./hall.ts";
import { percentile } from "./statistics.ts";

export const votingMeasures = [
	{ key: "perSecond", label: "confirmed votes", unit: "a second" },
	{ key: "p50", label: "confirmation, median", unit: "ms" },
	{ key: "p99", label: "confirmation, 99th percentile", unit: "ms" },
] as const;

/** All of them at once. */
export function voteTogether(ms: number): (voters: readonly Voter[]) => Promise<Outcome> {
	return async (voters) => {
		const latencies: number[] = [];
		const startedAt = performance.now();
		await Promise.all(
			voters.map(async (each) => {
				while (performance.now() < startedAt + ms) latencies.push(await voteOnce(each));
			}),
		);
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
			for (const each of voters.slice(0, count)) latencies.push(await voteOnce(each));
		}
		return outcome(latencies, performance.now() - startedAt);
	};
}

async function voteOnce(voter: Voter): Promise<number> {
	const startedAt = performance.now();
	await voter.vote();
	return performance.now() - startedAt;
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
