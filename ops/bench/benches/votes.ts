import type { Bench, Side } from "../kit/bench.ts";
import { voter } from "../kit/hall.ts";
import { voteTogether, votingMeasures } from "../kit/polling.ts";
import { SeatConnection } from "../kit/seat-connection.ts";
import {
	fiveStatementsSide,
	memorySide,
	plenumSide,
	sideNames,
	WARMED_UP,
} from "../kit/voting-sides.ts";
import type { Workbench } from "../kit/workbench.ts";
import { startWriter } from "../kit/writer-side.ts";

const PEOPLE = 1_000;
const POLLS = 50;
const MEASURED_MS = 3_000;
const BATCH_ROWS = 50;
const BATCHES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const BATCHES_MS = 600;
const ECHO = "WebSocket echo";
const ONE_ROW = "one row a statement";
const BATCH = `${BATCH_ROWS} rows a statement`;
const { plenum: subject, memory, five } = sideNames;

export const votes: Bench = {
	name: "votes",
	about: "durable confirmed votes a second, 1,000 people in 50 polls",
	runs: 3,
	setting: () =>
		`${PEOPLE} people in ${POLLS} polls, each voting anew as soon as the last vote is confirmed, for ${MEASURED_MS / 1000} s a run. ${WARMED_UP}`,
	measures: votingMeasures,
	comparisons: [
		{
			...{ measure: "perSecond", subject, reference: memory },
			goal: { kind: "at-least", bound: 0.8 },
		},
		{
			...{ measure: "perSecond", subject, reference: five },
			goal: { kind: "at-least", bound: 25 },
		},
		{ measure: "p99", subject, goal: { kind: "at-most", bound: 200 } },
		{
			...{ measure: "cpuServing", subject, reference: memory },
			goal: { kind: "at-most", bound: 1.5 },
		},
		{ measure: "cpuServing", subject, reference: five },
		{ measure: "perSecond", subject, reference: ECHO },
		{ measure: "perSecond", subject, reference: BATCH },
		{ measure: "perSecond", subject, reference: ONE_ROW },
		{ measure: "p99", subject, reference: memory },
		{ measure: "p99", subject, reference: five },
	],
	curves: [
		{
			key: "batches",
			title: "What PostgreSQL takes on one connection, by the rows of a statement",
			...{ x: "rows a statement", y: "rows a second" },
		},
	],
	async prepare(workbench) {
		const hall = {
			polls: POLLS,
			people: PEOPLE,
			measure: voteTogether(MEASURED_MS),
			isWarmedUp: true,
		} as const;
		const writer = await startWriter(workbench);
		const alone = "nobody asks: INSERTs over one connection, one after the other";
		return [
			await echo(workbench),
			writer.side({ name: ONE_ROW, description: alone }, 1, BATCHES_MS),
			writer.side({ name: BATCH, description: alone }, BATCH_ROWS, BATCHES_MS, {
				...{ key: "batches", rows: BATCHES },
			}),
			await memorySide(workbench, hall),
			await fiveStatementsSide(workbench, hall),
			await plenumSide(workbench, hall),
		];
	},
};

/** What the driver itself can do. */
async function echo(workbench: Workbench): Promise<Side> {
	const server = await workbench.reference("echo");
	const url = server.origin.replace("http", "ws");
	const seats = await Promise.all(
		Array.from({ length: PEOPLE }, () => SeatConnection.connect(url)),
	);
	const voters = seats.map((seat) => voter(seat, "q1"));
	return {
		name: ECHO,
		description: "answers without doing anything: what this driver can ask at most",
		watched: () => ({ server: [server.pid] }),
		measure: () => voteTogether(MEASURED_MS)(voters),
	};
}
