/** Group commit and the real journal behind a network that loses answers. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { PollId } from "../../schema/ids.ts";
import { realTimers } from "../lib/timers.ts";
import type { Database } from "../storage/database.ts";
import { openDatabase } from "../storage/open-database.ts";
import { openPostgres, silent, type TestDatabase } from "../test/support/databases.ts";
import { insertPoll, votes } from "../test/support/journal-fixtures.ts";
import { type TcpProxy, tcpProxy } from "../test/support/tcp-proxy.ts";
import type { GroupCommitEvent } from "./commit-events.ts";
import { type GroupCommit, groupCommit, type JournalWriter } from "./group-commit.ts";
import { type PgJournal, pgJournal } from "./pg-journal.ts";

const ROUNDS = 150;
const BATCH = 200;
const CUT_MS_MAX = 7;

describe("commit unknown on PostgreSQL", function () {
	this.timeout(180_000);
	let test: TestDatabase;
	let proxy: TcpProxy;
	let proxied: Database;
	let journal: PgJournal;
	let commit: GroupCommit;
	let lostAnswers = 0;

	before(async () => {
		const opened = await openPostgres();
		test = opened;
		const url = new URL(opened.url);
		proxy = await tcpProxy(Number(url.port || 5432), url.hostname);
		url.hostname = "127.0.0.1";
		url.port = String(proxy.port);
		proxied = await openDatabase({ databaseUrl: url.href, dataDir: "unused" }, silent);
		journal = pgJournal(proxied);
		// Hardly any wait, so that many a resend runs beside its own original.
		const impatient = { retryMinMs: 1, retryMaxMs: 20 };
		commit = groupCommit(journal, realTimers, impatient, (event: GroupCommitEvent) => {
			if (event.kind === "batch-unknown") lostAnswers += 1;
		});
	});
	after(async () => {
		commit?.stop();
		await proxy?.close();
		await journal?.close();
		await proxied?.close();
		await test?.close();
	});

	/** Appends `count` votes and resolves when all are acknowledged; rejects when the poll ends. */
	function writes(poll: PollId): (firstSeq: number, count: number) => Promise<void> {
		let settle: { until: number; resolve(): void; reject(error: unknown): void } | undefined;
		const writer: JournalWriter = commit.writer(poll, 0, {
			committed: (seq) => seq === settle?.until && settle.resolve(),
			fenced: () => settle?.reject(new Error("fenced")),
			poisoned: (cause) => settle?.reject(cause),
		});
		return (firstSeq, count) =>
			new Promise((resolve, reject) => {
				settle = { until: firstSeq + count - 1, resolve, reject };
				for (const entry of votes(firstSeq, count)) writer.append(entry);
			});
	}

	it(`[G4] ${ROUNDS} batches cut 0–${CUT_MS_MAX} ms after they went through: no row missing, none twice`, async () => {
		const poll = await insertPoll(test.database);
		const write = writes(poll);
		lostAnswers = 0;
		for (let round = 0; round < ROUNDS; round++) {
			proxy.cutAfterNextRequest(Math.random() * CUT_MS_MAX);
			await write(1 + round * BATCH, BATCH);
		}
		assert.ok(lostAnswers > ROUNDS / 4, `only ${lostAnswers} answers were lost`);
		assert.deepEqual(await pgJournal(test.database).read(poll), votes(1, ROUNDS * BATCH));
	});

	it("[G6] a network that swallows everything ends in `unknown`, and what waited drains once it is back", async () => {
		const poll = await insertPoll(test.database);
		const write = writes(poll);
		await write(1, 10);
		proxy.mode = "black-hole";
		const written = write(11, 10);
		const before = lostAnswers;
		for (let waited = 0; lostAnswers === before && waited < 20_000; waited += 50) await sleep(50);
		assert.ok(lostAnswers > before, "the black hole went unnoticed");
		assert.equal(commit.storage, "delayed");
		// What hung in the hole stays dead; a peer that is really gone would be reset as well.
		proxy.cut();
		proxy.mode = "refuse";
		await sleep(100);
		proxy.mode = "forward";
		await written;
		assert.equal(commit.storage, "ok");
		assert.deepEqual(await pgJournal(test.database).read(poll), votes(1, 20));
	});

	it("[G1] a slow network delays answers, and nothing else", async () => {
		const poll = await insertPoll(test.database);
		const write = writes(poll);
		proxy.delayMs = 30;
		try {
			await write(1, 10);
			await write(11, 10);
		} finally {
			proxy.delayMs = 0;
		}
		assert.deepEqual(await pgJournal(test.database).read(poll), votes(1, 20));
	});
});
