/** The value below which this share of all lies, by nearest rank; `share` from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export function seconds(ms: number): string {
	return `${(ms / 1_000).toFixed(2)} s`;
}
