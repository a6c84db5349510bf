/** Brings a dump into an empty PostgreSQL database: all of it, verified and fenced, or nothing. */
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import type { Manifest } from "./backup-file.ts";
import { verification } from "./contents.ts";
import { RAISE_EPOCHS, SECOND_IS_OVER } from "./epochs.ts";
import { libpqEnvironment, placeOf } from "./libpq.ts";
import { Problem } from "./problem.ts";
import { startLink } from "./programs.ts";
import { startUnsealing } from "./seal.ts";

/** Rejects when the target is not empty, or when what came out is not what went in; then nothing is in it. */
export async function restorePostgres(
	url: string,
	path: string,
	{ sealedBy, contents }: Manifest,
	identityFile: string | undefined,
): Promise<void> {
	await requireEmpty(url);
	const unsealing = sealedBy && startUnsealing(sealedBy, identityFile);
	const reading = startLink("pg_restore", ["--file=-", "--no-owner", "--no-privileges"]);
	const writing = startLink(
		"psql",
		["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--output=/dev/null"],
		libpqEnvironment(url),
	);
	const links = [...(unsealing ? [unsealing] : []), reading, writing];
	writing.output.resume();
	try {
		const file = createReadStream(path);
		const source = unsealing
			? Promise.all([pipeline(file, unsealing.input), pipeline(unsealing.output, reading.input)])
			: pipeline(file, reading.input);
		writing.input.write("BEGIN;\n");
		reading.output.pipe(writing.input, { end: false });
		// A pipe breaks behind whoever failed: that one's own words are the news.
		const pipes = source.catch(() => {});
		await Promise.race([
			Promise.all([unsealing?.done, reading.done, once(reading.output, "end")]),
			writing.done.then(() => {
				throw new Error("psql ended before it was told everything");
			}),
		]);
		await pipes;
		// Only now, all of it having been read: psql would commit at the end of whatever it was given.
		writing.input.end(`RESET search_path;\n${verification(contents)}\n${RAISE_EPOCHS};\nCOMMIT;\n`);
		await writing.done;
		await onDatabase(url, (client) => client.query(SECOND_IS_OVER));
	} finally {
		for (const link of links) link.kill();
	}
}

/** After a recovery by other means, from WAL or by a standby: what it brought back may be older than what was seen. */
export async function raiseEpochs(url: string): Promise<number> {
	return await onDatabase(url, async (client) => {
		const { rowCount } = await client.query(RAISE_EPOCHS);
		await client.query(SECOND_IS_OVER);
		return rowCount ?? 0;
	});
}

async function requireEmpty(url: string): Promise<void> {
	const { rows } = await onDatabase(url, (client) =>
		client.query<{ name: string }>(`SELECT c.relname AS name
			FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
				AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
			ORDER BY c.relkind IN ('r', 'p') DESC, name`),
	);
	if (rows.length === 0) return;
	throw new Problem(
		`the database ${placeOf(url)} is not empty (it has ${rows[0]?.name} and ${rows.length - 1} more): nothing was changed. Make a new one (createdb) and name it in DATABASE_URL.`,
	);
}

async function onDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
	const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
	client.on("error", () => {});
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end().catch(() => {});
	}
}
