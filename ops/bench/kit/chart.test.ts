import assert from "node:assert/strict";
import { decades, ticks } from "./chart.ts";
import { curveOf } from "./ratios.ts";
import { measured } from "./turn.ts";

describe("the curves of the report", () => {
	it("[Z6] scales are round numbers that hold everything", () => {
		assert.deepEqual(ticks(16_000), [0, 5_000, 10_000, 15_000, 20_000]);
		assert.deepEqual(ticks(3), [0, 1, 2, 3]);
		assert.deepEqual(
			ticks(0.04).map((tick) => tick.toFixed(2)),
			["0.00", "0.01", "0.02", "0.03", "0.04"],
		);
		assert.deepEqual(decades([0.4, 30]), [0.1, 1, 10, 100]);
		assert.deepEqual(decades([10]), [10, 100]);
	});

	it("[Z6] what could not be measured is missing, and no number", () => {
		assert.deepEqual(measured({ a: 1, b: Number.NaN, c: 0, d: Number.POSITIVE_INFINITY }), {
			a: 1,
			c: 0,
		});
	});

	it("[Z6] a curve is the median of the runs that count, x by x", () => {
		const turn = (run: number, y: number, isRepeated = false) => ({
			...{ side: "a", run, values: {}, disturbance: 0, isRepeated },
			curves: { climb: [[2, y * 2] as const, [1, y] as const] },
		});
		const turns = [turn(1, 10), turn(2, 30), turn(3, 20), turn(1, 999, true)];
		assert.deepEqual(curveOf(turns, "a", "climb"), [
			[1, 20],
			[2, 40],
		]);
		assert.deepEqual(curveOf(turns, "b", "climb"), []);
	});
});
