import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, copyFile, mkdtemp, readdir, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { httpApi } from "../../client/src/session/http-api.ts";
import { type ServerUnderTest, startServer } from "../../server/test/support/server-under-test.ts";
import { freePort } from "../services/free-port.ts";
import { type PostgresServer, startPostgres } from "../services/postgres-server.ts";
import type { Contents } from "./contents.ts";
import { runCommand } from "./test-support/command.ts";
import { fillHall, type Hall, missing } from "./test-support/hall.ts";

const run = promisify(execFile);
/** Far more than the poll has after it is restored: as if it had moved all day since the backup. */
const ACTIVATIONS = 50;

describe("backup and restore", function () {
	this.timeout(180_000);
	let folder: string;
	let dataFolder: string;
	let postgres: PostgresServer;
	/** Of a database with one poll and its backup, for tests that need nothing more. */
	let small: { readonly url: string; readonly file: string };
	let server: ServerUnderTest | undefined;
	let hall: Hall | undefined;

	before(async () => {
		dataFolder = await mkdtemp(join(tmpdir(), "plenum-backup-"));
		postgres = await startPostgres({ directory: dataFolder });
		const url = await freshDatabase();
		const filling = await startServer({ DATABASE_URL: url });
		const questions = [{ prompt: "Tea?", options: ["Yes", "No"] }];
		await httpApi(filling.origin).createPoll({ title: "Tea", questions });
		await filling.kill();
		small = { url, file: await backUp({ DATABASE_URL: url }, join(dataFolder, "small")) };
	});

	after(async () => {
		await postgres.stop();
		await rm(dataFolder, { recursive: true, force: true });
	});

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), "plenum-backups-"));
	});

	afterEach(async () => {
		hall?.leave();
		await server?.kill("SIGKILL");
		hall = undefined;
		server = undefined;
		await rm(folder, { recursive: true, force: true });
	});

	it("[I1] a backup holds every vote acknowledged before it; restored, polls go on and every screen comes back", async () => {
		const PORT = String(await freePort());
		const lost = await freshDatabase();
		server = await startServer({ PORT, DATABASE_URL: lost });
		hall = await fillHall(server.origin);
		await hall.moreVotes();
		const acknowledged = [...hall.crowd.receipts];
		const file = await backUp({ DATABASE_URL: lost });
		await query(lost, `UPDATE polls SET epoch = epoch + ${ACTIVATIONS}`);
		await hall.moreVotes();
		const epochSeen = hall.epochSeen();
		assert.ok(epochSeen > ACTIVATIONS);
		await server.kill("SIGKILL");
		await query(postgres.url, `DROP DATABASE ${new URL(lost).pathname.slice(1)} WITH (FORCE)`);

		const DATABASE_URL = await freshDatabase();
		await restore(file, { DATABASE_URL });
		await lookAround({ DATABASE_URL }, acknowledged, await contentsOf(file));
		server = await startServer({ PORT, DATABASE_URL });
		await hall.moreVotes();
		await hall.settle(server.origin);
		assert.ok(hall.epochSeen() > epochSeen);
	});

	it("[I2] the same for the embedded database, once its server is stopped", async () => {
		const PORT = String(await freePort());
		const lost = { DATA_DIR: join(folder, "lost") };
		server = await startServer({ PORT, ...lost });
		hall = await fillHall(server.origin);
		await hall.moreVotes();
		await refused("backup", ["--to", folder], lost, /is in use by another Plenum process: stop/);
		await server.kill();
		const acknowledged = [...hall.crowd.receipts];
		const file = await backUp(lost);
		await rm(lost.DATA_DIR, { recursive: true });

		const found = { DATA_DIR: join(folder, "found") };
		await restore(file, found);
		await refused("restore", [file], found, /has a database already: nothing was changed/);
		const there = await lookAround(found, acknowledged, await contentsOf(file));
		await refused("restore", ["--fence"], { DATA_DIR: folder }, /there is no database in/);
		await succeeds("restore", ["--fence"], found);
		server = await startServer({ PORT, ...found });
		await hall.moreVotes();
		await hall.settle(server.origin);
		assert.ok(hall.epochSeen() > there);
	});

	it("[I3] restored twice from one file, and fenced, the epochs only grow", async () => {
		const epochs = [];
		for (let time = 0; time < 2; time += 1) {
			const DATABASE_URL = await freshDatabase();
			await restore(small.file, { DATABASE_URL });
			epochs.push(await epochOf(DATABASE_URL));
			await succeeds("restore", ["--fence"], { DATABASE_URL });
			epochs.push(await epochOf(DATABASE_URL));
		}
		assert.deepEqual(
			epochs,
			[...new Set(epochs)].sort((a, b) => a - b),
		);
	});

	it("[I4] a target that is not empty, and a file that is not whole, are refused; nothing is changed", async () => {
		const epoch = await epochOf(small.url);
		await refused("restore", [small.file], { DATABASE_URL: small.url }, /is not empty .* Make a/);
		assert.equal(await epochOf(small.url), epoch);

		const DATABASE_URL = await freshDatabase();
		const cut = await copyOf(small.file, "cut.dump");
		await truncate(cut, 1_000);
		await refused(
			"restore",
			[cut],
			{ DATABASE_URL },
			/has 1000 bytes instead of \d+, it was cut off/,
		);
		const changed = await copyOf(small.file, "changed.dump");
		const bytes = await readFile(changed);
		bytes.writeUInt8(bytes.readUInt8(900) ^ 1, 900);
		await writeOver(changed, bytes);
		await refused("restore", [changed], { DATABASE_URL }, /has changed since it was written/);
		const wrong = join(folder, "wrong.dump");
		await appendFile(wrong, "not a backup");
		await refused("restore", [wrong], { DATABASE_URL }, /wrong\.dump\.json cannot be read/);
		await appendFile(`${wrong}.json`, "{}");
		await refused("restore", [wrong], { DATABASE_URL }, /is not what npm run backup writes/);
		const { DATA_DIR } = { DATA_DIR: join(folder, "data") };
		await refused(
			"restore",
			[small.file],
			{ DATA_DIR },
			/of a PostgreSQL database: set DATABASE_URL/,
		);

		const other = await copyOf(small.file, "other.dump");
		const about = (await readFile(`${other}.json`, "utf8")).replace(/"digest": "/, '"digest": "1');
		await writeOver(`${other}.json`, Buffer.from(about));
		await refused("restore", [other], { DATABASE_URL }, /the restored rows are not those of the/);
		await restore(small.file, { DATABASE_URL });
	});

	it("[I5] what cannot be backed up is said in words without the password, and leaves no file", async () => {
		const empty = await freshDatabase();
		const to = ["--to", folder];
		await refused(
			"backup",
			to,
			{ DATABASE_URL: empty },
			/has no tables of Plenum: is DATABASE_URL/,
		);
		const away = postgres.url.replace(/postgres@.*/, "ada:open-sesame@127.0.0.1:1/none");
		await refused("backup", to, { DATABASE_URL: away }, /no database answers at DATABASE_URL/);
		await refused("restore", [small.file], { DATABASE_URL: away }, /no database answers/);
		const gone = `${postgres.url.replace("postgres@", "postgres:open-sesame@")}_none`;
		await refused("backup", to, { DATABASE_URL: gone }, /does not exist/);
		const sealed = { DATABASE_URL: small.url, BACKUP_RECIPIENT: "age1nobody", PATH: folder };
		await refused("backup", to, sealed, /age is not installed .* install the package age/);
		const unknown = { DATABASE_URL: small.url, BACKUP_RECIPIENT: "nobody@plenum.test" };
		await refused("backup", to, { ...unknown, GNUPGHOME: folder }, /gpg failed/);
		await refused("backup", [...to, "--keep", "0"], { DATABASE_URL: small.url }, /--keep/, 2);
		await refused(
			"backup",
			["--nonsense"],
			{ DATABASE_URL: small.url },
			/npm run backup -- --help/,
			2,
		);
		assert.deepEqual(
			(await readdir(folder)).filter((name) => name.startsWith("plenum-")),
			[],
		);
	});

	it("[I6] encrypted for a recipient, it is restored with their key alone", async () => {
		const GNUPGHOME = folder;
		const mine = { env: { ...process.env, GNUPGHOME } };
		const key = ["--batch", "--passphrase", "", "--quick-generate-key", "ops@plenum.test"];
		await run("gpg", key, mine);
		try {
			const BACKUP_RECIPIENT = "ops@plenum.test";
			const file = await backUp({ DATABASE_URL: small.url, GNUPGHOME, BACKUP_RECIPIENT });
			assert.match(file, /\.dump\.gpg$/);
			assert.doesNotMatch(await readFile(file, "latin1"), /PGDMP/);
			const DATABASE_URL = await freshDatabase();
			const strangers = await mkdtemp(join(folder, "s-"));
			await refused("restore", [file], { DATABASE_URL, GNUPGHOME: strangers }, /gpg failed/);
			await restore(file, { DATABASE_URL, GNUPGHOME });
			await run("gpgconf", ["--homedir", strangers, "--kill", "all"]);
		} finally {
			await run("gpgconf", ["--homedir", GNUPGHOME, "--kill", "all"]);
		}
	});

	it("[I7] only the newest backups stay, and nothing else is touched", async () => {
		const others = ["plenum-20200101T000000Z.dump", "notes.txt", "plenum-20200102T000000Z.tar.gz"];
		for (const name of others) await appendFile(join(folder, name), "old");
		await appendFile(join(folder, "plenum-20200102T000000Z.tar.gz.json"), "old");
		const { stdout } = await succeeds("backup", ["--to", folder, "--keep", "1"], {
			DATABASE_URL: small.url,
		});
		assert.match(stdout, /Removed what is outdated: plenum-20200102T000000Z\.tar\.gz\.\n/);
		const names = await readdir(folder);
		assert.equal(names.length, 4);
		// The first is not complete, so that nobody knows what it is.
		for (const name of others.slice(0, 2)) assert.ok(names.includes(name), name);
	});

	/** What a server on the restored database says; resolves to the poll's epoch in it. */
	async function lookAround(
		environment: NodeJS.ProcessEnv,
		acknowledged: Hall["crowd"]["receipts"],
		contents: Contents,
	): Promise<number> {
		const { DATABASE_URL } = environment;
		const aside = await startServer(environment);
		try {
			const exported = (await hall?.exported(aside.origin)) ?? [];
			assert.ok(acknowledged.length > 0);
			assert.deepEqual(missing(acknowledged, exported), []);
			assert.equal(exported.length, contents.votes);
			const last = new Map(exported.map((vote) => [vote.participant_id, vote.choices[0]]));
			const counts = [0, 1, 2].map(
				(choice) => [...last.values()].filter((it) => it === choice).length,
			);
			assert.deepEqual(await hall?.results(aside.origin), counts);
			if (DATABASE_URL === undefined) return 0;
			const sql = "SELECT votes FROM tallies WHERE question_id = 'q1' ORDER BY option_index";
			assert.deepEqual(
				(await query(DATABASE_URL, sql)).map(({ votes }) => votes),
				counts,
			);
			return await epochOf(DATABASE_URL);
		} finally {
			await aside.kill();
		}
	}

	async function backUp(environment: NodeJS.ProcessEnv, to = folder): Promise<string> {
		const { stdout } = await succeeds("backup", ["--to", to], environment);
		const file = /^Done: (.*?), \d+ polls/m.exec(stdout)?.[1];
		assert.ok(file !== undefined, stdout);
		return file;
	}

	async function restore(file: string, environment: NodeJS.ProcessEnv): Promise<void> {
		await succeeds("restore", [file], environment);
	}

	async function succeeds(
		name: "backup" | "restore",
		args: readonly string[],
		environment: NodeJS.ProcessEnv,
	) {
		const outcome = await runCommand(name, args, environment);
		assert.deepEqual([outcome.code, outcome.stderr], [0, ""]);
		return outcome;
	}

	async function refused(
		name: "backup" | "restore",
		args: readonly string[],
		environment: NodeJS.ProcessEnv,
		words: RegExp,
		exitCode = 1,
	): Promise<void> {
		const { code, stdout, stderr } = await runCommand(name, args, environment);
		assert.match(stderr, words);
		assert.equal(code, exitCode, stderr);
		assert.doesNotMatch(stdout + stderr, /open-sesame|\n\s+at /);
	}

	async function copyOf(file: string, name: string): Promise<string> {
		const copy = join(folder, name);
		await copyFile(file, copy);
		await copyFile(`${file}.json`, `${copy}.json`);
		return copy;
	}

	async function contentsOf(file: string): Promise<Contents> {
		return JSON.parse(await readFile(`${file}.json`, "utf8")).contents;
	}

	async function writeOver(file: string, bytes: Buffer): Promise<void> {
		await truncate(file, 0);
		await appendFile(file, bytes);
	}

	async function epochOf(url: string): Promise<number> {
		return Number((await query(url, "SELECT max(epoch) AS epoch FROM polls"))[0]?.["epoch"]);
	}

	async function freshDatabase(): Promise<string> {
		const name = `hall_${crypto.randomUUID().replaceAll("-", "")}`;
		await query(postgres.url, `CREATE DATABASE ${name}`);
		return postgres.url.replace(/postgres$/, name);
	}

	async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
		const client = new pg.Client({ connectionString: url });
		await client.connect();
		try {
			return (await client.query(sql)).rows;
		} finally {
			await client.end();
		}
	}
});
