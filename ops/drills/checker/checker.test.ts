import assert from "node:assert/strict";
import { caught, judge } from "../mutants/judge.ts";
import { lies } from "../mutants/lies.ts";
import { liesOfRestores, restoredRun } from "../mutants/restored-run.ts";
import { soundRun } from "../mutants/sound-run.ts";
import { propertyNumbers } from "./properties.ts";

describe("the checker of the drills", () => {
	it("[F1] finds nothing wrong in a run in which everything is right", async () => {
		assert.deepEqual(await judge(soundRun()), []);
	});

	for (const lie of lies) {
		it(`[F1] property ${lie.breaks} finds: ${lie.name}`, async () => {
			assert.ok(await caught(soundRun, lie));
		});
	}

	it("[F1] forgives a restored backup what came after it, and finds nothing else wrong", async () => {
		assert.deepEqual(await judge(restoredRun()), []);
	});

	for (const lie of liesOfRestores) {
		it(`[F1] property ${lie.breaks} finds: ${lie.name}`, async () => {
			assert.ok(await caught(restoredRun, lie));
		});
	}

	it("[F1] every property but the clock's has a lie that breaks it", () => {
		const told = new Set(lies.map(({ breaks }) => breaks));
		assert.deepEqual(
			propertyNumbers.filter((number) => !told.has(number)),
			[15],
		);
	});
});
