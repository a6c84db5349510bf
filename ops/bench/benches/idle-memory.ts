/** What somebody costs who only sits there. Every run has processes of its own: memory is not given back. */
import { setTimeout as sleep } from "node:timers/promises";
import { atOnce } from "../kit/at-once.ts";
import type { Bench, Point, Scale, Side } from "../kit/bench.ts";
import {
	everybodyLeaves,
	type Gathering,
	memoryPoll,
	plenumPoll,
	type Voter,
} from "../kit/hall.ts";
import type { BenchServer } from "../kit/servers.ts";
import { sideNames } from "../kit/voting-sides.ts";

const stepsOf = ({ isQuick }: Scale) => (isQuick ? [250, 500] : [500, 1_000, 2_000, 4_000]);
const peopleOf = (scale: Scale) => Math.max(...stepsOf(scale));
const PEOPLE_A_POLL = 20;
const AT_ONCE = 100;
/** Whoever comes first pays for compiled code and pools; they leave again. */
const FIRST_PEOPLE = 500;
const SETTLING_MS = 2_000;
const { plenum: subject, memory: reference } = sideNames;

export const idleMemory: Bench = {
	name: "idle-memory",
	about: "memory of a person who is in and does nothing",
	runs: 3,
	setting: (scale) =>
		`${peopleOf(scale)} people join polls of ${PEOPLE_A_POLL} in a fresh process in which ${FIRST_PEOPLE} have come and gone; what its memory grew by, after a full collection, a person, polls included; resident memory from the first ${stepsOf(scale)[0]} people on, which fill pages that were there already.`,
	measures: [
		{ key: "perPerson", label: "resident memory a person", unit: "KB" },
		{ key: "heapPerPerson", label: "JavaScript heap and buffers a person", unit: "KB" },
	],
	comparisons: [
		// Not resident memory: whether a page was there already is chance, worth some KB a person either way.
		{ measure: "heapPerPerson", subject, reference, goal: { kind: "at-most", bound: 1.5 } },
		{ measure: "perPerson", subject, reference },
	],
	curves: [
		{
			key: "resident",
			title: "Resident memory over connections, beyond that of the empty process",
			...{ x: "people who are in", y: "MB" },
		},
	],
	async prepare(workbench, _say, scale) {
		const DATABASE_URL = await workbench.database();
		return [
			{
				...idleSide(
					() => workbench.reference("memory-room"),
					async ({ origin }, name) => memoryPoll(origin, name),
					stepsOf(scale),
				),
				name: reference,
				description: "a Colyseus room that keeps only counts and nobody's name",
			},
			{
				...idleSide(
					() => workbench.server({ DATABASE_URL }),
					({ origin }) => plenumPoll(origin),
					stepsOf(scale),
				),
				name: subject,
				description: "one process; participants, names and ballots are in its memory",
			},
		];
	},
};

function idleSide(
	start: () => Promise<BenchServer>,
	create: (server: BenchServer, name: string) => Promise<Gathering>,
	steps: readonly number[],
): Omit<Side, "name" | "description"> {
	let server: BenchServer | undefined;
	let created = 0;
	const gather = async (people: number): Promise<readonly Voter[]> => {
		if (server === undefined) return [];
		const polls: Gathering[] = [];
		for (let index = 0; index < people / PEOPLE_A_POLL; index += 1) {
			created += 1;
			polls.push(await create(server, `${created}`));
		}
		const voters: Voter[] = [];
		await atOnce(people, AT_ONCE, async (index) => {
			const voter = await polls[index % polls.length]?.join();
			if (voter !== undefined) voters.push(voter);
		});
		return voters;
	};
	const memory = async () => {
		const usage = await server?.memory();
		const { rss = 0, heapUsed = 0, external = 0 } = usage ?? {};
		return { resident: rss, own: heapUsed + external };
	};
	let before = { resident: 0, own: 0 };
	let people: readonly Voter[] = [];
	return {
		watched: () => ({ server: server === undefined ? [] : [server.pid] }),
		async prepare() {
			server = await start();
			await everybodyLeaves(await gather(FIRST_PEOPLE));
			// What closing leaves behind is cleared away a little later.
			await sleep(SETTLING_MS);
			before = await memory();
		},
		async measure() {
			const points: Point[] = [[0, 0]];
			people = [];
			for (const step of steps) {
				people = [...people, ...(await gather(step - people.length))];
				points.push([step, ((await memory()).resident - before.resident) / 1e6]);
			}
			const now = await memory();
			const [least = [0, 0], last = [0, 0]] = [points[1], points.at(-1)];
			return {
				operations: people.length,
				values: {
					perPerson: ((last[1] - least[1]) * 1000) / (last[0] - least[0]),
					heapPerPerson: (now.own - before.own) / people.length / 1000,
				},
				curves: { resident: points },
			};
		},
		async settle() {
			for (const { seat } of people) seat.drop();
			await server?.stop();
		},
	};
}
