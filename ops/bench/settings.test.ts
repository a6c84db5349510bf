import assert from "node:assert/strict";
import type { Bench } from "./kit/bench.ts";
import { help, readSettings } from "./settings.ts";

const bench = (name: string): Bench => ({
	...{ name, about: `about ${name}`, runs: 3, setting: "", measures: [], comparisons: [] },
	prepare: async () => [],
});
const known = [bench("votes"), bench("joins")];
const names = (args: string[]) => readSettings(args, known)?.benches.map(({ name }) => name);

describe("what is asked of npm run bench", () => {
	it("[Z8] names one bench, several or all", () => {
		assert.deepEqual(names(["joins"]), ["joins"]);
		assert.deepEqual(names(["joins", "votes"]), ["joins", "votes"]);
		assert.deepEqual(names(["all"]), ["votes", "joins"]);
	});

	it("[Z8] takes runs, a directory and profiling", () => {
		const asked = readSettings(["votes", "--runs", "7", "--out", "x", "--profile"], known);
		assert.deepEqual([asked?.runs, asked?.out, asked?.isProfiling], [7, "x", true]);
		const plain = readSettings(["votes"], known);
		assert.deepEqual([plain?.runs, plain?.isProfiling], [undefined, false]);
	});

	it("[Z8] says what is wrong", () => {
		assert.throws(() => names([]), /name what to measure/);
		assert.throws(() => names(["vote"]), /no bench named vote/);
		for (const runs of ["0", "101", "1.5", "x"]) {
			assert.throws(() => names(["votes", "--runs", runs]), /--runs must be a whole number/);
		}
		assert.throws(() => names(["votes", "--out", ""]), /--out must name a directory/);
		assert.throws(() => names(["votes", "--fast"]));
	});

	it("[Z8] its help lists every bench", () => {
		assert.equal(readSettings(["--help"], known), undefined);
		for (const { name, about } of known) assert.match(help(known), new RegExp(`${name} +${about}`));
	});
});
