import assert from "node:assert/strict";
import type { Voter } from "./hall.ts";
import { dueBy, sustained, voteAtRate } from "./open-loop.ts";

/** Answers as it is told to, and takes no notice of the wire. */
function votersThat(answer: (done: (problem?: Error) => void, index: number) => void): Voter[] {
	let index = 0;
	const cast: Voter["cast"] = (done) => {
		index += 1;
		answer(done, index);
	};
	return [{ cast } as Voter];
}

describe("votes at a fixed rate", () => {
	it("[Z9] come when they are due, the first at once, and no more than asked for", () => {
		assert.deepEqual(
			[0, 9, 10, 25, 10_000].map((ms) => dueBy(ms, 100, 50)),
			[1, 1, 2, 3, 50],
		);
	});

	it("[Z9] a wait counts from when the vote was due: who comes during a stall waits for it to end", async () => {
		const stall = (done: () => void, index: number): void => {
			// The driver itself stands still, too: then nobody else is sent meanwhile.
			const until = performance.now() + (index === 1 ? 100 : 0);
			while (performance.now() < until);
			done();
		};
		const { waits, problems } = await voteAtRate(votersThat(stall), 1_000, 100);
		assert.equal(problems, 0);
		assert.ok(waits.filter((wait) => wait > 40).length >= 50, `${waits}`);
	});

	it("[Z9] counts what was refused", async () => {
		const refuse = (done: (problem?: Error) => void, index: number): void =>
			done(index % 2 === 0 ? new Error("no") : undefined);
		const { waits, problems, firstProblem } = await voteAtRate(votersThat(refuse), 10_000, 10);
		assert.deepEqual([waits.length, problems, firstProblem?.message], [10, 5, "no"]);
	});

	it("[Z9] the sustained rate is the last before the first that was not kept up or too slow", () => {
		const step = (perSecond: number, p99: number, isKeptUp = true) => ({
			...{ perSecond, p50: 1, p99, isKeptUp },
		});
		assert.equal(sustained([step(1, 5), step(2, 200), step(3, 201), step(4, 5)], 200), 2);
		assert.equal(sustained([step(1, 5), step(2, 5, false)], 200), 1);
		assert.equal(sustained([step(1, 5), step(2, 5)], 200), 2);
		assert.equal(sustained([step(1, 500)], 200), 0);
	});
});
