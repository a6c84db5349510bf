import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "../../ops/services/find-program.ts";
import { accountForPostgres } from "../../ops/services/postgres-binaries.ts";
import { type PostgresServer, startPostgres } from "../../ops/services/postgres-server.ts";
import type { PollId } from "../../schema/ids.ts";
import { silent } from "../test/support/databases.ts";
import type { Connection, Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";
import { readingEnded } from "./replica.ts";

const run = promisify(execFile);
const STREAMED_WITHIN_MS = 10_000;

describe("reading polls that have ended from a streaming standby", function () {
	this.timeout(120_000);
	const cleanups: (() => unknown)[] = [];
	let standby: PostgresServer;
	let primary: Database;
	let replica: Database;
	let now = 0;

	before(async () => {
		const directories = await Promise.all(
			["primary", "standby"].map((name) => mkdtemp(join(tmpdir(), `plenum-${name}-`))),
		);
		const [at = "", copyAt = ""] = directories;
		for (const directory of directories) {
			cleanups.push(() => rm(directory, { recursive: true, force: true }));
		}
		const server = await startPostgres({ directory: at });
		cleanups.push(() => server.stop());
		primary = await openDatabase({ databaseUrl: server.url, dataDir: "unused" }, silent);
		cleanups.push(() => primary.close());
		await migrate(primary);

		const data = join(copyAt, "postgres");
		const program = findProgram(["pg_basebackup"]);
		assert.ok(program !== undefined, "pg_basebackup comes with PostgreSQL's client programs");
		const how = ["--checkpoint=fast", "--write-recovery-conf", "--wal-method=stream"];
		await run(program, ["--dbname", server.url, "--pgdata", data, ...how]);
		const account = accountForPostgres();
		if (account) await run("chown", ["-R", `${account.uid}:${account.gid}`, data]);
		standby = await startPostgres({ directory: copyAt });
		cleanups.push(() => standby.stop());
		replica = await openDatabase({ databaseUrl: standby.url, dataDir: "unused" }, silent);
		cleanups.push(() => replica.close());
	});

	after(async () => {
		for (const cleanup of cleanups.reverse()) await cleanup();
	});

	it("[I12] a poll that has ended is read from the standby once that has all of it, any other from the primary", async () => {
		const reading = readingEnded(primary, replica, { now: () => now });
		const [ended, live] = [
			await createPoll("poll-created", "poll-ended"),
			await createPoll("poll-created"),
		];
		await streamed();
		assert.equal(await isStandby(reading.of(ended)), true);
		assert.equal(await isStandby(reading.of(live)), false);
		assert.equal(await isStandby(reading.of(crypto.randomUUID() as PollId)), false);

		await replica.execute("SELECT pg_wal_replay_pause()");
		await add(ended, 3, "participant-removed");
		assert.equal(await isStandby(reading.of(ended)), false);
		await replica.execute("SELECT pg_wal_replay_resume()");
		await streamed();
		assert.equal(await isStandby(reading.of(ended)), true);
	});

	it("[I12] whatever the standby fails at, the primary answers; it is left alone for ten seconds then", async () => {
		const reading = readingEnded(primary, replica, { now: () => now });
		const ended = await createPoll("poll-created", "poll-ended");
		await streamed();
		const answer = reading.of(ended);
		assert.equal(await isStandby(answer), true);
		await standby.kill();
		assert.equal(await isStandby(answer), false);
		assert.equal(await isStandby(reading.of(ended)), false);
		await standby.restart();
		await streamed();
		now += 9_999;
		assert.equal(await isStandby(reading.of(ended)), false);
		now += 1;
		assert.equal(await isStandby(reading.of(ended)), true);
	});

	async function isStandby(reading: Pick<Connection, "query">): Promise<boolean | undefined> {
		const rows = await reading.query<{ it: boolean }>({ text: "SELECT pg_is_in_recovery() AS it" });
		return rows[0]?.it;
	}

	async function createPoll(...kinds: readonly string[]): Promise<PollId> {
		const id = crypto.randomUUID() as PollId;
		for (const [index, kind] of kinds.entries()) await add(id, index + 1, kind);
		return id;
	}

	async function add(pollId: PollId, seq: number, kind: string): Promise<void> {
		const text =
			"INSERT INTO journal (poll_id, seq, epoch, kind, at) VALUES ($1, $2, 1, $3, now())";
		await primary.query({ text, values: [pollId, seq, kind] });
	}

	/** Resolves once the standby has replayed what the primary has committed by now. */
	async function streamed(): Promise<void> {
		const [position] = await primary.query<{ lsn: string }>({
			text: "SELECT pg_current_wal_lsn()::text AS lsn",
		});
		const deadline = performance.now() + STREAMED_WITHIN_MS;
		const text = "SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS it";
		while (true) {
			const rows = await replica
				.query<{ it: boolean }>({ text, values: [position?.lsn] })
				.catch(() => []);
			if (rows[0]?.it) return;
			assert.ok(performance.now() < deadline, "the standby does not follow");
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}
});
