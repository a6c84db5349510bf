/**
 * Polls that nobody watches, and polls that somebody does. Asleep they are rows: a process that starts
 * beside ten thousand of them needs no more memory than beside ten, and finds one as fast.
 */
import type { CreatedPoll } from "../../../schema/wire/http.ts";
import { atOnce } from "../kit/at-once.ts";
import type { Bench, Point, Scale, Side } from "../kit/bench.ts";
import { createPoll, deletePoll, takeSeat } from "../kit/hall.ts";
import type { BenchServer } from "../kit/servers.ts";
import { percentile } from "../kit/statistics.ts";
import type { Workbench } from "../kit/workbench.ts";

const FEW = 10;
const manyOf = ({ isQuick }: Scale) => (isQuick ? 1_000 : 10_000);
const AT_ONCE = 20;
const SEATS = 300;
/** Seats of a process that has just started are slow for other reasons. */
const FIRST_SEATS = 300;
const KEPT_SECONDS = 1_800;
const FEW_ASLEEP = "10 polls asleep";
const MANY_ASLEEP = "10,000 polls asleep";
const LIVE = "10,000 polls live";
const AS_LITTLE = { kind: "at-most", bound: 1.1 } as const;

export const manyRooms: Bench = {
	name: "many-rooms",
	about: "what polls cost that nobody watches, and what live ones cost",
	runs: 3,
	setting: (scale) =>
		`A process started beside ${FEW} or ${manyOf(scale)} polls; ${SEATS} viewer's seats for polls that are asleep, one after the other, each for another poll. Then, on a process of its own, ${manyOf(scale)} polls are brought to life and kept by a reserved seat.`,
	measures: [
		{ key: "started", label: "resident memory after the start", unit: "MB" },
		{ key: "p50", label: "a seat of a poll asleep, median", unit: "ms" },
		{ key: "p99", label: "a seat of a poll asleep, 99th percentile", unit: "ms" },
		{ key: "perPoll", label: "resident memory a live poll", unit: "KB" },
	],
	comparisons: [
		{ measure: "started", subject: MANY_ASLEEP, reference: FEW_ASLEEP, goal: AS_LITTLE },
		{ measure: "p50", subject: MANY_ASLEEP, reference: FEW_ASLEEP, goal: AS_LITTLE },
		{ measure: "cpuServing", subject: MANY_ASLEEP, reference: FEW_ASLEEP },
		{ measure: "perPoll", subject: LIVE },
	],
	curves: [
		{
			key: "resident",
			title: "Resident memory over live polls, beyond that of the empty process",
			...{ x: "polls live", y: "MB" },
		},
	],
	async prepare(workbench, say, scale) {
		const about = "a process on PostgreSQL that has just started";
		const few = await workbench.database();
		const many = await workbench.database();
		await fill(workbench, few, FEW);
		say(`${manyOf(scale)} polls are written`);
		await fill(workbench, many, manyOf(scale));
		return [
			{ ...(await asleepSide(workbench, few)), name: FEW_ASLEEP, description: about },
			{ ...(await asleepSide(workbench, many)), name: MANY_ASLEEP, description: about },
			{
				...(await liveSide(workbench, manyOf(scale))),
				name: LIVE,
				description: "one process; a room and a poll each, with a question of four options",
			},
		];
	},
};

/** By a process that ends again. */
async function fill(workbench: Workbench, DATABASE_URL: string, polls: number): Promise<void> {
	const server = await workbench.server({ DATABASE_URL });
	await atOnce(polls, AT_ONCE, async () => void (await createPoll(server.origin)));
	await server.stop();
}

async function asleepSide(
	workbench: Workbench,
	DATABASE_URL: string,
): Promise<Omit<Side, "name" | "description">> {
	const database = await workbench.databasePids();
	let server: BenchServer | undefined;
	let started = 0;
	let polls: CreatedPoll[] = [];
	return {
		watched: () => ({ server: server === undefined ? [] : [server.pid], database }),
		async prepare() {
			server = await workbench.server({ DATABASE_URL });
			started = (await server.memory()).rss / 1e6;
			polls = [];
			const { origin } = server;
			await atOnce(FIRST_SEATS + SEATS, AT_ONCE, async () => {
				polls.push(await createPoll(origin));
			});
			for (const { code } of polls.slice(0, FIRST_SEATS)) await viewerSeat(server, code);
		},
		async measure() {
			const waits: number[] = [];
			for (const { code } of polls.slice(FIRST_SEATS)) waits.push(await viewerSeat(server, code));
			const [p50, p99] = [percentile(waits, 50), percentile(waits, 99)];
			return { operations: waits.length, values: { started, p50, p99 } };
		},
		async settle() {
			// Whoever comes next is to find as many polls as this run has.
			const origin = server?.origin ?? "";
			await atOnce(polls.length, AT_ONCE, (index) => deletePoll(origin, polls[index]));
			await server?.stop();
		},
	};
}

async function viewerSeat(server: BenchServer | undefined, code: string): Promise<number> {
	const startedAt = performance.now();
	await takeSeat(server?.origin ?? "", code, { role: "viewer" });
	return performance.now() - startedAt;
}

async function liveSide(
	workbench: Workbench,
	polls: number,
): Promise<Omit<Side, "name" | "description">> {
	const database = await workbench.databasePids();
	const DATABASE_URL = await workbench.database();
	let server: BenchServer | undefined;
	const steps = [0.1, 0.25, 0.5, 1].map((share) => Math.round(polls * share));
	return {
		watched: () => ({ server: server === undefined ? [] : [server.pid], database }),
		async prepare() {
			// A room without connections lives as long as its reservations.
			const environment = { DATABASE_URL, COLYSEUS_SEAT_RESERVATION_TIME: `${KEPT_SECONDS}` };
			server = await workbench.server(environment);
			await liven(server, steps[0] ?? 0);
		},
		async measure() {
			const resident = async () => ((await server?.memory())?.rss ?? Number.NaN) / 1e6;
			const before = await resident();
			const points: Point[] = [[0, 0]];
			let live = 0;
			for (const step of steps) {
				await liven(server, step - live);
				live = step;
				points.push([step, (await resident()) - before]);
			}
			const perPoll = ((points.at(-1)?.[1] ?? Number.NaN) * 1000) / polls;
			return { operations: polls, values: { perPoll }, curves: { resident: points } };
		},
		settle: async () => server?.stop(),
	};
}

async function liven(server: BenchServer | undefined, count: number): Promise<void> {
	const origin = server?.origin ?? "";
	await atOnce(count, AT_ONCE, async () => {
		const { code } = await createPoll(origin);
		await takeSeat(origin, code, { role: "viewer" });
	});
}
