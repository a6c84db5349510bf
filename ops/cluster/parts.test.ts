import assert from "node:assert/strict";
import { byLine } from "./by-line.ts";
import { readSettings } from "./settings.ts";
import { addressIn, table } from "./table.ts";

describe("npm run cluster", () => {
	it("[O30] has two processes and port 8080 unless told otherwise", () => {
		const usual = { processes: 2, port: 8080, data: "./data/cluster" };
		assert.deepEqual(readSettings([]), usual);
		assert.deepEqual(readSettings(["--processes", "16", "--port=80", "--data", "d"]), {
			...{ processes: 16, port: 80, data: "d" },
		});
		assert.equal(readSettings(["--help"]), undefined);
		assert.equal(readSettings(["-h", "--processes", "x"]), undefined);
	});

	it("[O30] says which argument is wrong", () => {
		for (const [args, message] of [
			[["--processes", "0"], /^--processes must be a whole number from 1 to 16$/],
			[["--processes", "17"], /^--processes/],
			[["--processes", "1.5"], /^--processes/],
			[["--port", "65536"], /^--port must be a whole number from 1 to 65535$/],
			[["--port", ""], /^--port/],
			[["--data", ""], /^--data must name a directory$/],
			[["--other"], /--other/],
		] as const) {
			assert.throws(() => readSettings([...args]), { message }, args.join(" "));
		}
	});

	it("[O30] its table is aligned and never shows a password", () => {
		assert.deepEqual(
			table([
				["Redis", addressIn("redis://user:secret@cache.example:6380/1"), "a"],
				["process 2601", addressIn(undefined), "b"],
			]),
			[
				"  Redis         cache.example:6380  a", //
				"  process 2601  named by a file     b",
			],
		);
	});

	it("[O30] prints what the processes say line by line, whatever pieces it comes in", () => {
		const lines: string[] = [];
		const push = byLine((line) => lines.push(line));
		for (const piece of ["a", "b\nc\n", "\nd"]) push(piece);
		assert.deepEqual(lines, ["ab", "c", ""]);
	});
});
