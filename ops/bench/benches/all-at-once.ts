import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Outcome } from "../kit/bench.ts";
import type { Voter } from "../kit/hall.ts";
import { everybody } from "../kit/polling.ts";
import { percentile } from "../kit/statistics.ts";
import { fiveStatementsSide, memorySide, plenumSide, sideNames } from "../kit/voting-sides.ts";

const PEOPLE = 1_000;
const TIMES = 5;
/** Longer than what follows a vote: patches to everybody. */
const PAUSE_MS = 500;
const { plenum: subject, memory, five } = sideNames;

export const allAtOnce: Bench = {
	name: "all-at-once",
	about: "one poll of 1,000 people who all vote at the same moment",
	runs: 3,
	setting: () =>
		`One poll of ${PEOPLE} people. All of them vote in one moment; ${TIMES} such moments a run, ${PAUSE_MS} ms of rest after each.`,
	measures: [
		{ key: "p50", label: "confirmation, median", unit: "ms" },
		{ key: "p99", label: "confirmation, 99th percentile", unit: "ms" },
		{ key: "last", label: "until everybody has theirs, median of the moments", unit: "ms" },
	],
	comparisons: [
		{ measure: "p99", subject, reference: memory },
		{ measure: "p99", subject, reference: five },
		{ measure: "last", subject, reference: memory },
		{ measure: "last", subject, reference: five },
		{ measure: "cpuServing", subject, reference: memory },
	],
	async prepare(workbench) {
		const hall = { polls: 1, people: PEOPLE, measure };
		return [
			await memorySide(workbench, hall),
			await fiveStatementsSide(workbench, hall),
			await plenumSide(workbench, hall),
		];
	},
};

async function measure(voters: readonly Voter[]): Promise<Outcome> {
	const waits: number[] = [];
	const ends: number[] = [];
	for (let time = 0; time < TIMES; time += 1) {
		const startedAt = performance.now();
		await everybody(voters, (voter, done) =>
			voter.cast((problem) => {
				waits.push(performance.now() - startedAt);
				done(problem);
			}),
		);
		ends.push(performance.now() - startedAt);
		await sleep(PAUSE_MS);
	}
	return {
		operations: waits.length,
		values: {
			p50: percentile(waits, 50),
			p99: percentile(waits, 99),
			last: percentile(ends, 50),
		},
	};
}
