/** The sides of every bench of votes: the same hall on Plenum and on the references. */
import { atOnce } from "./at-once.ts";
import type { Outcome, Side } from "./bench.ts";
import { type Gathering, memoryPoll, plenumPoll, type Voter } from "./hall.ts";
import type { BenchServer } from "./servers.ts";
import type { Workbench } from "./workbench.ts";

const JOINING_AT_ONCE = 100;

export const sideNames = {
	plenum: "Plenum",
	memory: "in-memory room",
	rows: "a row a vote",
} as const;

export interface Hall {
	readonly polls: number;
	readonly people: number;
	readonly measure: (voters: readonly Voter[]) => Promise<Outcome>;
}

/** On PostgreSQL, durable. */
export async function plenumSide(workbench: Workbench, hall: Hall): Promise<Side> {
	const server = await workbench.server({ DATABASE_URL: await workbench.database() });
	const polls: Gathering[] = [];
	await atOnce(hall.polls, JOINING_AT_ONCE, async () => {
		polls.push(await plenumPoll(server.origin));
	});
	const database = await workbench.databasePids();
	return {
		...(await votingSide(hall, polls, server, database)),
		name: sideNames.plenum,
		description: "one process on PostgreSQL; a vote is confirmed once it is durable",
	};
}

/** Nothing is kept. */
export async function memorySide(workbench: Workbench, hall: Hall): Promise<Side> {
	const server = await workbench.reference("memory-room");
	return {
		...(await votingSide(hall, memoryPolls(hall, server), server, [])),
		name: sideNames.memory,
		description: "a Colyseus room without any database, confirming at once",
	};
}

export async function rowsSide(workbench: Workbench, hall: Hall): Promise<Side> {
	const DATABASE_URL = await workbench.database();
	const server = await workbench.reference("memory-room", { DATABASE_URL });
	const database = await workbench.databasePids();
	return {
		...(await votingSide(hall, memoryPolls(hall, server), server, database)),
		name: sideNames.rows,
		description:
			"the same room with a transaction of five statements for every vote, ten connections",
	};
}

function memoryPolls({ polls }: Hall, { origin }: BenchServer): readonly Gathering[] {
	return Array.from({ length: polls }, (_, index) => memoryPoll(origin, `${index}`));
}

async function votingSide(
	hall: Hall,
	polls: readonly Gathering[],
	server: BenchServer,
	database: readonly number[],
): Promise<Omit<Side, "name" | "description">> {
	const voters: Voter[] = [];
	await atOnce(polls.length, JOINING_AT_ONCE, async (index) => polls[index]?.open());
	await atOnce(hall.people, JOINING_AT_ONCE, async (index) => {
		const voter = await polls[index % polls.length]?.join();
		if (voter !== undefined) voters[index] = voter;
	});
	return {
		watched: () => ({ server: [server.pid], database }),
		heapBytes: () => server.heapBytes(),
		measure: () => hall.measure(voters),
	};
}
