/**
 * What it costs to find a poll's room, with few and with many polls live. Two clusters of two
 * processes stand side by side; every live poll is kept by a seat that is reserved and not taken for
 * the length of the bench, half of the polls in each process.
 */
import type { CreatedPoll } from "../../../schema/wire/http.ts";
import { atOnce } from "../kit/at-once.ts";
import type { Bench, Side } from "../kit/bench.ts";
import { createPoll, deletePoll, takeSeat } from "../kit/hall.ts";
import type { BenchServer } from "../kit/servers.ts";
import { percentile } from "../kit/statistics.ts";
import { heapOf } from "../kit/voting-sides.ts";
import type { Workbench } from "../kit/workbench.ts";

const FEW = 10;
const MANY = 10_000;
const MANY_QUICK = 1_000;
const SEATS = 200;
const SETTING_UP_AT_ONCE = 20;
const SAY_EVERY = 1_000;
const KEPT_SECONDS = 1_800;
/** Asked for in turn, so that no single poll is special; all are live wherever there are so many. */
const POLLS_ASKED_FOR = 5;

const WHERE = ["here", "in the other process", "asleep"] as const;
type Where = (typeof WHERE)[number];

const sideName = (where: Where, live: number) => `${where}, ${live === FEW ? "few" : "many"} live`;

export const findRoom: Bench = {
	name: "find-room",
	about: "what a seat costs, by where the poll's room is and how many polls are live",
	runs: 5,
	setting: () =>
		`${SEATS} viewer's seats a run, one after the other, asked of one process of two; every live room is kept by a reserved seat, half of them in each process.`,
	measures: [
		{ key: "p50", label: "a seat, median", unit: "ms" },
		{ key: "p99", label: "a seat, 99th percentile", unit: "ms" },
	],
	comparisons: WHERE.flatMap((where) => {
		const sides = { subject: sideName(where, MANY), reference: sideName(where, FEW) };
		return [
			{ ...sides, measure: "p50", goal: { kind: "same" as const } },
			{ ...sides, measure: "cpuServer" },
		];
	}),
	async prepare(workbench, say, { isQuick }) {
		const few = await openCluster(workbench, FEW, say);
		const many = await openCluster(workbench, isQuick ? MANY_QUICK : MANY, say);
		return WHERE.flatMap((where) => [few(where), many(where)]);
	},
};

async function openCluster(
	workbench: Workbench,
	live: number,
	say: (line: string) => void,
): Promise<(where: Where) => Side> {
	const environment = {
		DATABASE_URL: await workbench.database(),
		REDIS_URL: await workbench.redis(),
		// A room without connections lives as long as its reservations.
		COLYSEUS_SEAT_RESERVATION_TIME: `${KEPT_SECONDS}`,
	};
	const here = await workbench.server(environment);
	const there = await workbench.server(environment);
	const database = await workbench.databasePids();
	const hereCodes: string[] = [];
	const thereCodes: string[] = [];
	await atOnce(live, SETTING_UP_AT_ONCE, async (index) => {
		const [server, codes] = index % 2 === 0 ? [here, hereCodes] : [there, thereCodes];
		const { code } = await createPoll(server.origin);
		await takeSeat(server.origin, code, { role: "viewer" });
		codes.push(code);
		const held = hereCodes.length + thereCodes.length;
		if (held % SAY_EVERY === 0) say(`${held} of ${live} polls are live`);
	});
	const asked: Readonly<Record<Where, readonly string[]>> = {
		here: hereCodes.slice(0, POLLS_ASKED_FOR),
		"in the other process": thereCodes.slice(0, POLLS_ASKED_FOR),
		asleep: [],
	};
	return (where) => ({
		...seatSide(here, asked[where]),
		name: sideName(where, live),
		description: describe(where, live),
		watched: () => ({ server: [here.pid, there.pid], database }),
		heapBytes: () => heapOf([here, there]),
	});
}

/** @param live polls to ask for in turn; none: every seat is for a poll that nobody has entered yet. */
function seatSide(
	{ origin }: BenchServer,
	live: readonly string[],
): Pick<Side, "prepare" | "measure" | "settle"> {
	let codes = live;
	let fresh: CreatedPoll[] = [];
	return {
		async prepare() {
			if (live.length > 0) return;
			await atOnce(SEATS, SETTING_UP_AT_ONCE, async () => {
				fresh.push(await createPoll(origin));
			});
			codes = fresh.map(({ code }) => code);
		},
		async settle() {
			const awake = fresh;
			fresh = [];
			await atOnce(awake.length, SETTING_UP_AT_ONCE, (index) => deletePoll(origin, awake[index]));
		},
		async measure() {
			const latencies: number[] = [];
			for (let index = 0; index < SEATS; index += 1) {
				const code = codes[index % codes.length] ?? "";
				const startedAt = performance.now();
				await takeSeat(origin, code, { role: "viewer" });
				latencies.push(performance.now() - startedAt);
			}
			return {
				operations: SEATS,
				values: { p50: percentile(latencies, 50), p99: percentile(latencies, 99) },
			};
		},
	};
}

function describe(where: Where, live: number): string {
	const place = {
		here: "the room is in the process that is asked",
		"in the other process": "the room is in the other process",
		asleep: "there is no room, and the process that is asked brings it to life",
	}[where];
	return `${place}; ${live.toLocaleString("en")} polls are live`;
}
