import type { Bench, Side } from "../kit/bench.ts";
import { voter } from "../kit/hall.ts";
import { postJson } from "../kit/http-client.ts";
import { voteTogether, votingMeasures } from "../kit/polling.ts";
import { SeatConnection } from "../kit/seat-connection.ts";
import { memorySide, plenumSide, rowsSide, sideNames } from "../kit/voting-sides.ts";
import type { Workbench } from "../kit/workbench.ts";

const PEOPLE = 1_000;
const POLLS = 50;
const MEASURED_MS = 3_000;
const BATCHES = [50, 500];
const BATCHES_MS = 1_000;
const ECHO = "WebSocket echo";
const writerName = (rows: number) => `batches of ${rows} rows`;

export const votes: Bench = {
	name: "votes",
	about: "durable confirmed votes a second, 1,000 people in 50 polls",
	runs: 3,
	setting: `${PEOPLE} people in ${POLLS} polls, each voting anew as soon as the last vote is confirmed, for ${MEASURED_MS / 1000} s a run.`,
	measures: votingMeasures,
	comparisons: [
		{ measure: "perSecond", subject: sideNames.plenum, reference: ECHO },
		{ measure: "perSecond", subject: sideNames.plenum, reference: writerName(50) },
		{ measure: "perSecond", subject: sideNames.plenum, reference: writerName(500) },
		{ measure: "perSecond", subject: sideNames.plenum, reference: sideNames.memory },
		{
			...{ measure: "perSecond", subject: sideNames.plenum, reference: sideNames.rows },
			goal: { kind: "at-least", ratio: 1 },
		},
		{ measure: "p99", subject: sideNames.plenum, reference: sideNames.memory },
		{ measure: "p99", subject: sideNames.plenum, reference: sideNames.rows },
		{ measure: "cpuServer", subject: sideNames.plenum, reference: sideNames.memory },
		{ measure: "cpuServer", subject: sideNames.plenum, reference: sideNames.rows },
		{ measure: "cpuDatabase", subject: sideNames.plenum, reference: sideNames.rows },
	],
	async prepare(workbench) {
		const hall = {
			...{ polls: POLLS, people: PEOPLE },
			measure: voteTogether(MEASURED_MS),
		};
		const writers: Side[] = [];
		for (const rows of BATCHES) writers.push(await batchWriter(workbench, rows));
		return [
			await echo(workbench),
			...writers,
			await memorySide(workbench, hall),
			await rowsSide(workbench, hall),
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
	const voters = seats.map((seat) => voter(seat, "-".repeat(8)));
	return {
		name: ECHO,
		description: "answers without doing anything: what this driver can ask at most",
		watched: () => ({ server: [server.pid] }),
		measure: () => voteTogether(MEASURED_MS)(voters),
	};
}

/** What the database can take. */
async function batchWriter(workbench: Workbench, rows: number): Promise<Side> {
	const environment = { DATABASE_URL: await workbench.database(), BATCH_ROWS: `${rows}` };
	const server = await workbench.reference("batch-writer", environment);
	const database = await workbench.databasePids();
	return {
		name: writerName(rows),
		description: `nobody asks: ${rows} rows a statement over one connection, one after the other`,
		watched: () => ({ server: [server.pid], database }),
		async measure() {
			const path = `/?ms=${BATCHES_MS}`;
			const { written, ms } = await postJson<{ written: number; ms: number }>(
				server.origin,
				path,
				{},
			);
			return { operations: written, values: { perSecond: (written / ms) * 1000 } };
		},
	};
}
