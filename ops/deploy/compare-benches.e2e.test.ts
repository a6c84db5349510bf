import { equal, match } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchResult } from "../bench/kit/report.ts";

const COMPARE = fileURLToPath(new URL("compare-benches.mjs", import.meta.url));

describe("benchmarks beside those of the night before", () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "plenum-benches-"));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	it("[Q45] are a table, and one that no longer meets its aim is a failure", () => {
		write("before", 0.8, true);
		write("now", 1.6, false);
		const { status, stdout } = compare("before", "now");
		equal(status, 1);
		match(
			stdout,
			/\| votes \| commits \| plenum \| reference \| 0\.800 \| 1\.600 \| \*\*no longer met/,
		);
	});

	it("[Q45] are none on the first night, and no failure while they are met or never were", () => {
		write("now", 0.8, true);
		match(compare("nothing", "now").stdout, /\| none \| 0\.800 \|/);
		equal(compare("nothing", "now").status, 0);
		equal(compare("now", "now").status, 0);
		write("before", 1.7, false);
		write("now", 1.6, false);
		equal(compare("before", "now").status, 0);
		equal(spawnSync(process.execPath, [COMPARE]).status, 2);
	});

	function compare(before: string, now: string) {
		const args = [COMPARE, join(folder, before), join(folder, now)];
		return spawnSync(process.execPath, args, { encoding: "utf8" });
	}

	/** What of a result is read. */
	function write(name: string, median: number, isMet: boolean): void {
		type Ratio = Pick<
			BenchResult["ratios"][number],
			"measure" | "subject" | "reference" | "isMet"
		> & { readonly spread: Pick<BenchResult["ratios"][number]["spread"], "median"> };
		const compared = { measure: "commits", subject: "plenum", reference: "reference" };
		const ratios: readonly Ratio[] = [{ ...compared, isMet, spread: { median } }];
		mkdirSync(join(folder, name), { recursive: true });
		writeFileSync(join(folder, name, "votes.json"), JSON.stringify({ bench: "votes", ratios }));
	}
});
