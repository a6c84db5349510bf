import assert from "node:assert/strict";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { shedOrder, watchOverload } from "./overload.ts";

describe("overload", () => {
	function given() {
		const timers = virtualTimers();
		const now = timers.now;
		let lateMs = 0;
		let fill = 0;
		// Every look comes this late: the event loop was busy meanwhile.
		let lost = 0;
		timers.now = () => now() + lost;
		const after = timers.after;
		timers.after = (ms, task) =>
			after(ms, () => {
				lost += lateMs;
				task();
			});
		const overload = watchOverload({ timers, queueFill: () => fill });
		return {
			shed: () => shedOrder.filter((kind) => overload.sheds(kind)),
			async lag(ms: number, forMs: number) {
				lateMs = ms;
				await timers.advance(forMs);
			},
			async queue(full: number) {
				fill = full;
				await timers.advance(200);
			},
		};
	}

	it("[N1] by the lag of the event loop: new ones first, then viewers, last those who were in", async () => {
		const { shed, lag } = given();
		await lag(0, 2_000);
		assert.deepEqual(shed(), []);
		await lag(300, 5_000);
		assert.deepEqual(shed(), ["new"]);
		await lag(600, 5_000);
		assert.deepEqual(shed(), ["new", "viewer"]);
		await lag(3_000, 5_000);
		assert.deepEqual(shed(), ["new", "viewer", "returning"]);
	});

	it("[N1] by the journal's queue, in the same order", async () => {
		const { shed, queue } = given();
		for (const [fill, kinds] of [
			[0.4, 0],
			[0.55, 1],
			[0.75, 2],
			[0.95, 3],
		] as const) {
			await queue(fill);
			assert.deepEqual(shed(), shedOrder.slice(0, kinds));
		}
	});

	it("[N2] one long step is no overload, and who was sent away is let in only well below the bound", async () => {
		const { shed, lag, queue } = given();
		await lag(1_500, 100);
		await lag(0, 100);
		assert.deepEqual(shed(), []);
		await queue(0.55);
		await queue(0.3);
		assert.deepEqual(shed(), ["new"]);
		await queue(0.2);
		assert.deepEqual(shed(), []);
	});
});
