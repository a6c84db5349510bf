/** Type as large as its place allows, and labels shortened where it would be too small to read. */

const STEP = 0.02;

/** Of its full size: on a wall of 16 by 9 a forty-third of its height, which the last row still reads. */
const READABLE = 0.4;
const LEAST = 0.2;

export interface Fit {
	readonly scale: number;
	/** Labels are cut after so many lines; `undefined`: they stand whole. */
	readonly lines: number | undefined;
}

/**
 * Whole labels as large as they fit, if that is readable; else no more of each than is.
 * @param fits whether everything fits so; asked last with what is returned.
 */
export function readableFit(fits: (fit: Fit) => boolean): Fit {
	for (const lines of [undefined, 2, 1]) {
		const scale = largestFit(READABLE, (tried) => fits({ scale: tried, lines }));
		if (fits({ scale, lines })) return { scale, lines };
	}
	const last = { scale: largestFit(LEAST, (scale) => fits({ scale, lines: 1 })), lines: 1 };
	fits(last);
	return last;
}

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
