/**
 * Full jitter: anything between nothing and a ceiling that doubles with each attempt, so that
 * a hall that lost its server together does not come back in the same second.
 * (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.)
 */
export interface Backoff {
	readonly firstMs: number;
	readonly capMs: number;
}

/** Taking a new seat: at once the first time, then at most every 8 s, for ever. */
export const seatBackoff: Backoff = { firstMs: 300, capMs: 8_000 };

/** Asking again what the server could not do just now. */
export const requestBackoff: Backoff = { firstMs: 500, capMs: 8_000 };

/** Milliseconds before attempt `attempt` (from 1); `random` gives 0 to 1. */
export function fullJitter(backoff: Backoff, attempt: number, random: () => number): number {
	return random() * Math.min(backoff.capMs, backoff.firstMs * 2 ** (attempt - 1));
}

/** How long to wait: what the server asked for, up to half as much again, and jitter on top. */
export function retryDelayMs(
	backoff: Backoff,
	attempt: number,
	random: () => number,
	retryAfterMs: number | undefined,
): number {
	// Spread over half of what was asked for: all who were told "in 5 s" would be one wave again.
	return (retryAfterMs ?? 0) * (1 + random() / 2) + fullJitter(backoff, attempt, random);
}
