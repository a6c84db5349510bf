import type { Comparison, Goal, Point } from "./bench.ts";
import { median, type Spread, spreadOf } from "./statistics.ts";

/** So much apart is the same, however well runs agree among themselves. */
const SAME_WITHIN = 0.1;

/** One turn of one side. */
export interface Turn {
	readonly side: string;
	/** Counts from 1; a run that was repeated keeps its number. */
	readonly run: number;
	readonly values: Readonly<Record<string, number>>;
	readonly curves?: Readonly<Record<string, readonly Point[]>> | undefined;
	/** The share of the machine that others took, 0 to 1; `undefined` where it cannot be measured. */
	readonly disturbance: number | undefined;
	/** Of these, what other machines on the same hardware took. */
	readonly steal?: number | undefined;
	/** The load of the minute before, in processes. */
	readonly loadBefore?: number;
	/** ms that a fixed piece of work took just before: how fast the machine was. */
	readonly pace?: number;
	/** True when the whole run was done again, because of this turn or another one of it. */
	readonly isRepeated: boolean;
}

export interface Ratio extends Comparison {
	/** Over the runs: of the ratios, the differences or the figures themselves. */
	readonly spread: Spread;
	/** `undefined` without a goal. */
	readonly isMet: boolean | undefined;
}

/** Those that no run has the values for are left out. */
export function ratiosOf(
	comparisons: readonly Comparison[],
	turns: readonly Turn[],
): readonly Ratio[] {
	return comparisons.flatMap((comparison) => {
		const { measure, subject, reference, isDifference, goal } = comparison;
		const references = reference === undefined ? undefined : valuesByRun(turns, reference, measure);
		const values = [...valuesByRun(turns, subject, measure)].flatMap(([run, value]) => {
			if (references === undefined) return [value];
			const base = references.get(run);
			if (base === undefined) return [];
			if (isDifference === true) return [value - base];
			return base === 0 ? [] : [value / base];
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

/** The median of every x over the turns that count. */
export function curveOf(turns: readonly Turn[], side: string, curve: string): readonly Point[] {
	const byX = new Map<number, number[]>();
	for (const turn of turns) {
		if (turn.side !== side || turn.isRepeated) continue;
		for (const [x, y] of turn.curves?.[curve] ?? []) byX.set(x, [...(byX.get(x) ?? []), y]);
	}
	return [...byX].sort(([a], [b]) => a - b).map(([x, ys]) => [x, median(ys)]);
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
			return median >= goal.bound;
		case "at-most":
			return median <= goal.bound;
		case "same":
			return (least <= 1 && most >= 1) || Math.abs(median - 1) <= SAME_WITHIN;
	}
}
