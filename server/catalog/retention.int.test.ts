import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { PollCode, PollId, QuestionId, TokenHash } from "../../schema/ids.ts";
import { openPglite, openPostgres, type TestDatabase } from "../test/support/databases.ts";
import { settlePromises, virtualTimers } from "../test/support/virtual-timers.ts";
import { type Catalog, catalog } from "./catalog.ts";
import { type Retention, type RetentionParts, retention } from "./retention.ts";
import { scheduleRetention } from "./retention-schedule.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2024, 5, 1);
let serial = 0;

describe("retention", function () {
	this.timeout(120_000);

	for (const [kind, open] of Object.entries({ postgres: openPostgres, embedded: openPglite })) {
		describe(kind, () => {
			let test: TestDatabase;
			let polls: Catalog;

			beforeEach(async () => {
				test = await open();
				polls = catalog(test.database);
			});
			afterEach(() => test.close());

			const sweeper = (changes: Partial<RetentionParts> = {}): Retention =>
				retention({
					database: test.database,
					catalog: polls,
					periods: { pollDays: 30, auditDays: 90 },
					wallClock: () => NOW,
					inUse: () => [],
					...changes,
				});

			async function poll(daysAgo: number, retentionDays?: number): Promise<PollId> {
				serial += 1;
				const id = crypto.randomUUID() as PollId;
				const question = { id: "q1" as QuestionId, prompt: "?", options: ["a", "b"] };
				await polls.create({
					id,
					code: `R${String(serial).padStart(5, "0")}` as PollCode,
					hostTokenHash: "hash" as TokenHash,
					created: {
						kind: "poll-created",
						title: "?",
						settings: { capacity: 20, results: "live" },
						questions: [{ ...question, kind: "single", maxChoices: 1 }],
					},
					retentionDays,
					at: NOW - daysAgo * DAY_MS,
				});
				return id;
			}

			const isThere = async (id: PollId) => {
				const text = "SELECT 1 FROM polls WHERE id = $1 AND deleted_at IS NULL";
				return (await test.database.query({ text, values: [id] })).length === 1;
			};
			const rows = async (table: string) =>
				(await test.database.query({ text: `SELECT 1 FROM ${table}` })).length;

			it("[D22] a poll goes so many days after its last activity, with everything of it, and no other", async () => {
				const [old, young] = [await poll(31), await poll(29)];
				assert.deepEqual(
					(await sweeper().due()).map(({ id }) => id),
					[old],
				);
				assert.equal(await isThere(old), true, "a look deletes nothing");
				assert.deepEqual(await sweeper().sweep(), { polls: 1, auditRows: 0 });
				assert.deepEqual([await isThere(old), await isThere(young)], [false, true]);
				assert.deepEqual([await rows("polls"), await rows("journal")], [1, 1]);
			});

			it("[D23] the host's own period counts when it is shorter, never when it is longer", async () => {
				const [short, long] = [await poll(4, 3), await poll(31, 300)];
				const kept = await poll(2, 3);
				await sweeper().sweep();
				assert.deepEqual(
					[await isThere(short), await isThere(long), await isThere(kept)],
					[false, false, true],
				);
			});

			it("[D24] a poll that is live here stays, however long ago it was brought to life", async () => {
				const live = await poll(31);
				assert.equal((await sweeper({ inUse: () => [live] }).sweep()).polls, 0);
				assert.equal((await sweeper().sweep()).polls, 0, "its activity was noted");
			});

			it("[D25] of several processes that sweep at once each poll is swept by one", async () => {
				for (let i = 0; i < 60; i += 1) await poll(31 + i);
				const swept = await Promise.all([1, 2, 3].map(() => sweeper().sweep()));
				assert.equal(
					swept.reduce((sum, report) => sum + report.polls, 0),
					60,
				);
				assert.deepEqual([await rows("polls"), await rows("journal")], [0, 0]);
			});

			it("[D26] lines of the audit log go after their own time", async () => {
				for (const daysAgo of [89, 91, 400]) {
					await test.database.query({
						text: "INSERT INTO audit_log (at, kind) VALUES ($1, 'poll-created')",
						values: [new Date(NOW - daysAgo * DAY_MS).toISOString()],
					});
				}
				assert.equal((await sweeper().sweep()).auditRows, 2);
				assert.equal(await rows("audit_log"), 1);
			});
		});
	}

	it("[D25] a sweep that meets another one, which then dies, leaves no row of the poll behind", async () => {
		const { database, url, close } = await openPostgres();
		const other = new pg.Client({ connectionString: url });
		await other.connect();
		try {
			const id = crypto.randomUUID() as PollId;
			await database.query({
				text: `WITH poll AS (
					INSERT INTO polls (id, code, host_token_hash, created_at, last_activity_at, deleted_at)
					VALUES ($1, 'SWEPT1', 'hash', now(), now(), now())
				)
				INSERT INTO journal (poll_id, seq, epoch, kind, at)
				SELECT $1, seq, 1, 'poll-ended', now() FROM generate_series(1, 4500) AS seq`,
				values: [id],
			});
			await other.query("BEGIN");
			await other.query("DELETE FROM journal WHERE seq <= 2000");
			const swept = catalog(database).sweepDeleted();
			await waitsForLock(database);
			await other.query("COMMIT");
			assert.equal(await swept, 1);
			for (const table of ["polls", "journal"]) {
				assert.deepEqual(await database.query({ text: `SELECT 1 FROM ${table}` }), [], table);
			}
		} finally {
			await other.end();
			await close();
		}
	});

	it("[D27] it sweeps about once an hour, also after one that failed, until it is stopped", async () => {
		const timers = virtualTimers();
		let sweeps = 0;
		const faults: unknown[] = [];
		const stop = scheduleRetention({
			retention: {
				async sweep() {
					sweeps += 1;
					if (sweeps === 2) throw new Error("away");
					return { polls: 0, auditRows: 0 };
				},
			},
			timers,
			random: () => 0.5,
			onSwept() {},
			onFault: (cause) => faults.push(cause),
		});
		await timers.advance(90_000);
		assert.equal(sweeps, 1);
		await timers.advance(2 * 3_600_000);
		assert.equal(sweeps, 3);
		assert.equal(faults.length, 1);
		stop();
		await timers.advance(10 * 3_600_000);
		await settlePromises();
		assert.equal(sweeps, 3);
	});
});

async function waitsForLock(database: TestDatabase["database"]): Promise<void> {
	const text = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
	while ((await database.query({ text })).length === 0) await pause(10);
}
