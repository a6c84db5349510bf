import assert from "node:assert/strict";
import type { PollCode, PollId, QuestionId, TokenHash } from "../../schema/ids.ts";
import type { Database, Statement } from "../storage/database.ts";
import { openPglite, openPostgres, type TestDatabase } from "../test/support/databases.ts";
import { catalog, type NewPoll } from "./catalog.ts";

const at = Date.UTC(2024, 5, 1);
let serial = 0;

function newPoll(changes: Partial<NewPoll> = {}): NewPoll {
	serial += 1;
	return {
		id: crypto.randomUUID() as PollId,
		code: `C${String(serial).padStart(5, "0")}` as PollCode,
		hostTokenHash: `hash-${serial}` as TokenHash,
		created: {
			kind: "poll-created",
			title: "Lunch? “ü🙂” \\ ' \"",
			settings: { capacity: 20, results: "live" },
			questions: [
				{
					id: "q1" as QuestionId,
					prompt: "Where?",
					kind: "single",
					options: ["a", "b"],
					maxChoices: 1,
				},
			],
		},
		at,
		...changes,
	};
}

describe("catalog", function () {
	this.timeout(120_000);

	for (const [kind, open] of Object.entries({ postgres: openPostgres, embedded: openPglite })) {
		describe(kind, () => {
			let test: TestDatabase;
			const rowsOf = async (table: string, id: PollId) =>
				test.database.query<Record<string, unknown>>({
					text: `SELECT * FROM ${table} WHERE ${table === "polls" ? "id" : "poll_id"} = $1`,
					values: [id],
				});
			before(async () => {
				test = await open();
			});
			after(() => test.close());

			it("[D14] creating writes the poll and its first entry", async () => {
				const poll = newPoll();
				assert.equal(await catalog(test.database).create(poll), "created");
				const { kind: event, ...payload } = poll.created;
				assert.deepEqual(await rowsOf("journal", poll.id), [
					{
						poll_id: poll.id,
						seq: 1,
						epoch: 0,
						kind: event,
						at: new Date(at),
						participant: null,
						question: null,
						revision: null,
						choices: null,
						payload,
					},
				]);
				assert.deepEqual(await rowsOf("polls", poll.id), [
					{
						id: poll.id,
						code: poll.code,
						host_token_hash: poll.hostTokenHash,
						epoch: 0,
						owner: null,
						created_at: new Date(at),
						last_activity_at: new Date(at),
						retention_days: null,
						deleted_at: null,
					},
				]);
			});

			it("[D14] a taken code is said and writes nothing; creating the same poll again is harmless", async () => {
				const polls = catalog(test.database);
				const first = newPoll();
				await polls.create(first);
				const second = newPoll({ code: first.code });
				assert.equal(await polls.create(second), "code-taken");
				assert.deepEqual(await rowsOf("journal", second.id), []);
				assert.equal(await polls.create(first), "created");
				assert.equal((await rowsOf("journal", first.id)).length, 1);
			});

			it("[D14] of many that want one code at once, one gets it", async () => {
				const { code } = newPoll();
				const answers = await Promise.all(
					[1, 2, 3, 4].map(() => catalog(test.database).create(newPoll({ code }))),
				);
				assert.deepEqual(answers.sort(), ["code-taken", "code-taken", "code-taken", "created"]);
			});

			it("[D15] a poll is found by its code, an unknown one is not", async () => {
				const polls = catalog(test.database);
				const poll = newPoll();
				await polls.create(poll);
				const found = {
					id: poll.id,
					code: poll.code,
					hostTokenHash: poll.hostTokenHash,
					epoch: 0,
					owner: null,
				};
				assert.deepEqual(await polls.findByCode(poll.code), found);
				assert.equal(await polls.findByCode("ZZZZZZ" as PollCode), undefined);
			});

			it("[Y4] a rotated host token is stored as its hash, at once and for that poll alone", async () => {
				const polls = catalog(test.database);
				const [rotated, spared] = [newPoll(), newPoll()];
				for (const poll of [rotated, spared]) await polls.create(poll);
				const hash = "hash-of-the-new-one" as TokenHash;
				// Twice, as after a lost answer.
				assert.equal(await polls.rotateHostToken(rotated.id, 0, hash), true);
				assert.equal(await polls.rotateHostToken(rotated.id, 0, hash), true);
				const found = await polls.findByCode(rotated.code);
				assert.equal(found?.hostTokenHash, hash);
				assert.equal(found?.epoch, 0);
				assert.equal((await polls.findByCode(spared.code))?.hostTokenHash, spared.hostTokenHash);
			});

			it("[Y4] nothing is rotated under another epoch, nor in a poll that is unknown or deleted", async () => {
				const polls = catalog(test.database);
				const poll = newPoll();
				await polls.create(poll);
				const hash = "too late" as TokenHash;
				assert.equal(await polls.rotateHostToken(poll.id, 1, hash), false);
				await polls.markDeleted(poll.id, at);
				assert.equal(await polls.rotateHostToken(poll.id, 1, hash), false);
				assert.equal(await polls.rotateHostToken(crypto.randomUUID() as PollId, 0, hash), false);
				assert.equal((await rowsOf("polls", poll.id))[0]?.["host_token_hash"], poll.hostTokenHash);
				await polls.erase(poll.id);
			});

			it("[D16] deleting removes every row of the poll, only of that poll, and frees its code", async () => {
				const polls = catalog(test.database);
				const [doomed, spared] = [newPoll(), newPoll()];
				for (const poll of [doomed, spared]) {
					await polls.create(poll);
					await fill(test.database, poll.id, 4500);
				}
				await polls.markDeleted(doomed.id, at);
				await polls.erase(doomed.id);
				for (const table of ["journal", "activations", "polls"]) {
					assert.deepEqual(await rowsOf(table, doomed.id), [], table);
					assert.equal(
						(await rowsOf(table, spared.id)).length,
						{ journal: 4501, activations: 1, polls: 1 }[table],
						table,
					);
				}
				await polls.markDeleted(doomed.id, at);
				await polls.erase(doomed.id);
				assert.equal(await polls.create(newPoll({ code: doomed.code })), "created");
			});

			it("[D16] a deletion interrupted at any statement hides and fences the poll, keeps its code, and is finished by the sweep", async () => {
				const polls = catalog(test.database);
				// The look, two batches of the journal, activations: each is once the last that works.
				for (const statements of [0, 1, 2, 3, 4]) {
					const poll = newPoll();
					await polls.create(poll);
					await fill(test.database, poll.id, 2500);
					await polls.markDeleted(poll.id, at);
					await polls.markDeleted(poll.id, at + 1);
					await assert.rejects(
						catalog(failingAfter(test.database, statements)).erase(poll.id),
						/crash/,
					);

					assert.equal(await polls.findByCode(poll.code), undefined);
					assert.equal((await rowsOf("polls", poll.id))[0]?.["epoch"], 1);
					assert.equal(await polls.create(newPoll({ code: poll.code })), "code-taken");

					assert.equal(await polls.sweepDeleted(), 1);
					for (const table of ["journal", "activations", "polls"])
						assert.deepEqual(await rowsOf(table, poll.id), [], table);
					assert.equal(await polls.sweepDeleted(), 0);
					assert.equal(await polls.create(newPoll({ code: poll.code })), "created");
				}
			});

			it("[D16] neither erasing nor the sweep touches a living poll", async () => {
				const polls = catalog(test.database);
				const poll = newPoll();
				await polls.create(poll);
				await polls.erase(poll.id);
				assert.equal(await polls.sweepDeleted(), 0);
				assert.notEqual(await polls.findByCode(poll.code), undefined);
				assert.equal((await rowsOf("journal", poll.id)).length, 1);
			});

			it("[D15] touching moves the last activity forwards, never back", async () => {
				const polls = catalog(test.database);
				const poll = newPoll();
				await polls.create(poll);
				for (const time of [at + 5000, at + 1000]) await polls.touch([poll.id], time);
				assert.deepEqual(
					(await rowsOf("polls", poll.id))[0]?.["last_activity_at"],
					new Date(at + 5000),
				);
			});

			it("[D10] an error of the catalog is the database's own and tells no secret", async () => {
				const broken = catalog({
					...test.database,
					query: () => Promise.reject(Object.assign(new Error("lock timeout"), { code: "55P03" })),
				});
				await assert.rejects(broken.findByCode("SECRET" as PollCode), {
					code: "55P03",
					message: "lock timeout",
				});
			});
		});
	}
});

async function fill(database: Database, id: PollId, rows: number): Promise<void> {
	await database.query({
		text: `INSERT INTO journal (poll_id, seq, epoch, kind, at, participant, question, revision, choices)
			SELECT $1::uuid, n, 0, 'vote-cast', now(), 'p' || n, 'q1', 1, '{0}' FROM generate_series(2, $2::int + 1) AS g (n)`,
		values: [id, rows],
	});
	await database.query({
		text: "INSERT INTO activations (poll_id, epoch, owner, at) VALUES ($1, 1, 'here', now())",
		values: [id],
	});
}

/** The same database for some statements, then none at all. */
function failingAfter(database: Database, statements: number): Database {
	let left = statements;
	return {
		...database,
		query: <Row>(statement: Statement) =>
			left-- > 0 ? database.query<Row>(statement) : Promise.reject(new Error("crash")),
	};
}
