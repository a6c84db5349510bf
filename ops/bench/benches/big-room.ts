import { setTimeout as sleep } from "node:timers/promises";
import { atOnce } from "../kit/at-once.ts";
import type { Bench, Scale, Side } from "../kit/bench.ts";
import { requireDescriptors } from "../kit/descriptors.ts";
import {
	countedBallots,
	createPoll,
	enterPoll,
	hostOpens,
	mintToken,
	type Voter,
	voter,
} from "../kit/hall.ts";
import { watchHealth } from "../kit/health-watch.ts";
import { LastFrames } from "../kit/last-frames.ts";
import { voteAtRate } from "../kit/open-loop.ts";
import { percentile } from "../kit/statistics.ts";
import { sideNames } from "../kit/voting-sides.ts";
import type { Workbench } from "../kit/workbench.ts";

const VOTING_SECONDS = 10;
const JOINING_AT_ONCE = 100;
/** Without a frame for so long, every screen has all it is going to get. */
const QUIET_MS = 2_500;
const peopleOf = ({ isQuick }: Scale) => (isQuick ? 1_000 : 10_000);
const { plenum: subject } = sideNames;
const most = (measure: string, bound: number) => ({
	...{ measure, subject, goal: { kind: "at-most" as const, bound } },
});

export const bigRoom: Bench = {
	name: "big-room",
	about: "one poll of 10,000 people: all join, all vote within ten seconds",
	runs: 2,
	setting: (scale) =>
		`One poll. ${peopleOf(scale)} people join, ${JOINING_AT_ONCE} at once; then all of them vote, one after the other at a fixed rate, within ${VOTING_SECONDS} s. A wait counts from the moment at which the vote was due. Both health checks are asked every 50 ms throughout, over a kept connection by one thread and over new ones by another.`,
	measures: [
		{ key: "joins", label: "joins", unit: "a second" },
		{ key: "p50", label: "confirmation, median", unit: "ms" },
		{ key: "p99", label: "confirmation, 99th percentile", unit: "ms" },
		{ key: "unconfirmed", label: "votes that were not confirmed", unit: "votes" },
		{
			key: "complete",
			label: "whole tally on every screen, after the last confirmation",
			unit: "ms",
		},
		{ key: "behind", label: "screens without the whole tally", unit: "screens" },
		{ key: "health", label: "a health check, slowest of all", unit: "ms" },
		{ key: "healthP99", label: "a health check, 99th percentile", unit: "ms" },
		{ key: "healthNew", label: "the same by new connections, slowest of all", unit: "ms" },
		{ key: "healthNewP50", label: "by new connections, median", unit: "ms" },
		{ key: "asker", label: "the asking thread late by itself, most of all", unit: "ms" },
	],
	comparisons: [
		most("unconfirmed", 0),
		most("p99", 300),
		most("complete", 1_000),
		most("behind", 0),
		most("health", 50),
		{ measure: "healthP99", subject },
		{ measure: "healthNew", subject },
		{ measure: "joins", subject },
	],
	async prepare(workbench, say, scale) {
		const people = peopleOf(scale);
		await requireDescriptors(people);
		return [await plenum(workbench, people, say)];
	},
};

async function plenum(
	workbench: Workbench,
	people: number,
	say: (line: string) => void,
): Promise<Side> {
	const server = await workbench.server({ DATABASE_URL: await workbench.database() });
	const database = await workbench.databasePids();
	const { origin } = server;
	let voters: Voter[] = [];
	return {
		name: subject,
		description: "one process on PostgreSQL",
		watched: () => ({ server: [server.pid], database }),
		heapBytes: async () => (await server.memory()).heapUsed,
		async measure() {
			const poll = await createPoll(origin);
			const { host, questionId } = await hostOpens(origin, poll);
			const health = watchHealth(origin, "kept");
			const newcomers = watchHealth(origin, "new");
			voters = [];
			const startedAt = performance.now();
			await atOnce(people, JOINING_AT_ONCE, async (index) => {
				const claim = { nickname: `Voter ${index}`, participantToken: mintToken() };
				voters[index] = voter(await enterPoll(origin, poll.code, claim), questionId);
			});
			const joins = (people / (performance.now() - startedAt)) * 1000;
			await host.leave();
			say(`${people} people are in`);
			await sleep(QUIET_MS);
			const screens = new LastFrames(people);
			voters.forEach(({ seat }, screen) => {
				seat.onState = (frame) => screens.see(screen, frame, performance.now());
			});
			const vote = await voteAtRate(voters, people / VOTING_SECONDS, people);
			const votedAt = performance.now();
			while (performance.now() < Math.max(votedAt, screens.lastAt) + QUIET_MS) await sleep(50);
			const { waits, lateness } = await health.stop();
			const { waits: waitsOfNew } = await newcomers.stop();
			const { completeAt, behind } = screens.outcome;
			const counted = await countedBallots(origin, poll.code);
			return {
				operations: people,
				values: {
					joins,
					p50: percentile(vote.waits, 50),
					p99: percentile(vote.waits, 99),
					unconfirmed: Math.max(vote.problems, people - counted),
					complete: Math.max(0, completeAt - vote.lastConfirmedAt),
					behind,
					health: percentile(waits, 100),
					healthP99: percentile(waits, 99),
					healthNew: percentile(waitsOfNew, 100),
					healthNewP50: percentile(waitsOfNew, 50),
					asker: percentile(lateness, 100),
				},
			};
		},
		async settle() {
			for (const { seat } of voters) seat.drop();
			await sleep(QUIET_MS);
		},
	};
}
