import type { Bench } from "../kit/bench.ts";
import type { Voter } from "../kit/hall.ts";
import { voteInTurn, voteTogether, votingMeasures } from "../kit/polling.ts";
import {
	fiveStatementsSide,
	memorySide,
	plenumSide,
	sideNames,
	WARMED_UP,
} from "../kit/voting-sides.ts";

const PEOPLE = 1_000;
const VOTERS = 50;
const POLLS = 50;
const MEASURED_MS = 3_000;
const ALONE_MS = 1_000;
const { plenum: subject, memory, five } = sideNames;

export const oneByOne: Bench = {
	name: "one-by-one",
	about: "few voters: 50 of 1,000 people, each with one vote after the other, and one alone",
	runs: 3,
	setting: () =>
		`${PEOPLE} people in ${POLLS} polls. One in each poll votes anew as soon as the last vote is confirmed, for ${MEASURED_MS / 1000} s a run; then, for ${ALONE_MS / 1000} s, only one of all at a time. ${WARMED_UP}`,
	measures: [
		...votingMeasures,
		{ key: "alone", label: "confirmation of a lone voter, median", unit: "ms" },
	],
	comparisons: [
		{
			...{ measure: "perSecond", subject, reference: memory },
			goal: { kind: "at-least", bound: 0.6 },
		},
		{ measure: "perSecond", subject, reference: five },
		{ measure: "p99", subject, reference: five },
		{ measure: "alone", subject, reference: memory },
		{ measure: "alone", subject, reference: five },
		{ measure: "cpuServing", subject, reference: memory },
		{ measure: "cpuServing", subject, reference: five },
	],
	async prepare(workbench) {
		const hall = { polls: POLLS, people: PEOPLE, measure, isWarmedUp: true } as const;
		return [
			await memorySide(workbench, hall),
			await fiveStatementsSide(workbench, hall),
			await plenumSide(workbench, hall),
		];
	},
};

async function measure(voters: readonly Voter[]) {
	const few = await voteTogether(MEASURED_MS, VOTERS)(voters);
	const alone = await voteInTurn(VOTERS, ALONE_MS)(voters);
	return {
		operations: few.operations + alone.operations,
		values: { ...few.values, alone: alone.values["p50"] ?? Number.NaN },
	};
}
