import type { Comparison, Goal } from "./bench.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/** So much apart is the same, however well runs agree among themselves. */
const SAME_WITHIN = 0.1;

/** One turn of one side. */
export interface Turn {
	readonly side: string;
	/** Counts from 1; a run that was repeated keeps its number. */
	readonly run: number;
	readonly values: Readonly<Record<string, number>>;
	/** 0 to 1; `undefined` where it cannot be measured. */
	readonly disturbance: number | undefined;
	/** True when the whole run was done again, because of this turn or another one of it. */
	readonly isRepeated: boolean;
}

export interface Ratio extends Comparison {
	/** Of the ratios of the runs. */
	readonly spread: Spread;
	/** `undefined` without a goal. */
	readonly isMet: boolean | undefined;
}

/** Those that no run has both values for are left out. */
export function ratiosOf(
	comparisons: readonly Comparison[],
	turns: readonly Turn[],
): readonly Ratio[] {
	return comparisons.flatMap((comparison) => {
		const { measure, subject, reference, goal } = comparison;
		const references = valuesByRun(turns, reference, measure);
		const values = [...valuesByRun(turns, subject, measure)].flatMap(([run, value]) => {
			const base = references.get(run);
			return base === undefined || base === 0 ? [] : [value / base];
		});
		if (values.length === 0) return [];
		const spread = spreadOf(values);
		return [{ ...comparison, spread, isMet: goal && isMet(goal, spread) }];
	});
}

/** Of the turns that count. */
export function valuesOf(turns: readonly Turn[], side: string, measure: string): readonly number[] {
	return [...valuesByRun(turns, side, measure).values()];
}

function valuesByRun(turns: readonly Turn[], side: string, measure: string): Map<number, number> {
	const values = new Map<number, number>();
	for (const turn of turns) {
		const value = turn.values[measure];
		if (turn.side === side && !turn.isRepeated && value !== undefined) values.set(turn.run, value);
	}
	return values;
}

function isMet(goal: Goal, { median, least, most }: Spread): boolean {
	switch (goal.kind) {
		case "at-least":
			return median >= goal.ratio;
		case "at-most":
			return median <= goal.ratio;
		case "same":
			return (least <= 1 && most >= 1) || Math.abs(median - 1) <= SAME_WITHIN;
	}
}
