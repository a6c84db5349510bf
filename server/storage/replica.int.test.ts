import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PostgresServer, startPostgres } from "../../ops/services/postgres-server.ts";
import { startStandby, streamed } from "../../ops/services/test-support/standby.ts";
import type { PollId } from "../../schema/ids.ts";
import { silent } from "../test/support/databases.ts";
import type { Connection, Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";
import { readingEnded } from "./replica.ts";

describe("reading polls that have ended from a streaming standby", function () {
	this.timeout(120_000);
	const cleanups: (() => unknown)[] = [];
	let server: PostgresServer;
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
		server = await startPostgres({ directory: at });
		cleanups.push(() => server.stop());
		primary = await openDatabase({ databaseUrl: server.url, dataDir: "unused" }, silent);
		cleanups.push(() => primary.close());
		await migrate(primary);

		standby = await startStandby(server.url, copyAt);
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
		await streamed(server.url, standby.url);
		assert.equal(await isStandby(reading.of(ended)), true);
		assert.equal(await isStandby(reading.of(live)), false);
		assert.equal(await isStandby(reading.of(crypto.randomUUID() as PollId)), false);

		await replica.execute("SELECT pg_wal_replay_pause()");
		await add(ended, 3, "participant-removed");
		assert.equal(await isStandby(reading.of(ended)), false);
		await replica.execute("SELECT pg_wal_replay_resume()");
		await streamed(server.url, standby.url);
		assert.equal(await isStandby(reading.of(ended)), true);
	});

	it("[I12] whatever the standby fails at, the primary answers; it is left alone for ten seconds then", async () => {
		const reading = readingEnded(primary, replica, { now: () => now });
		const ended = await createPoll("poll-created", "poll-ended");
		await streamed(server.url, standby.url);
		const answer = reading.of(ended);
		assert.equal(await isStandby(answer), true);
		await standby.kill();
		assert.equal(await isStandby(answer), false);
		assert.equal(await isStandby(reading.of(ended)), false);
		await standby.restart();
		await streamed(server.url, standby.url);
		now += 9_999;
		assert.equal(await isStandby(reading.of(ended)), false);
		now += 1;
		assert.equal(await isStandby(reading.of(ended)), true);
	});

	it("[I12] after a failure one asks for all whether the standby is back; the others do not wait with them", async () => {
		let asked = 0;
		const hung: Pick<Connection, "query"> = {
			query() {
				asked += 1;
				return asked === 1 ? Promise.reject(new Error("timeout")) : new Promise(() => {});
			},
		};
		const reading = readingEnded(primary, hung, { now: () => now });
		const ended = await createPoll("poll-created", "poll-ended");
		assert.equal(await isStandby(reading.of(ended)), false);
		now += 10_000;
		void isStandby(reading.of(ended));
		assert.equal(await isStandby(reading.of(ended)), false);
		assert.equal(asked, 2);
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
});
