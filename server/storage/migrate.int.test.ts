import assert from "node:assert/strict";
import {
	freshDatabaseUrl,
	openPglite,
	openPostgres,
	silent,
	tempDir,
} from "../test/support/databases.ts";
import { runMigrationCli } from "./cli.ts";
import type { Database, Statement } from "./database.ts";
import { migrate, rollback } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";

/** In the order of their numbers. */
const ups = ["001.do.polls-and-journal.sql", "002.do.retention-days.sql"];
const downs = ["002.undo.retention-days.sql", "001.undo.polls-and-journal.sql"];
const NEWEST = ups.length;
const tables = ["activations", "audit_log", "ballots", "journal", "polls", "tallies", "votes"];
const id = "00000000-0000-4000-8000-000000000001";

async function relations(database: Database): Promise<readonly string[]> {
	const rows = await database.query<{ name: string }>({
		text: `SELECT table_name AS name FROM information_schema.tables
			WHERE table_schema = 'public' AND table_name <> 'plenum_schema_version' ORDER BY 1`,
	});
	return rows.map((row) => row.name);
}

const openEmpty = {
	postgres: async () =>
		openDatabase({ databaseUrl: await freshDatabaseUrl(), dataDir: "unused" }, silent),
	embedded: async () => openDatabase({ dataDir: await tempDir() }, silent),
};

describe("migrate", function () {
	this.timeout(120_000);

	for (const [kind, open] of Object.entries(openEmpty)) {
		it(`[D4] [D5] ${kind}: up by two migrators at once, down with data, and up again`, async () => {
			const database = await open();
			assert.deepEqual(await relations(database), []);

			const reports = await Promise.all([migrate(database), migrate(database)]);
			assert.deepEqual(reports.map((report) => report.applied.length).sort(), [0, NEWEST]);
			assert.deepEqual(await relations(database), tables);

			await database.execute(`INSERT INTO polls (id, code, host_token_hash, created_at, last_activity_at)
				VALUES ('${id}', 'ABC234', 'h', now(), now());
				INSERT INTO journal (poll_id, seq, epoch, kind, at) VALUES ('${id}', 1, 0, 'poll-ended', now())`);
			for (const [step, applied] of downs.entries()) {
				const from = NEWEST - step;
				assert.deepEqual(await rollback(database), { from, to: from - 1, applied: [applied] });
			}
			assert.deepEqual(await relations(database), []);
			assert.deepEqual(await rollback(database), { from: 0, to: 0, applied: [] });

			assert.deepEqual(await migrate(database), { from: 0, to: NEWEST, applied: ups });
			assert.deepEqual(await database.query({ text: "SELECT count(*) AS polls FROM polls" }), [
				{ polls: 0 },
			]);
			await database.close();
		});
	}

	for (const [kind, open] of Object.entries({ postgres: openPostgres, embedded: openPglite })) {
		it(`[D6] ${kind}: a database that is newer than the program is refused and left alone`, async () => {
			const { database, close } = await open();
			await database.execute("INSERT INTO plenum_schema_version (version) VALUES (999)");
			await assert.rejects(
				migrate(database),
				/schema version 999, this program knows 2: run the newer program/,
			);
			const accepted = await migrate(database, { acceptNewer: true });
			assert.deepEqual(accepted, { from: 999, to: 999, applied: [] });
			await assert.rejects(rollback(database, 0), /schema version 999/);
			assert.deepEqual(await relations(database), tables);
			await close();
		});

		it(`[D7] ${kind}: a migration whose version row fails leaves nothing behind`, async () => {
			const { database, close } = await open();
			await rollback(database, 0);
			await assert.rejects(
				migrate(sabotaged(database, 'INSERT INTO "plenum_schema_version"', "INSERT INTO nowhere")),
				{
					code: "42P01",
				},
			);
			assert.deepEqual(await relations(database), []);
			assert.equal((await migrate(database)).from, 0);
			await close();
		});
	}

	it("[D5] migrators of two processes take turns", async () => {
		const databaseUrl = await freshDatabaseUrl();
		const databases = await Promise.all(
			[1, 2, 3].map(() => openDatabase({ databaseUrl, dataDir: "unused" }, silent)),
		);
		const reports = await Promise.all(databases.map((database) => migrate(database)));
		assert.deepEqual(reports.map((report) => report.applied.length).sort(), [0, 0, NEWEST]);
		for (const database of databases) await database.close();
	});

	it("[D4] a target outside the known versions is refused", async () => {
		const { database, close } = await openPostgres();
		for (const to of [-1, 3, 0.5, Number.NaN])
			await assert.rejects(rollback(database, to), /can be rolled back to 0–2/);
		await close();
	});

	it("[D17] the command line says what it did and answers with an exit code", async () => {
		const settings = { databaseUrl: await freshDatabaseUrl(), dataDir: "unused" };
		const cli = async (...argv: string[]) => {
			const lines: string[] = [];
			return {
				code: await runMigrationCli(argv, settings, (line) => lines.push(line)),
				text: lines.join("\n"),
			};
		};
		assert.deepEqual(await cli("migrate"), {
			code: 0,
			text: [
				...ups.map((file) => `Applied ${file}`),
				"The database went from schema version 0 to 2.",
			].join("\n"),
		});
		assert.deepEqual(await cli("migrate"), {
			code: 0,
			text: "Nothing to do: the database has schema version 2.",
		});
		assert.match((await cli("rollback", "--to", "0")).text, /from schema version 2 to 0/);
		assert.equal((await cli("--help")).code, 0);
		for (const argv of [
			["rollback", "--to", "x"],
			["sideways"],
			["migrate", "--to", "1"],
			["rollback", "--nope"],
			[],
		]) {
			assert.equal((await cli(...argv)).code, 2, argv.join(" "));
		}
		const refused = await runMigrationCli(
			["migrate"],
			{ databaseUrl: "postgres://u:secret@127.0.0.1:1/x", dataDir: "unused" },
			(line) => {
				assert.match(line, /ECONNREFUSED/);
				assert.doesNotMatch(line, /secret/);
			},
		);
		assert.equal(refused, 1);
	});
});

/** The same database, with one piece of every statement on own connections exchanged. */
function sabotaged(database: Database, piece: string, by: string): Database {
	return {
		...database,
		async connect(purpose) {
			const connection = await database.connect(purpose);
			return {
				close: () => connection.close(),
				query: <Row>({ text, ...rest }: Statement) =>
					connection.query<Row>({ ...rest, text: text.replace(piece, by) }),
			};
		},
	};
}
