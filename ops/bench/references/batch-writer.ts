/**
 * What the database can take from one connection: rows by `unnest`, so many a statement, one
 * statement after the other. `POST /?ms=N&rows=M&pause=P` writes for so long, with so many ms between
 * two statements, and is answered with the rows written, the time it took, and the median of a
 * statement, in ms.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { median } from "../kit/statistics.ts";

const client = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
await client.connect();
await client.query(`CREATE TABLE IF NOT EXISTS rows (
	poll uuid NOT NULL, seq integer NOT NULL, person text NOT NULL, choice integer NOT NULL,
	at timestamptz NOT NULL, PRIMARY KEY (poll, seq)
)`);

const poll = randomUUID();
let seq = 0;

async function writeBatch(rows: number): Promise<void> {
	const numbers = Array.from({ length: rows }, () => {
		seq += 1;
		return seq;
	});
	await client.query({
		name: "batch",
		text: `INSERT INTO rows SELECT $1, seq, person, choice, now()
			FROM unnest($2::integer[], $3::text[], $4::integer[]) AS row (seq, person, choice)`,
		values: [poll, numbers, numbers.map(() => randomUUID()), numbers.map((number) => number % 4)],
	});
}

const server = createServer(async (request, response) => {
	const asked = new URL(request.url ?? "", "http://localhost").searchParams;
	const [ms, rows] = [Number(asked.get("ms")), Number(asked.get("rows"))];
	const pause = Number(asked.get("pause") ?? 0);
	const startedAt = performance.now();
	const waits: number[] = [];
	let now = startedAt;
	while (now < startedAt + ms) {
		if (pause > 0) await sleep(pause);
		const before = performance.now();
		await writeBatch(rows);
		now = performance.now();
		waits.push(now - before);
	}
	response.setHeader("content-type", "application/json");
	const written = waits.length * rows;
	response.end(JSON.stringify({ written, ms: now - startedAt, statementMs: median(waits) }));
});
server.listen(Number(process.env["PORT"]), "127.0.0.1", () => console.log("ready"));
process.on("SIGTERM", () => process.exit(0));
