import { deepEqual, equal, ok } from "node:assert/strict";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { keyedBuckets } from "./keyed-buckets.ts";
import { TokenBucket } from "./token-bucket.ts";

const rate = { burst: 3, perSecond: 2 };

describe("[R1] [R8] a bucket of tokens", () => {
	it("gives its burst at once, then its rate, and never more than its burst", async () => {
		const timers = virtualTimers();
		const bucket = new TokenBucket(rate, timers);
		const takes = (count: number) => Array.from({ length: count }, () => bucket.take());
		deepEqual(takes(4), [true, true, true, false]);
		equal(bucket.waitMs, 500);
		await timers.advance(499);
		deepEqual(takes(1), [false]);
		await timers.advance(1);
		deepEqual(takes(2), [true, false]);
		await timers.advance(60_000);
		deepEqual(takes(4), [true, true, true, false]);
	});

	it("gives the rate over a long time, however the time is cut", async () => {
		const timers = virtualTimers();
		const bucket = new TokenBucket({ burst: 10, perSecond: 10 }, timers);
		let taken = 0;
		for (let step = 0; step < 30_000; step += 1) {
			if (bucket.take()) taken += 1;
			await timers.advance(0.7);
		}
		ok(Math.abs(taken - (10 + 21 * 10)) <= 1, `${taken} in 21 s`);
	});

	it("promises tokens that are to come, up to the wait that is asked for", async () => {
		const timers = virtualTimers();
		const bucket = new TokenBucket(rate, timers);
		const waits = Array.from({ length: 6 }, () => bucket.reserve(1_000));
		deepEqual(waits, [0, 0, 0, 500, 1_000, undefined]);
		// A refused one has taken nothing.
		await timers.advance(500);
		equal(bucket.reserve(1_000), 1_000);
	});

	it("takes a token back, but holds no more than its burst", () => {
		const bucket = new TokenBucket(rate, virtualTimers());
		bucket.giveBack();
		deepEqual(
			[1, 2, 3, 4].map(() => bucket.take()),
			[true, true, true, false],
		);
		bucket.giveBack();
		deepEqual([bucket.take(), bucket.take()], [true, false]);
	});

	it("is one a key; past the bound the one longest unused starts anew", () => {
		const buckets = keyedBuckets({ burst: 1, perSecond: 0.001 }, 2, virtualTimers());
		deepEqual(
			["a", "a", "b", "a", "c", "a", "b"].map((key) => buckets(key).take()),
			[true, false, true, false, true, false, true],
		);
	});
});
