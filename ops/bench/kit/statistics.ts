/** The middle value, of an even number the mean of the two in the middle; `NaN` of none. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const upper = sorted[Math.floor(middle)] ?? Number.NaN;
	const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
	return (lower + upper) / 2;
}

/** By nearest rank: the smallest value that `percent` of all (0 to 100) do not exceed; `NaN` of none. */
export function percentile(values: ArrayLike<number>, percent: number): number {
	const sorted = Float64Array.from(values).sort();
	const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
	return sorted[rank - 1] ?? Number.NaN;
}

export interface Spread {
	readonly median: number;
	readonly least: number;
	readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread {
	return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** How the last quarter of a series compares with its first, by their medians; `NaN` of none. */
export function growth(values: readonly number[]): number {
	const quarter = Math.ceil(values.length / 4);
	return median(values.slice(-quarter)) / median(values.slice(0, quarter));
}
