import { setTimeout as sleep } from "node:timers/promises";
import type { CreatedPoll } from "../../../schema/wire/http.ts";
import type { Bench, Outcome, Point, Side } from "../kit/bench.ts";
import { createPoll, deletePoll, everybodyLeaves, plenumPoll, type Voter } from "../kit/hall.ts";
import type { BenchServer } from "../kit/servers.ts";
import { growth } from "../kit/statistics.ts";
import { sideNames } from "../kit/voting-sides.ts";
import type { Workbench } from "../kit/workbench.ts";

const POLLS = 50;
const PEOPLE_A_POLL = 10;
const EVERY_MS = 500;
const VOTES_A_STEP = 200;
/** Of the time: until then caches fill and code is compiled. */
const SETTLING_SHARE = 0.2;
const SAMPLES = 60;
const { plenum: subject } = sideNames;

export const soak: Bench = {
	name: "soak",
	about: "memory over half an hour of polls and people coming and going (--minutes)",
	runs: 1,
	isApart: true,
	setting: ({ minutes }) =>
		`${POLLS} polls of ${PEOPLE_A_POLL} people for ${minutes} minutes. Twice a second the oldest poll is deleted, a new one takes its place, its people come, one in ten of all leaves and is followed by another, and ${VOTES_A_STEP} votes are cast. Memory is read after a full collection, ${SAMPLES} times; growth is from the first to the last quarter of the time, without the first ${SETTLING_SHARE * 100} %.`,
	measures: [
		{ key: "growth", label: "heap, last quarter by first", unit: "times" },
		{ key: "residentGrowth", label: "resident memory, last quarter by first", unit: "times" },
		{ key: "polls", label: "polls that came and went", unit: "polls" },
		{ key: "joins", label: "people who came and went", unit: "people" },
	],
	comparisons: [
		{ measure: "growth", subject, goal: { kind: "at-most", bound: 1.05 } },
		{ measure: "residentGrowth", subject },
	],
	curves: [
		{ key: "heap", title: "JavaScript heap after a collection", x: "minutes", y: "MB" },
		{ key: "resident", title: "Resident memory", x: "minutes", y: "MB" },
	],
	async prepare(workbench, say, { minutes }) {
		return [await plenum(workbench, minutes, say)];
	},
};

interface Hall {
	readonly poll: CreatedPoll;
	join(): Promise<Voter>;
	voters: Voter[];
}

async function plenum(
	workbench: Workbench,
	minutes: number,
	say: (line: string) => void,
): Promise<Side> {
	const server = await workbench.server({ DATABASE_URL: await workbench.database() });
	const database = await workbench.databasePids();
	const halls: Hall[] = [];
	return {
		name: subject,
		description: "one process on PostgreSQL",
		watched: () => ({ server: [server.pid], database }),
		async prepare() {
			for (let index = 0; index < POLLS; index += 1) halls.push(await openHall(server));
		},
		measure: () => live(server, halls, minutes, say),
		async settle() {
			for (const { voters } of halls) await everybodyLeaves(voters);
		},
	};
}

async function openHall({ origin }: BenchServer): Promise<Hall> {
	const poll = await createPoll(origin);
	const gathering = await plenumPoll(origin, poll);
	await gathering.open();
	const voters = await Promise.all(Array.from({ length: PEOPLE_A_POLL }, () => gathering.join()));
	return { poll, join: () => gathering.join(), voters };
}

async function live(
	server: BenchServer,
	halls: Hall[],
	minutes: number,
	say: (line: string) => void,
): Promise<Outcome> {
	const startedAt = performance.now();
	const now = () => (performance.now() - startedAt) / 60_000;
	const heap: Point[] = [];
	const resident: Point[] = [];
	let [polls, joins, votes] = [0, 0, 0];
	for (let step = 0; now() < minutes; step += 1) {
		const nextAt = startedAt + (step + 1) * EVERY_MS;
		await replaceOldest(server, halls);
		for (const hall of halls.slice(0, POLLS / 10)) joins += await replaceOne(hall, step);
		await Promise.all(Array.from({ length: VOTES_A_STEP }, (_, index) => voteIn(halls, index)));
		polls += 1;
		joins += PEOPLE_A_POLL;
		votes += VOTES_A_STEP;
		if (now() >= (heap.length * minutes) / SAMPLES) {
			const { heapUsed, rss } = await server.memory();
			heap.push([now(), heapUsed / 1e6]);
			resident.push([now(), rss / 1e6]);
			if (heap.length % 10 === 0)
				say(`${now().toFixed(1)} min, heap ${(heapUsed / 1e6).toFixed(1)} MB`);
		}
		await sleep(Math.max(0, nextAt - performance.now()));
	}
	const grown = (points: readonly Point[]) =>
		growth(points.slice(points.length * SETTLING_SHARE).map(([, y]) => y));
	return {
		operations: votes,
		values: { growth: grown(heap), residentGrowth: grown(resident), polls, joins },
		curves: { heap, resident },
	};
}

async function replaceOldest(server: BenchServer, halls: Hall[]): Promise<void> {
	const oldest = halls.shift();
	for (const { seat } of oldest?.voters ?? []) seat.drop();
	await deletePoll(server.origin, oldest?.poll);
	halls.push(await openHall(server));
}

/** Who leaves stays known to the poll until it is deleted: the oldest polls get the newcomers. */
async function replaceOne(hall: Hall, step: number): Promise<number> {
	const index = step % hall.voters.length;
	const leaving = hall.voters[index];
	await leaving?.seat.leave();
	hall.voters[index] = await hall.join();
	return 1;
}

async function voteIn(halls: readonly Hall[], index: number): Promise<void> {
	const voters = halls[index % halls.length]?.voters ?? [];
	await voters[Math.floor(index / halls.length) % voters.length]?.vote();
}
