/** A dump of PostgreSQL and what it holds, both out of one snapshot, while everybody goes on voting. */
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { CONTENTS, type Contents } from "./contents.ts";
import { libpqEnvironment } from "./libpq.ts";
import { Problem } from "./problem.ts";
import { startLink } from "./programs.ts";
import { type SealName, startSealing } from "./seal.ts";

export interface Seal {
	readonly name: SealName;
	readonly recipient: string;
}

/** Writes to `path`. Rejects when what was written cannot be read back to its last row. */
export async function dumpPostgres(
	url: string,
	path: string,
	seal: Seal | undefined,
): Promise<Contents> {
	const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
	client.on("error", () => {});
	await client.connect();
	try {
		// Open until the dump is done, however long the server's defaults would let it be.
		await client.query("SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0");
		await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
		const snapshot = await client.query<{ id: string }>("SELECT pg_export_snapshot() AS id");
		const { rows } = await client.query<Contents>(CONTENTS).catch(explainMissingTables);
		const contents = rows[0];
		if (contents === undefined) throw new Error("the database did not tell what it holds");
		const found = await write(url, String(snapshot.rows[0]?.id), path, seal);
		if (found.polls !== contents.polls || found.journal !== contents.journalRows) {
			throw new Problem(
				`the dump holds ${found.polls} polls and ${found.journal} journal rows instead of ${contents.polls} and ${contents.journalRows}: check the disk, then take another.`,
			);
		}
		return contents;
	} finally {
		await client.end().catch(() => {});
	}
}

/** One stream goes to the file, encrypted on the way, and through pg_restore, which reads all of it. */
async function write(url: string, snapshot: string, path: string, seal: Seal | undefined) {
	const dump = startLink(
		"pg_dump",
		["--format=custom", "--no-password", `--snapshot=${snapshot}`],
		libpqEnvironment(url),
	);
	const reading = startLink("pg_restore", ["--file=-"]);
	const sealing = seal && startSealing(seal.name, seal.recipient);
	const links = [dump, reading, ...(sealing ? [sealing] : [])];
	const file = createWriteStream(path, { mode: 0o600 });
	try {
		dump.output.pipe(reading.input);
		if (sealing) dump.output.pipe(sealing.input);
		const stored = pipeline((sealing ?? dump).output, file);
		const rows = countRows(reading.output);
		await Promise.all([stored, ...links.map(({ done }) => done)]);
		return await rows;
	} finally {
		for (const link of links) link.kill();
	}
}

/** Rows of both tables in a plain dump: the lines between `COPY table` and `\.`. */
async function countRows(script: Readable): Promise<{ polls: number; journal: number }> {
	const found = { polls: 0, journal: 0 };
	let table: keyof typeof found | undefined;
	for await (const line of createInterface({ input: script })) {
		if (table === undefined) {
			const name = /^COPY \S+\.(polls|journal) \(/.exec(line)?.[1];
			if (name === "polls" || name === "journal") table = name;
		} else if (line === "\\.") table = undefined;
		else found[table] += 1;
	}
	return found;
}

function explainMissingTables(cause: unknown): never {
	const { code } = cause as { code?: unknown };
	if (code !== "42P01") throw cause;
	throw new Problem("the database has no tables of Plenum: is DATABASE_URL the right one?");
}
