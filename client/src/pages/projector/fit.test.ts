import { equal, ok } from "node:assert/strict";
import { largestFit } from "./fit.ts";
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
