/** What a vote costs the database, counted: actor, group commit and journal as the server composes them. */
import assert from "node:assert/strict";
import type { PollId } from "../../schema/ids.ts";
import { defaultLimits } from "../../schema/limits.ts";
import { activate } from "../actor/hydrate.ts";
import { PollActor } from "../actor/poll-actor.ts";
import type { PollEvent } from "../domain/events.ts";
import { groupCommitDefaults } from "../journal/commit-options.ts";
import { groupCommit } from "../journal/group-commit.ts";
import { pgJournal } from "../journal/pg-journal.ts";
import { realTimers } from "../lib/timers.ts";
import type { Connection, Database, Statement } from "../storage/database.ts";
import { openPglite, openPostgres } from "./support/databases.ts";
import { created, joined, opened, vote } from "./support/given.ts";
import { insertPoll, rows } from "./support/journal-fixtures.ts";
import { until } from "./support/wire-client.ts";

const PEOPLE = 400;
const CHANGES = 3;
const VOTES = PEOPLE * CHANGES;

/** The same database; what is asked of it is noted, and by which way. */
function counting(database: Database) {
	const asked: string[] = [];
	const watched = (way: string, connection: Connection): Connection => ({
		query: (statement: Statement) => {
			asked.push(`${way}: ${statement.name ?? statement.text}`);
			return connection.query(statement);
		},
		close: () => connection.close(),
	});
	const counted: Database = {
		kind: database.kind,
		...watched("pool", database),
		connect: async (purpose) => watched(purpose, await database.connect(purpose)),
		execute(script) {
			asked.push(`pool: ${script}`);
			return database.execute(script);
		},
	};
	/** What was asked since the last call. */
	return { counted, take: () => asked.splice(0) };
}

async function onStage(database: Database) {
	const { counted, take } = counting(database);
	const pollId: PollId = await insertPoll(database);
	const journal = pgJournal(counted);
	const people = Array.from({ length: PEOPLE }, (_, index) => joined(index + 1));
	const past: readonly PollEvent[] = [
		created(undefined, { capacity: PEOPLE }),
		...people,
		opened(1),
	];
	const entries = past.map((event, index) => ({ seq: index + 1, at: 0, event }));
	await journal.append(rows(pollId, 0, entries));
	const activation = await activate(journal, pollId, "one-statement-test");
	assert.ok(activation);
	const commits = groupCommit(journal, realTimers);
	const shown: number[] = [];
	const actor = new PollActor({
		pollId,
		...activation,
		groupCommit: commits,
		limits: defaultLimits,
		wallClock: Date.now,
		listener: { committed: (committed) => shown.push(committed.length), ended: assert.fail },
	});
	const close = async () => {
		commits.stop();
		await journal.close();
	};
	return { actor, shown, take, close };
}

for (const [name, open] of Object.entries({ PGlite: openPglite, PostgreSQL: openPostgres })) {
	describe(`the vote path on ${name}`, function () {
		this.timeout(120_000);
		let stage: Awaited<ReturnType<typeof onStage>>;
		let close: () => Promise<void>;

		before(async () => {
			const opened = await open();
			close = opened.close;
			stage = await onStage(opened.database);
			// A note about the activation is written while nobody waits for it.
			await until(() => stage.take().some((asked) => asked.includes("rows_seen")));
		});
		after(async () => {
			await stage.close();
			await close();
		});

		it("[X6] a burst of votes costs the appends of its batches and nothing else", async () => {
			const { actor, shown, take } = stage;
			const votes = Array.from({ length: VOTES }, (_, index) =>
				actor.execute(vote((index % PEOPLE) + 1, [index % 3], Math.floor(index / PEOPLE) + 1)),
			);
			for (const outcome of await Promise.all(votes)) assert.ok("answer" in outcome);
			const asked = take();
			assert.deepEqual([...new Set(asked)], ["journal: journal-append"]);
			const fewest = Math.ceil(VOTES / groupCommitDefaults.batchRowsMax);
			assert.ok(asked.length <= fewest + 1, `${asked.length} statements for ${VOTES} votes`);
			assert.equal(shown.length, asked.length);
			assert.equal(actor.committed.questions.values().next().value?.ballots.size, PEOPLE);
		});

		it("[X6] a lonely vote costs one statement; its repetition and a refusal cost none", async () => {
			const { actor, take } = stage;
			const alone = vote(1, [2], CHANGES + 1);
			assert.ok("answer" in (await actor.execute(alone)));
			assert.deepEqual(take(), ["journal: journal-append"]);
			assert.ok("answer" in (await actor.execute(alone)));
			assert.ok("refusal" in (await actor.execute(vote(1, [0], 1))));
			assert.ok("refusal" in (await actor.execute(vote(2, [7], CHANGES + 1))));
			assert.deepEqual(take(), []);
		});
	});
}
