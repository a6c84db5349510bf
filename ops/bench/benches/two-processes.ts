import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Bench, Outcome, Side } from "../kit/bench.ts";
import type { Voter } from "../kit/hall.ts";
import { voteAtRate } from "../kit/open-loop.ts";
import { commandsIn, grown, total } from "../kit/redis-commands.ts";
import { percentile } from "../kit/statistics.ts";
import { plenumHall } from "../kit/voting-sides.ts";
import type { Workbench } from "../kit/workbench.ts";

const PEOPLE = 1_000;
const POLLS = 50;
const RATE = 4_000;
const SECONDS = 5;
/** Seats that were reserved expire after 15 s; what rooms list of themselves changes until then. */
const JUST_JOINED_MS = 20_000;
const ONE = "one process";
const TWO = "two processes";

export const twoProcesses: Bench = {
	name: "two-processes",
	about: "the same votes on two processes as on one: CPU a vote, and what Redis has to do",
	runs: 3,
	setting: () =>
		`${PEOPLE} people in ${POLLS} polls, ${RATE} votes a second from everybody in turn for ${SECONDS} s a run; with two processes half of the polls are in each. Redis counts its own commands (INFO commandstats); what it does in as many seconds without a vote is taken off.`,
	measures: [
		{ key: "p50", label: "confirmation, median", unit: "ms" },
		{ key: "p99", label: "confirmation, 99th percentile", unit: "ms" },
		{ key: "redis", label: "Redis commands for votes", unit: "per 1,000" },
		{ key: "redisIdle", label: "Redis commands without votes", unit: "a second" },
		{ key: "problems", label: "votes refused or lost", unit: "" },
	],
	comparisons: [
		{
			...{ measure: "cpuServing", subject: TWO, reference: ONE },
			goal: { kind: "at-most", bound: 1.1 },
		},
		// A heartbeat more or less than before is no vote's: that is one or two commands in 20,000 votes.
		{ measure: "redis", subject: TWO, goal: { kind: "at-most", bound: 0.5 } },
		{ measure: "problems", subject: TWO, goal: { kind: "at-most", bound: 0 } },
		{ measure: "p99", subject: TWO, reference: ONE },
	],
	async prepare(workbench, say) {
		const one = { ...(await side(workbench, 1, say)), name: ONE };
		const two = { ...(await side(workbench, 2, say)), name: TWO };
		await sleep(JUST_JOINED_MS);
		return [
			{ ...one, description: "with Redis and PostgreSQL" },
			{ ...two, description: "that share Redis and PostgreSQL" },
		];
	},
};

async function side(
	workbench: Workbench,
	processes: number,
	say: (line: string) => void,
): Promise<Omit<Side, "name" | "description">> {
	const url = await workbench.redis();
	const environment = { DATABASE_URL: await workbench.database(), REDIS_URL: url };
	const servers = [];
	for (let count = 0; count < processes; count += 1) {
		servers.push(await workbench.server(environment));
	}
	const redis = workbench.keep(new Redis(url), async (client) => client.disconnect());
	const measure = (voters: readonly Voter[]) => countingRedis(redis, voters, say);
	const hall = await plenumHall(workbench, { people: PEOPLE, polls: POLLS, measure }, servers);
	let idle = 0;
	return {
		...hall,
		async prepare() {
			const before = await commands(redis);
			await sleep(SECONDS * 1000);
			idle = total(grown(before, await commands(redis))) / SECONDS;
		},
		async measure() {
			const startedAt = performance.now();
			const outcome = await hall.measure();
			const without = (idle * (performance.now() - startedAt)) / 1000;
			const { redis = 0, ...values } = outcome.values;
			const beyond = Math.max(0, redis - without);
			return {
				operations: outcome.operations,
				values: { ...values, redis: (beyond * 1000) / outcome.operations, redisIdle: idle },
			};
		},
	};
}

async function countingRedis(
	redis: Redis,
	voters: readonly Voter[],
	say: (line: string) => void,
): Promise<Outcome> {
	const before = await commands(redis);
	const { waits, problems } = await voteAtRate(voters, RATE, RATE * SECONDS);
	const p = (percent: number) => percentile(waits, percent);
	const more = grown(before, await commands(redis));
	say(`Redis while people voted: ${[...more].map((each) => each.join(" ")).join(", ")}`);
	const values = { p50: p(50), p99: p(99), problems, redis: total(more) };
	return { operations: waits.length, values };
}

async function commands(redis: Redis): Promise<ReadonlyMap<string, number>> {
	return commandsIn(await redis.info("commandstats"));
}
