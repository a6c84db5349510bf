import assert from "node:assert/strict";
import type { PollId } from "../../schema/ids.ts";
import { defaultLimits } from "../../schema/limits.ts";
import type { JournalEntry, PollEvent } from "../domain/events.ts";
import { groupCommit } from "../journal/group-commit.ts";
import { memoryJournal } from "../journal/memory-journal.ts";
import { created, joined, opened, q, question, token, vote } from "../test/support/given.ts";
import { scriptedJournal } from "../test/support/scripted-journal.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { activate } from "./hydrate.ts";
import { PollActor } from "./poll-actor.ts";

const pollId = "11111111-1111-4111-8111-111111111111" as PollId;

function entriesOf(...events: readonly PollEvent[]): JournalEntry[] {
	return events.map((event, index) => ({ seq: index + 1, at: 0, event }));
}

/** An actor on a journal whose every answer the test gives by hand. */
function onStage(entries = entriesOf(created(), joined(1), joined(2), opened(1))) {
	const timers = virtualTimers();
	const journal = scriptedJournal();
	const commits = groupCommit(journal, timers, { pollRowsMax: 2 });
	const log: string[] = [];
	const actor = new PollActor({
		pollId,
		epoch: 1,
		entries,
		groupCommit: commits,
		limits: defaultLimits,
		wallClock: () => 0,
		listener: {
			committed: (committed) => log.push(...committed.map(({ seq }) => `shown ${seq}`)),
			ended: (reason) => log.push(`ended ${reason}`),
		},
	});
	const ask = (name: string, command: Parameters<PollActor["execute"]>[0]): void => {
		void actor.execute(command).then((outcome) => {
			log.push("answer" in outcome ? `${name} yes` : `${name} ${outcome.refusal.code}`);
		});
	};
	return { actor, ask, journal, log, timers };
}

const count = (actor: PollActor) => actor.committed.questions.get(q(1))?.counts;

describe("the actor", () => {
	it("[A1] shows and answers a vote only once it is durable, and shows it first", async () => {
		const { actor, ask, journal, log, timers } = onStage();
		ask("vote", vote(1, [0]));
		await timers.advance(10);
		assert.deepEqual(log, []);
		assert.deepEqual(count(actor), [0, 0, 0]);
		journal.last.answer();
		await timers.advance(0);
		assert.deepEqual(log, ["shown 5", "vote yes"]);
		assert.deepEqual(count(actor), [1, 0, 0]);
	});

	it("[A1] holds back a refusal that rests on an entry which is not durable yet", async () => {
		const { ask, journal, log, timers } = onStage();
		ask("close", { type: "close-question", questionId: q(1) });
		ask("vote", vote(1, [0]));
		await timers.advance(10);
		assert.deepEqual(log, []);
		journal.last.answer();
		await timers.advance(0);
		assert.deepEqual(log, ["shown 5", "close yes", "vote question_not_open"]);
	});

	it("[A1] refuses at once what rests on durable entries only", async () => {
		const { ask, log, timers } = onStage();
		ask("vote", vote(1, [7]));
		await timers.advance(0);
		assert.deepEqual(log, ["vote invalid_input"]);
	});

	it("[A1] holds back the repetition of a vote that is still on its way", async () => {
		const { ask, journal, log, timers } = onStage();
		ask("first", vote(1, [0]));
		await timers.advance(10);
		ask("again", vote(1, [0]));
		await timers.advance(0);
		assert.deepEqual(log, []);
		journal.last.answer();
		await timers.advance(0);
		assert.deepEqual(log, ["shown 5", "first yes", "again yes"]);
		assert.equal(journal.calls.length, 1);
	});

	it("[A2] decides in the order of arrival: a close rides behind the votes before it", async () => {
		const { ask, journal, log, timers } = onStage();
		ask("vote", vote(1, [0]));
		ask("close", { type: "close-question", questionId: q(1) });
		ask("late", vote(2, [1]));
		await timers.advance(10);
		journal.last.answer();
		await timers.advance(0);
		const kinds = journal.last.rows.map(({ entry }) => entry.event.kind);
		assert.deepEqual(kinds, ["vote-cast", "question-closed"]);
		assert.deepEqual(log, [
			"shown 5",
			"shown 6",
			"vote yes",
			"close yes",
			"late question_not_open",
		]);
	});

	it("[A3] ends when it is fenced: whoever waits or comes is told `unavailable`", async () => {
		const { actor, ask, journal, log, timers } = onStage();
		ask("vote", vote(1, [0]));
		await timers.advance(10);
		journal.last.answer(pollId);
		await timers.advance(0);
		ask("later", vote(2, [0]));
		await timers.advance(100);
		assert.deepEqual(log.toSorted(), ["ended fenced", "later unavailable", "vote unavailable"]);
		assert.deepEqual(count(actor), [0, 0, 0]);
		assert.equal(journal.calls.length, 1);
	});

	it("[A3] ends when the database refuses one of its entries for good", async () => {
		const { ask, journal, log, timers } = onStage();
		ask("vote", vote(1, [0]));
		await timers.advance(10);
		// A lonely poison row is asked about twice: a resend can meet its own original.
		for (let times = 1; times <= 2; times += 1) {
			journal.last.fail("22021");
			await timers.advance(0);
		}
		assert.deepEqual(log.toSorted(), ["ended poisoned", "vote unavailable"]);
	});

	it("[A4] refuses with `unavailable` when the queue is full, and forgets the vote", async () => {
		const { ask, journal, log, timers } = onStage();
		ask("one", vote(1, [0]));
		ask("two", vote(2, [0]));
		ask("three", vote(1, [1], 2));
		await timers.advance(10);
		journal.last.answer();
		await timers.advance(10);
		assert.deepEqual(log, ["three unavailable", "shown 5", "shown 6", "one yes", "two yes"]);
		ask("three again", vote(1, [1], 2));
		await timers.advance(10);
		journal.last.answer();
		await timers.advance(0);
		assert.equal(log.at(-1), "three again yes");
	});

	it("[A6] survives nothing that goes wrong while showing: it ends, so that the next one folds anew", async () => {
		const timers = virtualTimers();
		const journal = scriptedJournal();
		const reasons: string[] = [];
		const actor = new PollActor({
			pollId,
			epoch: 1,
			entries: entriesOf(created(), joined(1), opened(1)),
			groupCommit: groupCommit(journal, timers),
			limits: defaultLimits,
			wallClock: () => 0,
			listener: {
				committed: () => {
					throw new Error("a bug in the projection");
				},
				ended: (reason) => reasons.push(reason),
			},
		});
		const outcome = actor.execute(vote(1, [0]));
		await timers.advance(10);
		journal.last.answer();
		await timers.advance(0);
		assert.ok("refusal" in (await outcome));
		assert.deepEqual(reasons, ["broken"]);
	});

	it("[A5] hydrates to what the one before it acknowledged, and fences that one", async () => {
		const timers = virtualTimers();
		const journal = memoryJournal();
		journal.addPoll(pollId);
		await journal.append(
			entriesOf(created([question(1)])).map((entry) => ({ pollId, epoch: 0, entry })),
		);
		const commits = groupCommit(journal, timers);
		const start = async () => {
			const activation = await activate(journal, pollId, "here");
			assert.ok(activation);
			return new PollActor({
				pollId,
				...activation,
				groupCommit: commits,
				limits: defaultLimits,
				wallClock: () => 0,
				listener: { committed: () => {}, ended: () => {} },
			});
		};
		const first = await start();
		const outcomes = [
			first.execute({ type: "join", tokenHash: token("p1"), nickname: "Person 1" }),
			first.execute({ type: "open-question", questionId: q(1) }),
			first.execute(vote(1, [2])),
		];
		await timers.advance(10);
		for (const outcome of await Promise.all(outcomes)) assert.ok("answer" in outcome);

		const second = await start();
		assert.equal(second.epoch, first.epoch + 1);
		assert.deepEqual(second.committed, first.committed);
		assert.deepEqual(await second.execute(vote(1, [2])), {
			answer: { questionId: q(1), revision: 1, seq: 4 },
		});

		const zombie = first.execute(vote(1, [0], 2));
		await timers.advance(10);
		assert.ok("refusal" in (await zombie));
		assert.equal(first.endReason, "fenced");
		assert.equal(second.endReason, undefined);
	});

	it("[A5] does not hydrate a poll that is unknown or deleted", async () => {
		assert.equal(await activate(memoryJournal(), pollId, "here"), undefined);
	});

	it("[A7] is quiet once everything it accepted is answered", async () => {
		const { actor, ask, journal, log, timers } = onStage();
		ask("vote", vote(1, [0]));
		void actor.quiet().then(() => log.push("quiet"));
		await timers.advance(10);
		assert.deepEqual(log, []);
		journal.last.answer();
		await timers.advance(0);
		assert.deepEqual(log, ["shown 5", "vote yes", "quiet"]);
		await actor.quiet();
	});
});
