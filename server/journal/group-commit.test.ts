import assert from "node:assert/strict";
import {
	type Actor,
	actor,
	append,
	seqs,
	settle,
	setup,
} from "../test/support/group-commit-setup.ts";
import { votes } from "../test/support/journal-fixtures.ts";

describe("group commit", () => {
	describe("one flush after the other", () => {
		it("[G1] exactly one flush is in flight; what arrives during it is the next one", async () => {
			const test = setup();
			const [a, b] = [actor(test), actor(test)];
			append(a, 1);
			await settle(test);
			append(a, 2);
			append(b, 1);
			await test.timers.advance(60_000);
			assert.equal(test.journal.calls.length, 1);
			test.journal.last.answer();
			await settle(test);
			assert.equal(test.journal.inFlight, 1);
			assert.deepEqual(
				test.journal.last.rows.map((row) => [row.pollId, row.entry.seq]),
				[
					[a.poll, 2],
					[b.poll, 1],
				],
			);
		});

		it("[G7] the first flush after quiet carries what one turn of the event loop brought", async () => {
			const test = setup();
			const one = actor(test);
			append(one, 1, 2);
			assert.equal(test.journal.calls.length, 0);
			await settle(test);
			assert.deepEqual(seqs(test.journal.last), [1, 2]);
			test.journal.last.answer();
			await settle(test);
			append(one, 3);
			assert.equal(
				test.journal.calls.length,
				1,
				"quiet again, so the next turn is waited for again",
			);
			await settle(test);
			assert.deepEqual(seqs(test.journal.last), [3]);
		});

		it("[G7] the next batch begins some time after the one before, with what came meanwhile", async () => {
			const test = setup({ msPerRow: 4, batchEveryMs: 4 });
			const one = actor(test);
			append(one, 1);
			await settle(test);
			append(one, 2);
			await test.timers.advance(1);
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual(one.heard, [1], "told although something waits");
			append(one, 3);
			await test.timers.advance(2);
			assert.equal(test.journal.calls.length, 1);
			await test.timers.advance(1);
			assert.deepEqual(seqs(test.journal.last), [2, 3]);
			await test.timers.advance(10);
			append(one, 4);
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual(seqs(test.journal.last), [4], "a slow commit was the wait");
		});

		it("[G7] the more a batch has carried the longer the next one gathers, up to a bound", async () => {
			const test = setup({ msPerRow: 2, batchEveryMs: 8 });
			const one = actor(test);
			let seq = 0;
			for (const [rows, ms] of [
				[1, 2],
				[3, 6],
				[20, 8],
			] as const) {
				append(one, seq + 1, rows);
				await settle(test);
				const { length } = test.journal.calls;
				test.journal.last.answer();
				append(one, seq + rows + 1);
				seq += rows + 1;
				await test.timers.advance(ms - 1);
				assert.equal(test.journal.calls.length, length);
				await test.timers.advance(1);
				assert.equal(test.journal.calls.length, length + 1);
				test.journal.last.answer();
				await test.timers.advance(10);
			}
		});

		for (const enough of [{ batchRowsMax: 2 }, { batchRowsEnough: 2 }]) {
			it(`[G7] a batch with ${JSON.stringify(enough)} does not wait for its time`, async () => {
				const test = setup({ msPerRow: 4, batchEveryMs: 4, ...enough });
				const one = actor(test);
				append(one, 1);
				await settle(test);
				append(one, 2);
				test.journal.last.answer();
				await settle(test);
				assert.equal(test.journal.calls.length, 1);
				append(one, 3);
				await settle(test);
				assert.deepEqual(seqs(test.journal.last), [2, 3]);
			});
		}

		it("[G1] a row appended by a sink's callback goes to the next flush, at once", async () => {
			const test = setup();
			const one: Actor = actor(test, { committed: (seq) => seq < 3 && append(one, seq + 1) });
			append(one, 1);
			await settle(test);
			for (const seq of [1, 2, 3]) {
				assert.deepEqual(seqs(test.journal.last), [seq]);
				test.journal.last.answer();
				await settle(test);
			}
			assert.deepEqual(one.heard, [1, 2, 3]);
		});

		it("[G15] a poll hears of its rows while the next batch is on its way", async () => {
			const test = setup();
			const sent: number[] = [];
			const one: Actor = actor(test, { committed: () => sent.push(test.journal.calls.length) });
			append(one, 1);
			await settle(test);
			append(one, 2);
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual(one.heard, [1]);
			assert.deepEqual(sent, [2]);
			test.journal.last.answer();
			await settle(test);
			assert.deepEqual(one.heard, [1, 2]);
		});

		it("[G2] a batch has at most `batchRowsMax` rows, oldest first, and a full one goes at once", async () => {
			const test = setup({ batchRowsMax: 10 });
			const one = actor(test);
			append(one, 1, 25);
			assert.equal(test.journal.calls.length, 1);
			for (const [first, last] of [
				[1, 10],
				[11, 20],
				[21, 25],
			] as const) {
				assert.deepEqual(
					seqs(test.journal.last),
					votes(first, last - first + 1).map((entry) => entry.seq),
				);
				test.journal.last.answer();
				await settle(test);
			}
			assert.deepEqual(one.heard, [10, 20, 25]);
		});

		it("[G2] a batch has at most `batchBytesMax` bytes; a row above the bound goes alone", async () => {
			const test = setup({ batchBytesMax: 300 });
			const one = actor(test);
			append(one, 1, 3);
			assert.deepEqual(seqs(test.journal.last), [1, 2], "two votes of a bit over 120 bytes");
			one.writer.append({
				seq: 4,
				at: 0,
				event: {
					kind: "poll-created",
					title: "x".repeat(500),
					settings: { capacity: 1, results: "live" },
					questions: [],
				},
			});
			append(one, 5);
			for (const expected of [[3], [4], [5]]) {
				test.journal.last.answer();
				await settle(test);
				assert.deepEqual(seqs(test.journal.last), expected);
			}
		});

		it("[G1] many rows of many polls keep their order within every poll", async () => {
			const test = setup({ batchRowsMax: 7 });
			const actors = [actor(test), actor(test), actor(test)];
			for (const seq of votes(1, 100).map((entry) => entry.seq))
				for (const one of actors) append(one, seq);
			while (test.journal.inFlight > 0) {
				test.journal.last.answer();
				await settle(test);
			}
			for (const { poll } of actors) {
				const written = test.journal.calls
					.flatMap((call) => call.rows)
					.filter((row) => row.pollId === poll);
				assert.deepEqual(
					written.map((row) => row.entry),
					votes(1, 100),
				);
			}
		});
	});

	describe("bounds", () => {
		it("[G8] a poll has room for `pollRowsMax` unanswered rows, others are not affected", async () => {
			const test = setup({ pollRowsMax: 3 });
			const [full, other] = [actor(test), actor(test)];
			append(full, 1, 2);
			assert.equal(full.writer.hasRoom, true);
			append(full, 3);
			assert.deepEqual([full.writer.hasRoom, other.writer.hasRoom], [false, true]);
			await settle(test);
			assert.equal(full.writer.hasRoom, false, "rows in flight still count");
			test.journal.last.answer();
			await settle(test);
			assert.equal(full.writer.hasRoom, true);
		});

		it("[G8] the process has room for `processRowsMax` rows", async () => {
			const test = setup({ processRowsMax: 4 });
			const [a, b] = [actor(test), actor(test)];
			append(a, 1, 2);
			append(b, 1, 1);
			assert.equal(b.writer.hasRoom, true);
			append(b, 2);
			assert.deepEqual([a.writer.hasRoom, b.writer.hasRoom], [false, false]);
			a.writer.close();
			assert.equal(b.writer.hasRoom, true, "what a closed writer had waiting is forgotten");
		});

		it("[G8] the process has room for `processBytesMax` bytes", async () => {
			const test = setup({ processBytesMax: 300 });
			const one = actor(test);
			append(one, 1, 2);
			assert.equal(one.writer.hasRoom, true);
			append(one, 3);
			assert.equal(one.writer.hasRoom, false);
		});

		it("[G8] nobody has room once the oldest row is `oldestMsMax` old", async () => {
			const test = setup({ oldestMsMax: 10_000 });
			const [a, b] = [actor(test), actor(test)];
			append(a, 1);
			await test.timers.advance(9_999);
			append(a, 2);
			assert.equal(b.writer.hasRoom, true);
			await test.timers.advance(1);
			assert.equal(b.writer.hasRoom, false);
			test.journal.last.answer();
			await settle(test);
			assert.equal(b.writer.hasRoom, true, "the next oldest row is a millisecond old");
		});
	});
});
