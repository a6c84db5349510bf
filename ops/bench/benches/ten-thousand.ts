import type { Bench, Outcome, Scale } from "../kit/bench.ts";
import { requireDescriptors } from "../kit/descriptors.ts";
import type { Voter } from "../kit/hall.ts";
import { voteAtRate } from "../kit/open-loop.ts";
import { percentile } from "../kit/statistics.ts";
import { plenumSide, WARMED_UP } from "../kit/voting-sides.ts";

const PEOPLE_A_POLL = 20;
const RATE = 2_000;
const SECONDS = 5;
const FEW = "1,000 connections";
const MANY = "10,000 connections";
const manyOf = ({ isQuick }: Scale) => (isQuick ? 2_000 : 10_000);

export const tenThousand: Bench = {
	name: "ten-thousand",
	about: "10,000 connections in 500 polls on one process, against 1,000 in 50",
	runs: 3,
	setting: (scale) =>
		`${manyOf(scale)} people (the side of ${MANY}) and 1,000 people in polls of ${PEOPLE_A_POLL}, one process each; on both ${RATE} votes a second come from everybody in turn, for ${SECONDS} s a run. A wait counts from the moment at which the vote was due. ${WARMED_UP}`,
	measures: [
		{ key: "p50", label: "confirmation, median", unit: "ms" },
		{ key: "p95", label: "confirmation, 95th percentile", unit: "ms" },
		{ key: "problems", label: "votes refused or lost, connections closed", unit: "" },
	],
	comparisons: [
		{ measure: "p95", subject: MANY, reference: FEW, goal: { kind: "at-most", bound: 1.05 } },
		{
			...{ measure: "cpuServing", subject: MANY, reference: FEW },
			goal: { kind: "at-most", bound: 1.05 },
		},
		{ measure: "problems", subject: MANY, goal: { kind: "at-most", bound: 0 } },
		{ measure: "memoryServer", subject: MANY, reference: FEW },
	],
	async prepare(workbench, say, scale) {
		await requireDescriptors(manyOf(scale));
		const few = await plenumSide(workbench, hallOf(1_000), {
			...{ name: FEW, description: "one process on PostgreSQL, 50 polls" },
		});
		say(`${manyOf(scale)} people are joining`);
		const many = await plenumSide(workbench, hallOf(manyOf(scale)), {
			...{ name: MANY, description: "one process on PostgreSQL, 500 polls" },
		});
		return [few, many];
	},
};

function hallOf(people: number) {
	return { people, polls: people / PEOPLE_A_POLL, measure, isWarmedUp: true } as const;
}

async function measure(voters: readonly Voter[]): Promise<Outcome> {
	let closed = 0;
	for (const { seat } of voters) {
		seat.onClose = () => {
			closed += 1;
		};
	}
	const { waits, problems } = await voteAtRate(voters, RATE, RATE * SECONDS);
	for (const { seat } of voters) seat.onClose = undefined;
	return {
		operations: waits.length,
		values: {
			p50: percentile(waits, 50),
			p95: percentile(waits, 95),
			problems: problems + closed,
		},
	};
}
