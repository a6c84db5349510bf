import assert from "node:assert/strict";
import { LastFrames } from "./last-frames.ts";

describe("what all screens show", () => {
	it("[Z10] is complete when the last screen has the newest frame, sweeps overlapping", () => {
		const screens = new LastFrames(3);
		const [first, second] = [Buffer.from("first"), Buffer.from("second")];
		screens.see(0, first, 10);
		screens.see(1, first, 11);
		screens.see(0, second, 12);
		screens.see(2, first, 13);
		assert.deepEqual(screens.outcome, { completeAt: 12, behind: 2 });
		screens.see(1, second, 14);
		screens.see(2, second, 15);
		assert.deepEqual(screens.outcome, { completeAt: 15, behind: 0 });
		assert.equal(screens.lastAt, 15);
	});

	it("[Z10] a screen that has seen nothing is behind", () => {
		const screens = new LastFrames(2);
		screens.see(0, Buffer.from("only"), 5);
		assert.deepEqual(screens.outcome, { completeAt: 5, behind: 1 });
	});
});
