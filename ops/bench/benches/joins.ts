import { atOnce } from "../kit/at-once.ts";
import type { Bench, Side } from "../kit/bench.ts";
import {
	everybodyLeaves,
	type Gathering,
	memoryPoll,
	plenumPoll,
	type Voter,
} from "../kit/hall.ts";
import type { BenchServer } from "../kit/servers.ts";
import { percentile } from "../kit/statistics.ts";
import { heapOf, sideNames } from "../kit/voting-sides.ts";
import type { Workbench } from "../kit/workbench.ts";

const JOINS = 2_000;
const POLLS = 20;
const AT_ONCE = 100;
/** A first run of each side is slower by what a compiler needs to learn. */
const WARM_UP_JOINS = 1_000;

export const joins: Bench = {
	name: "joins",
	about: "people who join a second, durably, against a room that keeps nothing",
	runs: 5,
	setting: () =>
		`${JOINS} new people join ${POLLS} polls, ${AT_ONCE} at once: a seat by HTTP, a WebSocket, and being in.`,
	measures: [
		{ key: "perSecond", label: "joins", unit: "a second" },
		{ key: "p50", label: "from asking to being in, median", unit: "ms" },
		{ key: "p99", label: "from asking to being in, 99th percentile", unit: "ms" },
	],
	comparisons: [
		{
			...{ measure: "perSecond", subject: sideNames.plenum, reference: sideNames.memory },
			goal: { kind: "at-least", bound: 1 },
		},
		{ measure: "p50", subject: sideNames.plenum, reference: sideNames.memory },
		{ measure: "p99", subject: sideNames.plenum, reference: sideNames.memory },
		{ measure: "cpuServer", subject: sideNames.plenum, reference: sideNames.memory },
	],
	async prepare(workbench) {
		return [await memory(workbench), await plenum(workbench)];
	},
};

async function memory(workbench: Workbench): Promise<Side> {
	const server = await workbench.reference("memory-room");
	let created = 0;
	const create = async () => {
		created += 1;
		return memoryPoll(server.origin, `${created}`);
	};
	return {
		...(await joiningSide(server, [], create)),
		name: sideNames.memory,
		description: "Colyseus's own matchmaking into rooms that keep nothing",
	};
}

async function plenum(workbench: Workbench): Promise<Side> {
	const server = await workbench.server({ DATABASE_URL: await workbench.database() });
	const create = () => plenumPoll(server.origin);
	return {
		...(await joiningSide(server, await workbench.databasePids(), create)),
		name: sideNames.plenum,
		description: "one process on PostgreSQL; being in means that the join is durable",
	};
}

async function joiningSide(
	server: BenchServer,
	database: readonly number[],
	create: () => Promise<Gathering>,
): Promise<Omit<Side, "name" | "description">> {
	let polls: Gathering[] = [];
	let people: Voter[] = [];
	const prepare = async (): Promise<void> => {
		polls = [];
		for (let index = 0; index < POLLS; index += 1) polls.push(await create());
	};
	const join = async (count: number): Promise<readonly number[]> => {
		const latencies: number[] = [];
		people = [];
		await atOnce(count, AT_ONCE, async (index) => {
			const startedAt = performance.now();
			const person = await polls[index % POLLS]?.join();
			latencies.push(performance.now() - startedAt);
			if (person !== undefined) people.push(person);
		});
		return latencies;
	};
	await prepare();
	await join(WARM_UP_JOINS);
	await everybodyLeaves(people);
	return {
		watched: () => ({ server: [server.pid], database }),
		heapBytes: () => heapOf([server]),
		prepare,
		async measure() {
			const startedAt = performance.now();
			const latencies = await join(JOINS);
			const seconds = (performance.now() - startedAt) / 1000;
			return {
				operations: JOINS,
				values: {
					perSecond: JOINS / seconds,
					p50: percentile(latencies, 50),
					p99: percentile(latencies, 99),
				},
			};
		},
		settle: () => everybodyLeaves(people),
	};
}
