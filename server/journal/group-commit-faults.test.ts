import assert from "node:assert/strict";
import { actor, append, seqs, settle, setup } from "../test/support/group-commit-setup.ts";

describe("group commit under faults", () => {
	describe("faults", () => {
		it("[G3] a rolled back batch goes again after a jittered wait that doubles up to a bound", async () => {
			const test = setup({ retryMinMs: 50, retryMaxMs: 1_000, random: () => 0.5 });
			const one = actor(test);
			append(one, 1, 2);
			await settle(test);
			append(one, 3);
			for (const waitMs of [75, 125, 225, 425, 525, 525]) {
				test.journal.last.fail("40P01");
				const before = test.journal.calls.length;
				await test.timers.advance(waitMs - 1);
				assert.equal(test.journal.calls.length, before);
				await test.timers.advance(1);
				assert.equal(test.journal.calls.length, before + 1);
				assert.deepEqual(seqs(test.journal.last), [1, 2]);
			}
			assert.deepEqual(one.heard, []);
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual(one.heard, [2]);
			assert.deepEqual(seqs(test.journal.last), [3]);
		});

		it("[G4] after a lost answer the very same rows are sent until there is one", async () => {
			const test = setup();
			const [a, b] = [actor(test), actor(test)];
			append(a, 1, 2);
			append(b, 1);
			await settle(test);
			const [first] = test.journal.calls;
			append(a, 3);
			for (let lost = 0; lost < 5; lost++) {
				test.journal.last.fail();
				await test.timers.advance(1_000);
				assert.equal(test.journal.last.rows, first?.rows);
			}
			assert.deepEqual([a.heard, b.heard], [[], []]);
			test.journal.last.answer(b.poll);
			await settle(test);
			assert.deepEqual([a.heard, b.heard], [[2], ["fenced"]]);
		});

		it("[G5] a refused batch is halved until the refused poll stands alone; the others commit", async () => {
			const test = setup();
			const actors = Array.from({ length: 8 }, () => actor(test));
			for (const one of actors) append(one, 1, 3);
			await settle(test);
			const [, , , , , bad] = actors;
			assert.ok(bad);
			append(bad, 4);
			for (; test.journal.inFlight > 0; await settle(test)) {
				if (test.journal.last.rows.some((row) => row.pollId === bad.poll))
					test.journal.last.fail("23505");
				else test.journal.last.answer();
			}
			for (const one of actors) assert.deepEqual(one.heard, one === bad ? ["poisoned"] : [3]);
			assert.ok(test.journal.calls.length <= 9, `${test.journal.calls.length} sendings`);
			assert.equal(bad.writer.hasRoom, false);
			const poisoned = test.events.filter((event) => event.kind === "poll-poisoned");
			assert.deepEqual(
				poisoned.map((event) => [event.pollId, event.droppedRows]),
				[[bad.poll, 4]],
			);
		});

		it("[G5] a poll that stands alone is asked twice: a resend may have met its own original", async () => {
			const test = setup();
			const one = actor(test);
			append(one, 1, 2);
			await settle(test);
			test.journal.last.fail();
			await test.timers.advance(1_000);
			test.journal.last.fail("23505");
			await settle(test);
			assert.equal(test.journal.calls.length, 3);
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual(one.heard, [2]);
		});

		it("[G5] a lost answer while halving resends that half alone", async () => {
			const test = setup();
			const [a, b] = [actor(test), actor(test)];
			append(a, 1);
			append(b, 1);
			await settle(test);
			test.journal.last.fail("22021");
			await settle(test);
			const half = test.journal.last.rows;
			test.journal.last.fail();
			await test.timers.advance(1_000);
			assert.deepEqual(test.journal.last.rows, half);
			assert.deepEqual(
				half.map((row) => row.pollId),
				[a.poll],
			);
		});

		it("[G5] the half that is durable is told, also while the other's answer stays out", async () => {
			const test = setup();
			const [a, b] = [actor(test), actor(test)];
			append(a, 1);
			append(b, 1);
			await settle(test);
			test.journal.last.fail("22021");
			await settle(test);
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual([a.heard, b.heard], [[1], []]);
		});

		it("[G9] a fenced poll hears it once, its waiting rows are dropped, the others commit", async () => {
			const test = setup();
			const [a, b] = [actor(test), actor(test)];
			append(a, 1, 2);
			append(b, 1, 2);
			await settle(test);
			append(a, 3);
			append(b, 3);
			test.journal.last.answer(a.poll);
			await settle(test);
			assert.deepEqual(
				test.journal.last.rows.map((row) => row.pollId),
				[b.poll],
			);
			assert.equal(a.writer.hasRoom, false);
			append(a, 4);
			test.journal.last.answer();
			await test.timers.advance(1_000);
			assert.deepEqual([a.heard, b.heard], [["fenced"], [2, 3]]);
			assert.equal(test.journal.calls.length, 2, "nothing is written for a fenced writer");
			const fenced = test.events.filter((event) => event.kind === "poll-fenced");
			assert.deepEqual(
				fenced.map((event) => [event.pollId, event.epoch, event.droppedRows]),
				[[a.poll, 1, 3]],
			);
		});

		it("[G10] a newer activation in the same process fences the older writer; no batch has both epochs", async () => {
			const test = setup();
			const old = actor(test, { epoch: 1 });
			append(old, 1);
			await settle(test);
			append(old, 2);
			const young = actor(test, { poll: old.poll, epoch: 2 });
			assert.deepEqual(old.heard, [], "not told from within the call");
			append(old, 3);
			append(young, 2);
			await settle(test);
			assert.deepEqual(old.heard, ["fenced"]);
			test.journal.last.answer(old.poll);
			await settle(test);
			assert.deepEqual(
				test.journal.last.rows.map((row) => [row.epoch, row.entry.seq]),
				[[2, 2]],
			);
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual([old.heard, young.heard], [["fenced"], [2]]);
		});

		it("[G10] a writer that comes with an older epoch is the one that is fenced", async () => {
			const test = setup();
			const young = actor(test, { epoch: 2 });
			append(young, 1);
			const old = actor(test, { poll: young.poll, epoch: 1 });
			append(old, 1);
			await settle(test);
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual([old.heard, young.heard], [["fenced"], [1]]);
			assert.equal(test.journal.calls.length, 1);
		});

		it("[G10] a writer that is closed before it could be told of its successor hears nothing", async () => {
			const test = setup();
			const old = actor(test, { epoch: 1 });
			actor(test, { poll: old.poll, epoch: 2 });
			old.writer.close();
			await settle(test);
			assert.deepEqual(old.heard, []);
		});

		it("[G10] two open writers of one activation are a bug", () => {
			const test = setup();
			const one = actor(test);
			assert.throws(() => actor(test, { poll: one.poll }), /writer of this epoch already/);
			one.writer.close();
			actor(test, { poll: one.poll });
		});
	});

	describe("storage state", () => {
		it("[G6] is delayed once the oldest row waits for `delayedAfterMs`, and ok after the answer", async () => {
			const test = setup({ delayedAfterMs: 500 });
			const states: string[] = [];
			test.commit.onStorage((state) => states.push(state));
			const one = actor(test);
			append(one, 1);
			await test.timers.advance(499);
			assert.equal(test.commit.storage, "ok");
			await test.timers.advance(1);
			assert.equal(test.commit.storage, "delayed");
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual(states, ["delayed", "ok"]);
		});

		it("[G6] is measured from the oldest row even when rows keep going through", async () => {
			const test = setup({ delayedAfterMs: 500, batchRowsMax: 1 });
			const one = actor(test);
			append(one, 1, 10);
			for (let seq = 1; seq <= 4; seq++) {
				await test.timers.advance(100);
				test.journal.last.answer();
			}
			await test.timers.advance(99);
			assert.equal(test.commit.storage, "ok");
			await test.timers.advance(1);
			assert.equal(test.commit.storage, "delayed");
		});

		it("[G6] is delayed at once when a flush fails, until one goes through", async () => {
			const test = setup();
			const states: string[] = [];
			const unsubscribe = test.commit.onStorage((state) => states.push(state));
			const one = actor(test);
			append(one, 1);
			await settle(test);
			test.journal.last.fail();
			await settle(test);
			assert.deepEqual(states, ["delayed"]);
			await test.timers.advance(100);
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual(states, ["delayed", "ok"]);
			unsubscribe();
			append(one, 2);
			await test.timers.advance(1_000);
			assert.equal(test.commit.storage, "delayed");
			assert.deepEqual(states, ["delayed", "ok"]);
		});

		it("[G6] a refused row is an answer: storage is not delayed by it", async () => {
			const test = setup();
			const one = actor(test);
			append(one, 1);
			await settle(test);
			for (let refusals = 0; refusals < 2; refusals++) {
				test.journal.last.fail("22021");
				await settle(test);
			}
			assert.deepEqual(one.heard, ["poisoned"]);
			assert.equal(test.commit.storage, "ok");
			assert.equal(await test.commit.drain(1_000), true, "refused rows wait no longer");
		});
	});
});
