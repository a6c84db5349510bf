/**
 * What the database can take from one connection: rows by `unnest`, `BATCH_ROWS` a statement, one
 * statement after the other. `POST /?ms=N` writes for so long and is answered with the rows written and the time it
 * took.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import pg from "pg";

const rows = Number(process.env["BATCH_ROWS"]);
const client = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
await client.connect();
await client.query(`CREATE TABLE IF NOT EXISTS rows (
	poll uuid NOT NULL, seq integer NOT NULL, person text NOT NULL, choice integer NOT NULL,
	at timestamptz NOT NULL, PRIMARY KEY (poll, seq)
)`);

const poll = randomUUID();
let seq = 0;

async function writeBatch(): Promise<void> {
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
	const ms = Number(new URL(request.url ?? "", "http://localhost").searchParams.get("ms"));
	const startedAt = performance.now();
	let written = 0;
	while (performance.now() < startedAt + ms) {
		await writeBatch();
		written += rows;
	}
	response.setHeader("content-type", "application/json");
	response.end(JSON.stringify({ written, ms: performance.now() - startedAt }));
});
server.listen(Number(process.env["PORT"]), "127.0.0.1", () => console.log("ready"));
process.on("SIGTERM", () => process.exit(0));
