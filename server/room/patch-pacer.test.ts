import assert from "node:assert/strict";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { PatchPacer, patchIntervalMs } from "./patch-pacer.ts";

function onStage(audience = 10) {
	const timers = virtualTimers();
	const sentAt: number[] = [];
	const pacer = new PatchPacer(
		timers,
		() => audience,
		() => sentAt.push(timers.now()),
	);
	return { pacer, sentAt, timers };
}

describe("patches", () => {
	it("[W11] go out at once after quiet, then at the interval of the audience", async () => {
		const { pacer, sentAt, timers } = onStage();
		for (let ms = 0; ms < 120; ms += 1) {
			pacer.changed();
			await timers.advance(1);
		}
		assert.deepEqual(sentAt, [0, 50, 100]);
		await timers.advance(1_000);
		assert.deepEqual(sentAt, [0, 50, 100, 150]);
		pacer.changed();
		await timers.advance(0);
		assert.deepEqual(sentAt.at(-1), timers.now());
	});

	it("[W11] never go out in the turn of the change: receipts leave first", () => {
		const { pacer, sentAt } = onStage();
		pacer.changed();
		assert.deepEqual(sentAt, []);
	});

	it("[W11] of people coming and going wait a quarter second, unless something urgent takes them along", async () => {
		const { pacer, sentAt, timers } = onStage();
		pacer.changedCalmly();
		await timers.advance(249);
		assert.deepEqual(sentAt, []);
		await timers.advance(1);
		assert.deepEqual(sentAt, [250]);
		pacer.changedCalmly();
		await timers.advance(100);
		pacer.changed();
		await timers.advance(500);
		assert.deepEqual(sentAt, [250, 350]);
	});

	it("[W11] are rarer the larger the audience is", () => {
		const intervals = [1, 99, 100, 500, 2_000, 10_000].map(patchIntervalMs);
		assert.deepEqual(intervals, [50, 50, 100, 250, 1_000, 1_000]);
	});

	it("[W11] stop with the room", async () => {
		const { pacer, sentAt, timers } = onStage();
		pacer.changed();
		pacer.stop();
		await timers.advance(1_000);
		assert.deepEqual(sentAt, []);
	});
});
