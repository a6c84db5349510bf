/** What a bench found, in words and figures: the same for the console, the page and the comparison. */
import type { Goal } from "./bench.ts";
import { rounded } from "./numbers.ts";
import { type Ratio, valuesOf } from "./ratios.ts";
import type { BenchResult } from "./report.ts";
import { median } from "./statistics.ts";

export interface Finding {
	readonly bench: string;
	/** Names it among all findings of all benches. */
	readonly key: string;
	readonly what: string;
	readonly subject: string;
	/** The subject's own median, with its unit. */
	readonly figure: string;
	/** Empty where the figure stands by itself. */
	readonly reference: string;
	readonly referenceFigure: string;
	/** Ratio, difference or figure: what the goal is about. */
	readonly value: number;
	readonly valueText: string;
	readonly spreadText: string;
	/** Empty without one. */
	readonly goal: string;
	readonly isMet: boolean | undefined;
	readonly ratio: Ratio;
}

export function findingsOf(result: BenchResult): readonly Finding[] {
	return result.ratios.map((ratio) => findingOf(result, ratio));
}

function findingOf({ bench, measures, turns }: BenchResult, ratio: Ratio): Finding {
	const { measure, subject, reference, isDifference, spread, goal, isMet } = ratio;
	const { label = measure, unit = "" } = measures.find(({ key }) => key === measure) ?? {};
	const figureOf = (side: string) =>
		withUnit(rounded(median(valuesOf(turns, side, measure))), unit);
	const text = (value: number): string => {
		if (isDifference === true) return withUnit(`${value < 0 ? "" : "+"}${rounded(value)}`, unit);
		return reference === undefined ? withUnit(rounded(value), unit) : `${rounded(value)} ×`;
	};
	return {
		...{ bench, subject, isMet, ratio },
		key: [bench, measure, subject, reference ?? "", isDifference ? "difference" : ""].join("\0"),
		what: label,
		figure: figureOf(subject),
		reference: reference ?? "",
		referenceFigure: reference === undefined ? "" : figureOf(reference),
		value: spread.median,
		valueText: text(spread.median),
		spreadText:
			spread.least === spread.most ? "" : `${rounded(spread.least)} – ${rounded(spread.most)}`,
		goal: goal === undefined ? "" : goalText(goal, text),
	};
}

function goalText(goal: Goal, text: (value: number) => string): string {
	if (goal.kind === "same") return "the same, within a tenth or what runs differ";
	return `${goal.kind === "at-least" ? "≥" : "≤"} ${text(goal.bound)}`;
}

function withUnit(number: string, unit: string): string {
	return unit === "" ? number : `${number} ${unit}`;
}
