import assert from "node:assert/strict";
import type { Bench } from "./kit/bench.ts";
import { help, readSettings } from "./settings.ts";

const bench = (name: string): Bench => ({
	...{ name, about: `about ${name}`, runs: 3, setting: () => "", measures: [], comparisons: [] },
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
		assert.deepEqual(plain?.scale, { isQuick: false, minutes: 30 });
	});

	it("[Z8] quick means one turn, unless runs are given", () => {
		const quick = readSettings(["votes", "--quick", "--minutes", "2"], known);
		assert.deepEqual([quick?.runs, quick?.scale], [1, { isQuick: true, minutes: 2 }]);
		assert.equal(readSettings(["votes", "--quick", "--runs", "4"], known)?.runs, 4);
	});

	it("[Z8] what is apart is asked for by its name, and nothing is measured twice", () => {
		const soak = { ...bench("soak"), isApart: true as const };
		const named = (args: string[]) =>
			readSettings(args, [...known, soak])?.benches.map(({ name }) => name);
		assert.deepEqual(named(["all"]), ["votes", "joins"]);
		assert.deepEqual(named(["soak", "all", "votes"]), ["soak", "votes", "joins"]);
	});

	it("[Z8] a picture needs no bench, a comparison does", () => {
		assert.deepEqual(readSettings(["--picture", "x.svg"], known)?.benches, []);
		assert.throws(() => readSettings(["--compare", "before"], known), /name what to measure/);
	});

	it("[Z8] says what is wrong", () => {
		assert.throws(() => names([]), /name what to measure/);
		assert.throws(() => names(["vote"]), /no bench named vote/);
		for (const runs of ["0", "101", "1.5", "x"]) {
			assert.throws(() => names(["votes", "--runs", runs]), /--runs must be a whole number/);
		}
		assert.throws(() => names(["votes", "--out", ""]), /--out must name a file or directory/);
		assert.throws(() => names(["votes", "--minutes", "0"]), /--minutes must be a whole number/);
		assert.throws(() => names(["votes", "--fast"]));
	});

	it("[Z8] its help lists every bench", () => {
		assert.equal(readSettings(["--help"], known), undefined);
		for (const { name, about } of known) assert.match(help(known), new RegExp(`${name} +${about}`));
	});
});
