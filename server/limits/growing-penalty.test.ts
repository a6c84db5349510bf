import { deepEqual, equal } from "node:assert/strict";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { GrowingPenalty } from "./growing-penalty.ts";

describe("[R8] a penalty that grows", () => {
	const PENALTY = { leastMs: 100, mostMs: 700, forgottenAfterMs: 10_000 };

	it("doubles each time up to its bound, and is forgotten after a while without another", async () => {
		const timers = virtualTimers();
		const penalty = new GrowingPenalty(PENALTY, 10, timers);
		const grown: number[] = [];
		for (let n = 0; n < 5; n += 1) {
			grown.push(penalty.penaltyMs("a"));
			penalty.offended("a");
			await timers.advance(5_000);
		}
		deepEqual(grown, [0, 100, 200, 400, 700]);
		await timers.advance(5_000);
		equal(penalty.penaltyMs("a"), 0);
		penalty.offended("a");
		equal(penalty.penaltyMs("a"), 100);
	});

	it("runs out, and is nobody else's", async () => {
		const timers = virtualTimers();
		const penalty = new GrowingPenalty(PENALTY, 10, timers);
		penalty.offended("a");
		await timers.advance(30);
		deepEqual([penalty.leftMs("a"), penalty.leftMs("b"), penalty.penaltyMs("b")], [70, 0, 0]);
		await timers.advance(70);
		equal(penalty.leftMs("a"), 0);
	});
});
