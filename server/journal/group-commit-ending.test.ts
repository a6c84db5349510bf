import assert from "node:assert/strict";
import {
	type Actor,
	actor,
	append,
	seqs,
	settle,
	setup,
} from "../test/support/group-commit-setup.ts";
import { vote } from "../test/support/journal-fixtures.ts";
import { scriptedJournal } from "../test/support/scripted-journal.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { groupCommit } from "./group-commit.ts";

describe("group commit, ending and telling", () => {
	describe("ending", () => {
		it("[G11] drain resolves to true once every row has its answer", async () => {
			const test = setup({ batchRowsMax: 1 });
			const one = actor(test);
			assert.equal(await test.commit.drain(100), true, "nothing waits");
			append(one, 1, 2);
			let drained: boolean | undefined;
			void test.commit.drain(10_000).then((empty) => (drained = empty));
			test.journal.last.answer();
			await test.timers.advance(1_000);
			assert.equal(drained, undefined);
			test.journal.last.answer();
			await settle(test);
			assert.equal(drained, true);
		});

		it("[G11] drain resolves to false at its deadline", async () => {
			const test = setup();
			append(actor(test), 1);
			let drained: boolean | undefined;
			void test.commit.drain(100).then((empty) => (drained = empty));
			await test.timers.advance(99);
			assert.equal(drained, undefined);
			await test.timers.advance(1);
			assert.equal(drained, false);
		});

		it("[G12] what a sink, a listener or the observer throws harms nobody else", async () => {
			const failures: unknown[] = [];
			const timers = virtualTimers();
			const journal = scriptedJournal();
			const commit = groupCommit(journal, timers, {}, (event) => {
				if (event.kind === "callback-failed") failures.push(event.cause);
				throw new Error("observer");
			});
			const test = { journal, timers, commit, events: [] };
			commit.onStorage(() => {
				throw new Error("listener");
			});
			const bad = actor(test, {
				committed() {
					throw new Error("sink");
				},
			});
			const good = actor(test);
			append(bad, 1);
			append(good, 1);
			await timers.advance(600);
			journal.last.answer();
			await settle(test);
			append(bad, 2);
			append(good, 2);
			await settle(test);
			journal.last.answer();
			await settle(test);
			assert.deepEqual(
				[bad.heard, good.heard],
				[
					[1, 2],
					[1, 2],
				],
			);
			assert.deepEqual(failures.map(String), [
				"Error: listener",
				"Error: listener",
				"Error: sink",
				"Error: sink",
			]);
		});

		it("[G13] a closed writer's waiting rows are forgotten; those in flight are resent, unheard", async () => {
			const test = setup();
			const [a, b] = [actor(test), actor(test)];
			append(a, 1);
			await settle(test);
			append(a, 2);
			append(b, 1);
			a.writer.close();
			a.writer.append(vote(3));
			test.journal.last.fail();
			await test.timers.advance(1_000);
			assert.deepEqual(seqs(test.journal.last), [1]);
			test.journal.last.answer(a.poll);
			await settle(test);
			assert.deepEqual(
				test.journal.last.rows.map((row) => row.pollId),
				[b.poll],
			);
			assert.deepEqual(a.heard, []);
		});

		it("[G13] closing from within a callback silences the poll that comes next", async () => {
			const test = setup();
			const first: Actor = actor(test, { committed: () => second.writer.close() });
			const second = actor(test);
			append(first, 1);
			append(second, 1);
			await settle(test);
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual([first.heard, second.heard], [[1], []]);
		});

		it("[G13] closing the only writer lets a drain finish", async () => {
			const test = setup();
			const one = actor(test);
			append(one, 1);
			const drained = test.commit.drain(1_000);
			one.writer.close();
			assert.equal(await drained, true);
			await test.timers.advance(1_000);
			assert.equal(test.journal.calls.length, 0);
		});

		it("[G14] after stop nothing is sent or told, no timer is left and drains end", async () => {
			const test = setup();
			const one = actor(test);
			append(one, 1);
			await settle(test);
			append(one, 2);
			test.journal.last.fail();
			await settle(test);
			let drained: boolean | undefined;
			void test.commit.drain(10_000).then((empty) => (drained = empty));
			test.commit.stop();
			append(one, 3);
			await settle(test);
			assert.equal(test.timers.pending, 0);
			await test.timers.advance(60_000);
			assert.equal(test.journal.calls.length, 1);
			assert.deepEqual([one.heard, drained, one.writer.hasRoom], [[], false, false]);
		});

		it("[G14] an answer that comes after stop acknowledges nothing", async () => {
			const test = setup();
			const one = actor(test);
			append(one, 1);
			await settle(test);
			test.commit.stop();
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual(one.heard, []);
		});

		it("[G15] a poll hears only after the answer, once a batch, of the last seq", async () => {
			const test = setup();
			const one = actor(test);
			append(one, 5, 3);
			await settle(test);
			assert.deepEqual(one.heard, []);
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual(one.heard, [7]);
		});

		it("[G15] an entry out of order is a bug of the actor", () => {
			const test = setup();
			const one = actor(test);
			append(one, 5);
			assert.throws(() => append(one, 5), /in seq order/);
			assert.throws(() => append(one, 7), /without gaps/);
			append(one, 6);
		});

		it("[G16] the observer sees depth, commits and failures with their numbers", async () => {
			const test = setup();
			const one = actor(test);
			append(one, 1, 3);
			await settle(test);
			test.journal.last.fail("55P03");
			await test.timers.advance(75);
			test.journal.last.fail();
			await test.timers.advance(125);
			append(one, 4);
			await test.timers.advance(30);
			test.journal.last.answer();
			await settle(test);
			const told = test.events.map((event) => ({
				...event,
				cause: undefined,
				bytes: undefined,
				batch: undefined,
			}));
			const nothing = { cause: undefined, bytes: undefined, batch: undefined };
			assert.deepEqual(told, [
				{ kind: "queue-depth", rows: 3, oldestMs: 0, ...nothing },
				{ kind: "batch-retried", rows: 3, attempt: 0, waitMs: 75, ...nothing },
				{ kind: "batch-unknown", rows: 3, attempt: 1, waitMs: 125, ...nothing },
				{ kind: "batch-committed", rows: 3, polls: 1, ms: 30, ...nothing },
				{ kind: "votes-committed", votes: 3, ...nothing },
				{ kind: "queue-depth", rows: 1, oldestMs: 30, ...nothing },
			]);
		});
	});
});
