/** `npm run retention` as processes of their own, several at once on one database. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openPostgres, type TestDatabase } from "./test/support/databases.ts";

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL("../dist/server/retention-main.js", import.meta.url));
const OLD = 45;

describe("npm run retention", function () {
	this.timeout(60_000);
	let test: TestDatabase & { readonly url: string };

	before(async () => {
		test = await openPostgres();
		await test.database.query({
			text: `WITH made AS (
				INSERT INTO polls (id, code, host_token_hash, created_at, last_activity_at)
				SELECT gen_random_uuid(), 'R' || lpad(n::text, 5, '0'), 'hash', at, at
				FROM generate_series(0, ${OLD}) AS n, LATERAL (SELECT now() - interval '1 day' * n * 40 AS at)
				RETURNING id, created_at
			)
			INSERT INTO journal (poll_id, seq, epoch, kind, at)
			SELECT id, 1, 0, 'poll-ended', created_at FROM made`,
		});
	});
	after(() => test.close());

	it("[D22] --dry-run lists what would go, oldest first, and deletes nothing", async () => {
		const lines = (await retention("--dry-run")).trim().split("\n");
		assert.match(lines[0] ?? "", /^R00045 {2}last used \d{4}-\d\d-\d\dT/);
		assert.equal(lines.at(-1), `${OLD} polls would be deleted; nothing was.`);
		assert.equal(await count("polls"), OLD + 1);
		await assert.rejects(retention("--nonsense"), { code: 2 });
		assert.match(await retention("--help"), /^Usage: npm run retention/);
	});

	it("[D25] three processes at once delete each of them once, and no other", async () => {
		const said = await Promise.all([1, 2, 3].map(() => retention()));
		const deleted = said.map((text) => Number(/^Deleted (\d+) polls and 0 lines/.exec(text)?.[1]));
		assert.equal(
			deleted.reduce((sum, each) => sum + each, 0),
			OLD,
		);
		assert.deepEqual([await count("polls"), await count("journal")], [1, 1]);
		assert.match(await retention(), /^Deleted 0 polls/);
	});

	async function retention(...args: readonly string[]): Promise<string> {
		const { PATH, HOME, TMPDIR } = process.env;
		const env = { PATH, HOME, TMPDIR, DATABASE_URL: test.url };
		return (await run(process.execPath, [MAIN, ...args], { env })).stdout;
	}

	async function count(table: string): Promise<number> {
		return (await test.database.query({ text: `SELECT 1 FROM ${table}` })).length;
	}
});
