import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Outcome, Scale } from "../kit/bench.ts";
import type { Voter } from "../kit/hall.ts";
import { type Step, stepOf, sustained, voteAtRate } from "../kit/open-loop.ts";
import { fiveStatementsSide, memorySide, plenumSide, sideNames } from "../kit/voting-sides.ts";

const PEOPLE = 1_000;
const POLLS = 50;
const RATES = [
	...[100, 200, 400, 600, 800, 1_200, 1_600, 2_400, 3_200, 4_800, 6_400, 8_000],
	...[10_000, 12_000, 14_000, 16_000, 20_000, 24_000],
];
const STEP_SECONDS = 2;
const CALM_MS = 300;
const WITHIN_MS = 200;
/** Beyond this nothing is left to be learnt. */
const STOP_ABOVE_MS = 1_000;
const { plenum: subject, memory, five } = sideNames;

export const openLoop: Bench = {
	name: "open-loop",
	about: "the wait for a confirmation by votes that come a second, up to saturation",
	runs: 2,
	setting: (scale) =>
		`${PEOPLE} people in ${POLLS} polls; votes come at a fixed rate, whether or not earlier ones are confirmed, ${secondsOf(scale)} s a rate. A wait counts from the moment at which the vote was due. Rates rise until a vote is refused, or until the 99th percentile is above ${STOP_ABOVE_MS} ms.`,
	measures: [
		{
			key: "sustained",
			label: `votes that may come, all confirmed, 99 % within ${WITHIN_MS} ms`,
			unit: "a second",
		},
		{ key: "p99", label: "confirmation at 400 votes a second, 99th percentile", unit: "ms" },
	],
	comparisons: [
		{ measure: "sustained", subject, reference: memory },
		{ measure: "sustained", subject, reference: five },
		{ measure: "p99", subject, reference: memory },
		{ measure: "p99", subject, reference: five },
	],
	curves: (["p50", "p99"] as const).map((key) => ({
		...{ key, x: "votes that come a second", y: "ms until confirmed", isLogarithmic: true },
		title: `Wait for the confirmation, ${key === "p50" ? "median" : "99th percentile"}`,
	})),
	async prepare(workbench, _say, scale) {
		const hall = { polls: POLLS, people: PEOPLE, measure: climb(secondsOf(scale)) };
		return [
			await memorySide(workbench, hall),
			await fiveStatementsSide(workbench, hall),
			await plenumSide(workbench, hall),
		];
	},
};

function secondsOf({ isQuick }: Scale): number {
	return isQuick ? 0.5 : STEP_SECONDS;
}

function climb(seconds: number): (voters: readonly Voter[]) => Promise<Outcome> {
	return async (voters) => {
		const steps: Step[] = [];
		let operations = 0;
		for (const rate of RATES) {
			const count = rate * seconds;
			const step = stepOf(await voteAtRate(voters, rate, count), rate);
			operations += count;
			steps.push(step);
			if (!step.isKeptUp || step.p99 > STOP_ABOVE_MS) break;
			await sleep(CALM_MS);
		}
		const calm = steps.find(({ perSecond }) => perSecond === 400);
		return {
			operations,
			values: { sustained: sustained(steps, WITHIN_MS), p99: calm?.p99 ?? Number.NaN },
			curves: {
				p50: steps.map(({ perSecond, p50 }) => [perSecond, p50]),
				p99: steps.map(({ perSecond, p99 }) => [perSecond, p99]),
			},
		};
	};
}
