/** How long to wait before the same batch is sent again; random, so that processes do not return in step. */
export interface Backoff {
	readonly minMs: number;
	readonly maxMs: number;
}

/**
 * Full jitter above a floor: uniform between `minMs` and a ceiling that doubles with every
 * attempt until `maxMs`. The floor keeps a refused connection from being hammered.
 *
 * @param attempt 0 for the first wait.
 * @param random a value in [0, 1).
 */
export function backoffMs({ minMs, maxMs }: Backoff, attempt: number, random: number): number {
	const ceilingMs = Math.min(maxMs, minMs * 2 ** (attempt + 1));
	return minMs + random * (ceilingMs - minMs);
}
