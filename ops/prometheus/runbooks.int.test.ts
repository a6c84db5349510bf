/** What the runbooks tell people to type: read by a shell and by PostgreSQL. */
import { deepEqual, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import pg from "pg";
import { openPostgres } from "../../server/test/support/databases.ts";

const FOLDER = new URL("../runbooks/", import.meta.url);
const runbooks = readdirSync(FOLDER).map((name) => ({
	name,
	text: readFileSync(new URL(name, FOLDER), "utf8"),
}));

/** Named after what does not exist here; the statement itself was understood. */
const NO_SUCH_SLOT = "42704";

describe("the commands of the runbooks", function () {
	this.timeout(120_000);

	it("[M14] a shell can read every block", () => {
		const blocks = runbooks.flatMap(({ name, text }) =>
			[...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => ({ name, block })),
		);
		ok(blocks.length > runbooks.length);
		const unreadable = blocks.filter(
			({ block }) => spawnSync("bash", ["-n"], { input: block }).status !== 0,
		);
		deepEqual(unreadable, []);
	});

	it("[M14] PostgreSQL takes every statement", async () => {
		const { url, close } = await openPostgres();
		// Without the time limits of Plenum's own connections, as psql: a checkpoint takes as long as the disk.
		const client = new pg.Client({ connectionString: url });
		await client.connect();
		const statements = runbooks.flatMap(({ name, text }) =>
			[...text.matchAll(/psql "\$DATABASE_URL" -c "([^"]+)"/g)].map(([, sql = ""]) => ({
				name,
				sql,
			})),
		);
		ok(statements.length > 15);
		const refused: unknown[] = [];
		for (const { name, sql } of statements) {
			const text = sql
				.replaceAll("$POLL_ID", "00000000-0000-4000-8000-000000000000")
				.replaceAll("$BLOCKING_PID", "0");
			await client.query(text).catch((error: { code?: string; message: string }) => {
				if (error.code !== NO_SUCH_SLOT) refused.push({ name, sql, message: error.message });
			});
		}
		await client.end();
		await close();
		deepEqual(refused, []);
	});
});
