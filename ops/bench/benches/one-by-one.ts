import type { Bench } from "../kit/bench.ts";
import { voteInTurn, votingMeasures } from "../kit/polling.ts";
import { memorySide, plenumSide, rowsSide, sideNames } from "../kit/voting-sides.ts";

const PEOPLE = 1_000;
const VOTERS = 50;
const POLLS = 50;
const MEASURED_MS = 3_000;

export const oneByOne: Bench = {
	name: "one-by-one",
	about: "the wait of a lone voter: 50 of 1,000 people vote one after the other",
	runs: 3,
	setting: `${PEOPLE} people in ${POLLS} polls; ${VOTERS} of them vote in turn, one at a time, for ${MEASURED_MS / 1000} s a run.`,
	measures: votingMeasures,
	comparisons: [
		{ measure: "p50", subject: sideNames.plenum, reference: sideNames.memory },
		{
			...{ measure: "p50", subject: sideNames.plenum, reference: sideNames.rows },
			goal: { kind: "at-most", ratio: 1 },
		},
		{ measure: "p99", subject: sideNames.plenum, reference: sideNames.rows },
		{ measure: "cpuServer", subject: sideNames.plenum, reference: sideNames.rows },
		{ measure: "cpuDatabase", subject: sideNames.plenum, reference: sideNames.rows },
	],
	async prepare(workbench) {
		const measure = voteInTurn(VOTERS, MEASURED_MS);
		const hall = { polls: POLLS, people: PEOPLE, measure };
		return [
			await memorySide(workbench, hall),
			await rowsSide(workbench, hall),
			await plenumSide(workbench, hall),
		];
	},
};
