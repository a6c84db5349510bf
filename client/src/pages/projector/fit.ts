/** Type as large as its place allows. */

const STEP = 0.02;

/**
 * The largest scale between `least` and 1 at which everything fits, to two hundredths; `least`
 * when nothing does.
 * @param fits whether it fits at a scale; whatever fits at one scale fits at every smaller one.
 */
export function largestFit(least: number, fits: (scale: number) => boolean): number {
	if (fits(1)) return 1;
	let low = 0;
	let high = Math.round((1 - least) / STEP);
	// Invariant: step `high` does not fit, step `low` does or is the least one.
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (fits(least + middle * STEP)) low = middle;
		else high = middle;
	}
	return least + low * STEP;
}
