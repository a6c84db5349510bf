/** The findings of now beside those of an earlier run. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Finding, findingsOf } from "./findings.ts";
import type { BenchResult } from "./report.ts";

export interface Compared {
	readonly finding: Finding;
	/** `undefined` when it was not measured then, or with another workload. */
	readonly before: Finding | undefined;
	/** A goal that was met and no longer is. */
	readonly isLost: boolean;
}

export function compare(
	before: readonly BenchResult[],
	now: readonly BenchResult[],
): readonly Compared[] {
	return now.flatMap((result) => {
		const same = before.find(
			({ bench, setting }) => bench === result.bench && setting === result.setting,
		);
		const earlier = same === undefined ? [] : findingsOf(same);
		return findingsOf(result).map((finding) => {
			const was = earlier.find(({ key }) => key === finding.key);
			return { finding, before: was, isLost: was?.isMet === true && finding.isMet === false };
		});
	});
}

/** Markdown, for a terminal and for the summary of a workflow. */
export function comparisonTable(compared: readonly Compared[]): string {
	const rows = compared.map(({ finding, before, isLost }) => {
		const { bench, what, subject, reference, valueText, goal, isMet } = finding;
		const sides = reference === "" ? subject : `${subject} / ${reference}`;
		const verdict = isLost ? "**no longer met**" : isMet === false ? "not met" : "";
		const cells = [bench, what, sides, before?.valueText ?? "–", valueText, goal, verdict];
		return `| ${cells.join(" | ")} |`;
	});
	const lost = compared.filter(({ isLost }) => isLost).length;
	return [
		"| bench | measure | of | before | now | goal | |",
		"| --- | --- | --- | ---: | ---: | --- | --- |",
		...rows,
		`\n${compared.length} figures, ${lost} no longer as they should be.`,
	].join("\n");
}

/** @param path of one result, or of a directory of them. Rejects when there is neither. */
export async function readResults(path: string): Promise<readonly BenchResult[]> {
	const isDirectory = (await stat(path)).isDirectory();
	const names = isDirectory
		? (await readdir(path)).filter((name) => name.endsWith(".json")).sort()
		: [""];
	const texts = await Promise.all(names.map((name) => readFile(join(path, name), "utf8")));
	return texts.map((text) => JSON.parse(text) as BenchResult);
}
