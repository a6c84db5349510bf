/**
 * The shipped statements against each other on a real server: an owner that writes without a
 * pause, and another process that takes the poll over at a random moment. The mutants must lose
 * votes here, or the race would prove nothing.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { PollId } from "../../schema/ids.ts";
import type { Database } from "../storage/database.ts";
import { openPostgres, type TestDatabase } from "../test/support/databases.ts";
import { insertPoll, rows, votes } from "../test/support/journal-fixtures.ts";
import { ACTIVATE, APPEND } from "./journal-sql.ts";
import { pgJournal } from "./pg-journal.ts";

const ROUNDS = 1_000;
/** A mutant loses in about three rounds of four; this many without a loss would be a miracle. */
const MUTANT_ROUNDS_MAX = 200;
const WRITERS = 2;
const BATCH = 40;

interface Race {
	/** What the owner writes with, in place of the shipped statement. */
	readonly append?: string;
	/** Resolves to the places that the new owner has read. */
	readonly takeOver: (pollId: PollId) => Promise<readonly number[]>;
}

interface Outcome {
	readonly acknowledged: number;
	/** Acknowledged, but not in what the new owner read. */
	readonly lost: number;
	/** Written under the old epoch after the new owner had read. */
	readonly late: number;
}

describe("sql race on PostgreSQL", function () {
	this.timeout(240_000);
	let test: TestDatabase;

	before(async () => {
		test = await openPostgres();
	});
	after(() => test?.close());

	it(`[J4] [X2] ${ROUNDS} takeovers of a poll under fire lose nothing and let nothing in afterwards`, async () => {
		const journal = pgJournal(test.database);
		const total = { acknowledged: 0, lost: 0, late: 0 };
		const takeOver = async (pollId: PollId): Promise<readonly number[]> => {
			assert.equal(await journal.activate(pollId, "new owner"), 1);
			return (await journal.read(pollId)).map((entry) => entry.seq);
		};
		for await (const { acknowledged, lost, late } of race(test.database, { takeOver }, ROUNDS)) {
			total.acknowledged += acknowledged;
			total.lost += lost;
			total.late += late;
		}
		await journal.close();
		assert.ok(
			total.acknowledged >= ROUNDS * BATCH,
			`only ${total.acknowledged} rows were in the race`,
		);
		assert.deepEqual({ lost: total.lost, late: total.late }, { lost: 0, late: 0 });
	});

	const gateMutants = {
		"without a row lock": mutant(APPEND, "FOR SHARE OF p", ""),
		"with FOR KEY SHARE": mutant(APPEND, "FOR SHARE OF p", "FOR KEY SHARE OF p"),
	};
	for (const [name, append] of Object.entries(gateMutants)) {
		it(`[J4] mutant: an append ${name} loses acknowledged votes`, async () => {
			const journal = pgJournal(test.database);
			const takeOver = async (pollId: PollId): Promise<readonly number[]> => {
				await journal.activate(pollId, "new owner");
				return (await journal.read(pollId)).map((entry) => entry.seq);
			};
			await assertLoses(race(test.database, { append, takeOver }, MUTANT_ROUNDS_MAX));
			await journal.close();
		});
	}

	it("[J4] mutant: an activation that reads in the same statement loses acknowledged votes", async () => {
		const text = mutant(
			ACTIVATE,
			/INSERT INTO activations.*$/s,
			"SELECT seq, $2 AS owner FROM raised JOIN journal ON journal.poll_id = raised.id",
		);
		const takeOver = async (pollId: PollId): Promise<readonly number[]> => {
			const seen = await test.database.query<{ seq: number }>({
				text,
				values: [pollId, "new owner"],
			});
			return seen.map((row) => row.seq);
		};
		await assertLoses(race(test.database, { takeOver }, MUTANT_ROUNDS_MAX));
	});
});

function mutant(shipped: string, part: string | RegExp, replacement: string): string {
	const mutated = shipped.replace(part, replacement);
	assert.notEqual(mutated, shipped, `the shipped statement no longer holds ${part}`);
	return mutated;
}

async function assertLoses(outcomes: AsyncIterable<Outcome>): Promise<void> {
	for await (const { lost } of outcomes) if (lost > 0) return;
	assert.fail(`no loss in ${MUTANT_ROUNDS_MAX} rounds: the race would not notice this mistake`);
}

async function* race(database: Database, plan: Race, rounds: number): AsyncGenerator<Outcome> {
	const owner = replaceAppend(database, plan.append ?? APPEND);
	const writers = Array.from({ length: WRITERS }, () => pgJournal(owner));
	try {
		for (let round = 0; round < rounds; round++) yield await raceOnce(database, writers, plan);
	} finally {
		await Promise.all(writers.map((writer) => writer.close()));
	}
}

async function raceOnce(
	database: Database,
	writers: readonly ReturnType<typeof pgJournal>[],
	{ takeOver }: Race,
): Promise<Outcome> {
	const poll = await insertPoll(database);
	const acknowledged: number[] = [];
	let stop = false;
	let begin = (): void => {};
	const begun = new Promise<void>((resolve) => {
		begin = resolve;
	});
	const writing = writers.map(async (writer, index) => {
		for (let batch = index; !stop; batch += WRITERS) {
			const entries = votes(1 + batch * BATCH, BATCH);
			const live = await writer.append(rows(poll, 0, entries));
			if (!live.has(poll)) return;
			for (const entry of entries) acknowledged.push(entry.seq);
			begin();
		}
	});
	// A slow machine may need longer than the wait until anything is written at all.
	await Promise.race([begun, Promise.all(writing)]);
	await sleep(Math.random() * 3);
	const seen = new Set(await takeOver(poll));
	await sleep(1);
	stop = true;
	await Promise.all(writing);
	const [written] = await database.query<{ rows: number }>({
		text: "SELECT count(*) AS rows FROM journal WHERE poll_id = $1",
		values: [poll],
	});
	return {
		acknowledged: acknowledged.length,
		lost: acknowledged.filter((seq) => !seen.has(seq)).length,
		late: (written?.rows ?? Number.NaN) - seen.size,
	};
}

/** The same database, but for the text of the append. */
function replaceAppend(database: Database, append: string): Database {
	return {
		...database,
		async connect(purpose) {
			const connection = await database.connect(purpose);
			return {
				close: connection.close,
				query: (statement) =>
					connection.query({
						...statement,
						text: statement.text === APPEND ? append : statement.text,
					}),
			};
		},
	};
}
