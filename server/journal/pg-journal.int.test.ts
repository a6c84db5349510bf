import assert from "node:assert/strict";
import type { Connection, Database, Statement } from "../storage/database.ts";
import { classifyFault } from "../storage/pg-errors.ts";
import { openPglite, openPostgres, type TestDatabase } from "../test/support/databases.ts";
import { deletePoll, insertPoll, rows, vote, votes } from "../test/support/journal-fixtures.ts";
import { type JournalUnderTest, journalContract } from "./journal-contract.ts";
import { pgJournal } from "./pg-journal.ts";

journalContract("PGlite", () => underTest(openPglite()), 10);
journalContract("PostgreSQL", () => underTest(openPostgres()), 40);

async function underTest(opening: Promise<TestDatabase>): Promise<JournalUnderTest> {
	const { database, close } = await opening;
	const journal = pgJournal(database);
	const other = pgJournal(database);
	return {
		journal,
		other,
		addPoll: () => insertPoll(database),
		deletePoll: (pollId) => deletePoll(database, pollId),
		async close() {
			await Promise.all([journal.close(), other.close()]);
			await close();
		},
	};
}

describe("pg-journal on PostgreSQL", function () {
	this.timeout(60_000);
	let test: TestDatabase;

	before(async () => {
		test = await openPostgres();
	});
	after(() => test?.close());

	it("appends on a connection of its own, opened once", async () => {
		const { watched, opened } = watch(test.database);
		const journal = pgJournal(watched);
		const poll = await insertPoll(test.database);
		for (const seq of [1, 2, 3]) await journal.append(rows(poll, 0, [vote(seq)]));
		assert.equal(opened.length, 1);
		await journal.close();
	});

	it("keeps its connection after an answered error and replaces it after a lost one", async () => {
		const { watched, opened } = watch(test.database);
		const journal = pgJournal(watched);
		const poll = await insertPoll(test.database);
		await journal.append(rows(poll, 0, [vote(1)]));
		await assert.rejects(journal.append(rows(poll, 0, [vote(2, 1)])));
		assert.equal(opened.length, 1);

		await terminateJournalConnections(test.database);
		const fault = await journal.append(rows(poll, 0, votes(2, 2))).then(
			() => "none",
			(error: unknown) => classifyFault(error),
		);
		assert.equal(fault, "unknown");
		assert.deepEqual(await journal.append(rows(poll, 0, votes(2, 2))), new Set([poll]));
		assert.equal(opened.length, 2);
		assert.equal(opened[0]?.closed, true);
		await journal.close();
	});

	it("connects again after a connection that could not be opened", async () => {
		let failures = 2;
		const refusing: Database = {
			...test.database,
			connect(purpose) {
				if (failures-- > 0)
					return Promise.reject(Object.assign(new Error("too many"), { code: "53300" }));
				return test.database.connect(purpose);
			},
		};
		const journal = pgJournal(refusing);
		const poll = await insertPoll(test.database);
		const batch = rows(poll, 0, [vote(1)]);
		await assert.rejects(journal.append(batch));
		await assert.rejects(journal.append(batch));
		assert.deepEqual(await journal.append(batch), new Set([poll]));
		await journal.close();
	});

	it("[J4] notes with an activation who took over and how many rows were read", async () => {
		const journal = pgJournal(test.database);
		const poll = await insertPoll(test.database);
		await journal.append(rows(poll, 0, votes(1, 7)));
		await journal.activate(poll, "process-a");
		await journal.read(poll);
		await journal.close();
		const noted = await test.database.query({
			text: "SELECT epoch, owner, rows_seen FROM activations WHERE poll_id = $1",
			values: [poll],
		});
		assert.deepEqual(noted, [{ epoch: 1, owner: "process-a", rows_seen: 7 }]);
	});

	it("[J1] a zero byte, and a choice out of range, are poison", async () => {
		const journal = pgJournal(test.database);
		const poll = await insertPoll(test.database);
		const entry = vote(1);
		assert.equal(entry.event.kind, "vote-cast");
		for (const change of [
			{ participantId: "p\u0000" },
			{ choices: [70_000] },
			{ revision: 2 ** 31 },
		]) {
			const spoilt = { ...entry, event: { ...entry.event, ...change } } as typeof entry;
			await assert.rejects(
				journal.append(rows(poll, 0, [spoilt])),
				(error) => classifyFault(error) === "poison",
			);
		}
		assert.deepEqual(await journal.read(poll), []);
		await journal.close();
	});

	it("runs three activations at once and no more, so that the pool keeps a connection free", async () => {
		let running = 0;
		let most = 0;
		const counting: Database = {
			...test.database,
			async query<Row>(statement: Statement) {
				most = Math.max(most, ++running);
				try {
					return await test.database.query<Row>(statement);
				} finally {
					running -= 1;
				}
			},
		};
		const journal = pgJournal(counting);
		const polls = await Promise.all(Array.from({ length: 20 }, () => insertPoll(test.database)));
		await Promise.all(polls.map((poll) => journal.activate(poll, "owner")));
		assert.equal(most, 3);
		await journal.close();
	});
});

function watch(database: Database): { watched: Database; opened: { closed: boolean }[] } {
	const opened: { closed: boolean }[] = [];
	const watched: Database = {
		...database,
		async connect(purpose): Promise<Connection> {
			const connection = await database.connect(purpose);
			const note = { closed: false };
			opened.push(note);
			return {
				query: connection.query,
				close() {
					note.closed = true;
					return connection.close();
				},
			};
		},
	};
	return { watched, opened };
}

async function terminateJournalConnections(database: Database): Promise<void> {
	await database.query({
		text: `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
			WHERE application_name = 'plenum:journal' AND datname = current_database()`,
	});
}
