/**
 * The owner of polls is killed: how long until their people's next vote is confirmed. People are
 * the client library's own sessions, and vote in the moment of the kill.
 */
import { memoryStore } from "../../../client/src/session/key-value-store.ts";
import { joinPoll, type PollSession } from "../../../client/src/session/poll-session.ts";
import type { Bench, Outcome, Side } from "../kit/bench.ts";
import { createPoll, hostOpens, takeSeat } from "../kit/hall.ts";
import type { BenchServer } from "../kit/servers.ts";
import { percentile } from "../kit/statistics.ts";
import type { Workbench } from "../kit/workbench.ts";

const POLLS = 10;
const WITHIN_MS = 60_000;
const TWO = "two processes";
const ONE = "one process, started again";

export const takeover: Bench = {
	name: "takeover",
	about: "from kill -9 of the process that leads a poll to the next confirmed vote",
	runs: 3,
	setting: () => `${POLLS} polls with one person each, who votes in the moment of the kill.`,
	measures: [
		{ key: "p50", label: "until the vote is confirmed, median of the polls", unit: "ms" },
		{ key: "slowest", label: "until the vote is confirmed, slowest poll", unit: "ms" },
	],
	comparisons: [
		{
			...{ measure: "slowest", subject: TWO, reference: ONE },
			goal: { kind: "at-most", bound: 1 },
		},
		{ measure: "p50", subject: TWO, reference: ONE },
	],
	async prepare(workbench) {
		return [await oneProcess(workbench), await twoProcesses(workbench)];
	},
};

async function oneProcess(workbench: Workbench): Promise<Side> {
	const DATABASE_URL = await workbench.database();
	const start = (port?: number) =>
		workbench.server({ DATABASE_URL, ...(port !== undefined && { PORT: `${port}` }) });
	let server = await start();
	let people: readonly Person[] = [];
	return {
		name: ONE,
		description: "killed, and started again at once as a supervisor would",
		watched: () => ({}),
		async prepare() {
			people = await gather(server, server);
		},
		measure: () =>
			voteThrough(people, async () => {
				await server.kill();
				server = await start(server.port);
			}),
		settle: async () => goHome(people),
	};
}

async function twoProcesses(workbench: Workbench): Promise<Side> {
	const environment = {
		DATABASE_URL: await workbench.database(),
		REDIS_URL: await workbench.redis(),
	};
	const survivor = await workbench.server(environment);
	let owner: BenchServer | undefined;
	let people: readonly Person[] = [];
	return {
		name: TWO,
		description: "the other process takes the polls over",
		watched: () => ({}),
		async prepare() {
			owner = await workbench.server(environment);
			people = await gather(owner, survivor);
		},
		measure: () => voteThrough(people, async () => owner?.kill()),
		settle: async () => goHome(people),
	};
}

interface Person {
	readonly session: PollSession;
	readonly vote: () => void;
}

/** In polls that `owner` leads; people ask `entrance` for their seats. */
async function gather(owner: BenchServer, entrance: BenchServer): Promise<readonly Person[]> {
	const people: Person[] = [];
	for (let index = 0; index < POLLS; index += 1) {
		const poll = await createPoll(owner.origin);
		const { host } = await hostOpens(owner.origin, poll);
		const { code } = poll;
		const store = memoryStore();
		const session = await joinPoll({ origin: entrance.origin, code, nickname: "Voter", store });
		const { publicAddress } = await takeSeat(entrance.origin, code, { role: "viewer" });
		if (!publicAddress?.endsWith(`:${owner.port}`)) throw new Error("the poll lives elsewhere");
		// Only now: a room that nobody is in is gone, and the next seat starts it where it is asked for.
		await host.leave();
		people.push({ session, vote: () => voteAgain(session) });
	}
	return people;
}

function voteAgain(session: PollSession): void {
	const [question] = session.snapshot.questions;
	if (question === undefined) throw new Error("a poll has a question");
	session.vote(question.id, [0]);
}

async function voteThrough(
	people: readonly Person[],
	kill: () => Promise<unknown>,
): Promise<Outcome> {
	const startedAt = performance.now();
	const killing = kill();
	const waits = await Promise.all(
		people.map(async ({ session, vote }) => {
			vote();
			if (!(await session.whenSettled(WITHIN_MS))) throw new Error("a vote was never confirmed");
			return performance.now() - startedAt;
		}),
	);
	await killing;
	return {
		operations: people.length,
		values: { p50: percentile(waits, 50), slowest: percentile(waits, 100) },
	};
}

function goHome(people: readonly Person[]): void {
	for (const { session } of people) session.leave();
}
