/** How long after the voter another person sees the vote, where nothing else happens. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Side } from "../kit/bench.ts";
import { type Gathering, memoryPoll, plenumPoll, type Voter } from "../kit/hall.ts";
import type { BenchServer } from "../kit/servers.ts";
import { percentile } from "../kit/statistics.ts";
import { sideNames } from "../kit/voting-sides.ts";
import type { Workbench } from "../kit/workbench.ts";
import { startWriter } from "../kit/writer-side.ts";

const POLLS = 20;
const VOTES = 100;
/** With every poll's turn after all others', each is quiet for over half a second before. */
const PAUSE_MS = 30;
/** Joining is shown, too, a little later. */
const QUIET_AFTER_MS = 1_500;
const COMMIT = "a commit alone";
const COMMIT_AGAIN = "commits without a pause";
const COMMITS_MS = 500;

export const fanOut: Bench = {
	name: "fan-out",
	about: "how long after the voter somebody else sees a vote, in a quiet poll",
	runs: 3,
	setting: () =>
		`${POLLS} polls of two people; in one poll after the other one of them votes, ${VOTES} votes a run, and the other waits for the state that shows it.`,
	measures: [
		{ key: "seen", label: "from the vote to the other screen, median", unit: "ms" },
		{ key: "seenP99", label: "from the vote to the other screen, 99th percentile", unit: "ms" },
		{ key: "above", label: "after the voter's own confirmation, median", unit: "ms" },
	],
	comparisons: [
		{
			...{ measure: "seen", subject: sideNames.plenum },
			...{ reference: COMMIT, isDifference: true },
			goal: { kind: "at-most", bound: 2 },
		},
		{
			...{ measure: "seen", subject: sideNames.plenum },
			...{ reference: COMMIT_AGAIN, isDifference: true },
		},
		{ measure: "seen", subject: sideNames.plenum, reference: sideNames.memory },
		{ measure: "seenP99", subject: sideNames.plenum, reference: sideNames.memory },
		{ measure: "above", subject: sideNames.plenum, reference: sideNames.memory },
	],
	async prepare(workbench) {
		const room = await workbench.reference("memory-room");
		const plenum = await workbench.server({ DATABASE_URL: await workbench.database() });
		const database = await workbench.databasePids();
		const polls = (create: (index: number) => Promise<Gathering>) =>
			Promise.all(Array.from({ length: POLLS }, (_, index) => create(index)));
		return [
			...(await commitSides(workbench)),
			{
				...(await seeingSide(
					room,
					[],
					await polls(async (it) => memoryPoll(room.origin, `${it}`)),
				)),
				name: sideNames.memory,
				description: "a Colyseus room as it comes, which shows changes every 50 ms",
			},
			{
				...(await seeingSide(plenum, database, await polls(() => plenumPoll(plenum.origin)))),
				name: sideNames.plenum,
				description: "one process on PostgreSQL; nothing is shown before it is durable",
			},
		];
	},
};

/** The least that a durable vote can take on this machine: one row, one statement, nothing around it. */
async function commitSides(workbench: Workbench): Promise<readonly Side[]> {
	const writer = await startWriter(workbench);
	const side = (name: string, ms: number, pauseMs: number, when: string): Side => ({
		name,
		description: `one row, inserted and committed by one connection to the same PostgreSQL, ${when}`,
		watched: () => ({}),
		async measure() {
			const { written, statementMs } = await writer.write(1, ms, pauseMs);
			return { operations: written, values: { seen: statementMs } };
		},
	});
	const seldom = `every ${PAUSE_MS} ms as the votes are: a processor that was idle is slower for a moment`;
	return [
		side(COMMIT, VOTES * PAUSE_MS, PAUSE_MS, seldom),
		side(COMMIT_AGAIN, COMMITS_MS, 0, "one after the other"),
	];
}

async function seeingSide(
	server: BenchServer,
	database: readonly number[],
	polls: readonly Gathering[],
): Promise<Omit<Side, "name" | "description">> {
	const pairs = await Promise.all(
		polls.map(async (poll) => {
			await poll.open();
			return { voter: await poll.join(), other: await poll.join() };
		}),
	);
	return {
		watched: () => ({ server: [server.pid], database }),
		prepare: () => sleep(QUIET_AFTER_MS),
		async measure() {
			const seen: number[] = [];
			const above: number[] = [];
			for (let index = 0; index < VOTES; index += 1) {
				const pair = pairs[index % POLLS];
				if (pair === undefined) continue;
				const startedAt = performance.now();
				const shown = shownTo(pair.other);
				const [confirmedAt, shownAt] = await Promise.all([
					pair.voter.vote().then(() => performance.now()),
					shown,
				]);
				seen.push(shownAt - startedAt);
				above.push(shownAt - confirmedAt);
				await sleep(PAUSE_MS);
			}
			return {
				operations: VOTES,
				values: {
					seen: percentile(seen, 50),
					seenP99: percentile(seen, 99),
					above: percentile(above, 50),
				},
			};
		},
	};
}

/** When the next frame of the state arrives: nothing but the vote changes it. */
function shownTo({ seat }: Voter): Promise<number> {
	return new Promise((resolve) => {
		seat.onState = () => resolve(performance.now());
	});
}
