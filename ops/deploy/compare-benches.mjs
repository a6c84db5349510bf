/**
 * `node ops/deploy/compare-benches.mjs BEFORE NOW`: the ratios of two runs of `npm run bench` as a table of
 * Markdown. Ratios, not times: their references ran in the same minutes on the same machine, so they
 * may be compared between machines. Ends with 1 when one that had met its aim no longer does.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [before, now] = process.argv.slice(2);
if (before === undefined || now === undefined) {
	console.error("compare-benches: name the folder of before and the folder of now");
	process.exit(2);
}

const old = new Map(ratiosIn(before).map((ratio) => [keyOf(ratio), ratio]));
const rows = ratiosIn(now).map((ratio) => ({ ratio, was: old.get(keyOf(ratio)) }));
const lost = rows.filter(({ ratio, was }) => was?.isMet === true && ratio.isMet === false);

console.log("| bench | measure | subject | reference | before | now | |");
console.log("| --- | --- | --- | --- | ---: | ---: | --- |");
for (const { ratio, was } of rows) {
	const { bench, measure, subject, reference, isMet } = ratio;
	const verdict = isMet === false ? (was?.isMet ? "**no longer met**" : "not met") : "";
	const numbers = [was, ratio].map((it) => (it ? it.spread.median.toFixed(3) : "none"));
	console.log(`| ${[bench, measure, subject, reference, ...numbers, verdict].join(" | ")} |`);
}
console.log(`\n${rows.length} ratios, ${lost.length} no longer as they should be.`);
process.exitCode = lost.length === 0 ? 0 : 1;

function ratiosIn(folder) {
	if (!existsSync(folder)) return [];
	const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
	return files.sort().flatMap((name) => {
		const { bench, ratios } = JSON.parse(readFileSync(join(folder, name), "utf8"));
		return ratios.map((ratio) => ({ ...ratio, bench }));
	});
}

function keyOf({ bench, measure, subject, reference }) {
	return [bench, measure, subject, reference].join("\0");
}
