import assert from "node:assert/strict";
import { growth, median, percentile, spreadOf } from "./statistics.ts";

describe("the statistics of the benches", () => {
	it("[Z1] the median is the middle value, of an even number the mean of the two in the middle", () => {
		assert.equal(median([9, 1, 5]), 5);
		assert.equal(median([10, 1, 4, 2]), 3);
		assert.equal(median([7]), 7);
		assert.ok(Number.isNaN(median([])));
	});

	it("[Z1] a percentile is the smallest value that so many do not exceed, in numerical order", () => {
		const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
		assert.equal(percentile(hundred, 50), 50);
		assert.equal(percentile(hundred, 99), 99);
		assert.equal(percentile(hundred, 100), 100);
		assert.equal(percentile([2, 10], 99), 10);
		assert.equal(percentile([3], 0), 3);
		assert.ok(Number.isNaN(percentile([], 50)));
	});

	it("[Z1] growth compares the last quarter with the first, outliers aside", () => {
		assert.equal(growth([10, 10, 99, 7, 7, 7, 7, 7, 7, 20, 1, 20]), 2);
		assert.equal(growth([4]), 1);
		assert.ok(Number.isNaN(growth([])));
	});

	it("[Z1] a spread tells the lowest and the highest beside the median", () => {
		assert.deepEqual(spreadOf([3, 1, 2]), { median: 2, least: 1, most: 3 });
	});
});
