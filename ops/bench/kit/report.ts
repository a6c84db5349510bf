/** Results as a file for programs and a page for people. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench, Curve, Measure, Scale, Side } from "./bench.ts";
import { readResults } from "./compare.ts";
import type { Machine } from "./machine.ts";
import { page } from "./page.ts";
import { type Ratio, ratiosOf, type Turn } from "./ratios.ts";
import { costMeasures } from "./turn.ts";

export interface BenchResult {
	readonly bench: string;
	readonly about: string;
	readonly setting: string;
	/** With less of everything: shows that it works, and nothing to quote. */
	readonly isQuick: boolean;
	/** ISO 8601, UTC. */
	readonly at: string;
	readonly machine: Machine;
	readonly sides: readonly Pick<Side, "name" | "description">[];
	readonly measures: readonly Measure[];
	readonly curves: readonly Curve[];
	readonly turns: readonly Turn[];
	readonly ratios: readonly Ratio[];
}

export function resultOf(
	{ name, about, setting, measures, comparisons, curves = [] }: Bench,
	scale: Scale,
	sides: readonly Side[],
	turns: readonly Turn[],
	machine: Machine,
): BenchResult {
	return {
		...{ bench: name, about, machine, turns, curves, isQuick: scale.isQuick },
		setting: setting(scale),
		at: new Date().toISOString(),
		sides: sides.map(({ name, description }) => ({ name, description })),
		measures: [...measures, ...costMeasures],
		ratios: ratiosOf(comparisons, turns),
	};
}

/** Writes `NAME.json`, then `report.html` over all results in the directory; resolves to its path. */
export async function save(directory: string, result: BenchResult): Promise<string> {
	await mkdir(directory, { recursive: true });
	await writeFile(join(directory, `${result.bench}.json`), `${JSON.stringify(result, null, 2)}\n`);
	const path = join(directory, "report.html");
	await writeFile(path, page(await readResults(directory)));
	return path;
}
