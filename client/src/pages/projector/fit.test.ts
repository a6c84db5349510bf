import { deepEqual, equal, ok } from "node:assert/strict";
import { largestFit, readableFit } from "./fit.ts";
import { promptSize } from "./prompt-size.ts";

describe("[U7] type as large as the wall allows", () => {
	for (const most of [0.21, 0.5, 0.73, 0.99]) {
		it(`up to ${most} when more does not fit`, () => {
			const scale = largestFit(0.2, (tried) => tried <= most);
			ok(scale <= most && scale > most - 0.021, `${scale}`);
		});
	}

	it("whole when it fits, and the least when nothing does", () => {
		equal(
			largestFit(0.2, () => true),
			1,
		);
		equal(
			largestFit(0.2, () => false),
			0.2,
		);
	});

	it("whole labels while they are readable, then two lines of each, then one", () => {
		const room = (whole: number, two: number, one: number) => {
			const most = (lines: number | undefined) => (lines === 2 ? two : lines === 1 ? one : whole);
			const { scale, lines } = readableFit(({ scale, lines }) => scale <= most(lines));
			return [lines, Math.round(scale * 100)];
		};
		deepEqual(room(0.41, 0.81, 1), [undefined, 40]);
		deepEqual(room(0.39, 0.81, 1), [2, 80]);
		deepEqual(room(0.3, 0.39, 0.61), [1, 60]);
		deepEqual(room(0.1, 0.1, 0.31), [1, 30]);
	});

	it("asks last for what it returns: whoever is asked has set it", () => {
		for (const most of [0.05, 0.3, 0.5, 1]) {
			let asked: unknown;
			const fit = readableFit((tried) => {
				asked = tried;
				return tried.scale <= most;
			});
			deepEqual(asked, fit);
		}
	});

	it("a long prompt, and one with much below it, is set smaller", () => {
		const few = ["yes", "no"];
		const many = Array.from({ length: 10 }, (_, index) => `option ${index}`);
		equal(promptSize("Shall we?", few), "short");
		equal(promptSize("Shall we?", many), "medium");
		equal(promptSize("x".repeat(100), few), "medium");
		equal(promptSize("x".repeat(300), few), "long");
		equal(promptSize("x".repeat(300), many), "longest");
	});
});
