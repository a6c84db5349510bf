/** The sides of every bench of votes: the same hall on Plenum and on the references. */
import { atOnce } from "./at-once.ts";
import type { Outcome, Side } from "./bench.ts";
import { type Gathering, memoryPoll, plenumPoll, type Voter } from "./hall.ts";
import { voteTogether } from "./polling.ts";
import type { BenchServer } from "./servers.ts";
import type { Workbench } from "./workbench.ts";

const JOINING_AT_ONCE = 100;

export const sideNames = {
	plenum: "Plenum",
	memory: "in-memory room",
	five: "five statements a vote",
} as const;

export interface Hall {
	readonly polls: number;
	readonly people: number;
	readonly measure: (voters: readonly Voter[]) => Promise<Outcome>;
	/** Everybody votes for a while first: what is measured is compiled, as it is on a server that is in use. */
	readonly isWarmedUp?: true;
}

const WARM_UP_MS = 5_000;
/** For a bench's setting. */
export const WARMED_UP = `Before the first run everybody votes for ${WARM_UP_MS / 1000} s, unmeasured.`;

/** On PostgreSQL, durable. */
export async function plenumSide(
	workbench: Workbench,
	hall: Hall,
	about: Partial<Pick<Side, "name" | "description">> = {},
): Promise<Side> {
	const server = await workbench.server({ DATABASE_URL: await workbench.database() });
	return {
		name: sideNames.plenum,
		description: "one process on PostgreSQL; a vote is confirmed once it is durable",
		...(await plenumHall(workbench, hall, [server])),
		...about,
	};
}

/** On processes that are there already, polls in each. */
export async function plenumHall(
	workbench: Workbench,
	hall: Hall,
	servers: readonly BenchServer[],
): Promise<Omit<Side, "name" | "description">> {
	const polls: Gathering[] = [];
	await atOnce(hall.polls, JOINING_AT_ONCE, async (index) => {
		const { origin } = servers[index % servers.length] ?? { origin: "" };
		polls.push(await plenumPoll(origin));
	});
	return votingSide(hall, polls, servers, await workbench.databasePids());
}

/** Nothing is kept. */
export async function memorySide(workbench: Workbench, hall: Hall): Promise<Side> {
	const server = await workbench.reference("memory-room");
	return {
		...(await votingSide(hall, memoryPolls(hall, server), [server], [])),
		name: sideNames.memory,
		description: "a Colyseus room without any database, confirming at once",
	};
}

export async function fiveStatementsSide(workbench: Workbench, hall: Hall): Promise<Side> {
	const DATABASE_URL = await workbench.database();
	const server = await workbench.reference("memory-room", { DATABASE_URL });
	const database = await workbench.databasePids();
	return {
		...(await votingSide(hall, memoryPolls(hall, server), [server], database)),
		name: sideNames.five,
		description:
			"the same room as a prototype keeps it: for every vote one transaction, in which the person, the poll and the earlier vote are looked up, the vote is put in its place and the poll's votes are counted; through drizzle-orm, on a pool of ten connections to the same PostgreSQL",
	};
}

function memoryPolls({ polls }: Hall, { origin }: BenchServer): readonly Gathering[] {
	return Array.from({ length: polls }, (_, index) => memoryPoll(origin, `${index}`));
}

async function votingSide(
	hall: Hall,
	polls: readonly Gathering[],
	servers: readonly BenchServer[],
	database: readonly number[],
): Promise<Omit<Side, "name" | "description">> {
	const voters: Voter[] = [];
	await atOnce(polls.length, JOINING_AT_ONCE, async (index) => polls[index]?.open());
	await atOnce(hall.people, JOINING_AT_ONCE, async (index) => {
		const voter = await polls[index % polls.length]?.join();
		if (voter !== undefined) voters[index] = voter;
	});
	if (hall.isWarmedUp) await voteTogether(WARM_UP_MS)(voters);
	return {
		watched: () => ({ server: servers.map(({ pid }) => pid), database }),
		measure: () => hall.measure(voters),
	};
}

/** Bytes, of all of them together, after a collection in each. */
export async function heapOf(servers: readonly BenchServer[]): Promise<number> {
	const all = await Promise.all(servers.map((server) => server.memory()));
	return all.reduce((sum, { heapUsed }) => sum + heapUsed, 0);
}
