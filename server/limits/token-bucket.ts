/** A bucket that starts full and fills up again at a steady rate. */
import type { Timers } from "../lib/timers.ts";
import type { Rate } from "./numbers.ts";

export class TokenBucket {
	readonly #rate: Rate;
	readonly #timers: Timers;
	/** Negative while tokens are promised that are not there yet. */
	#tokens: number;
	#filledAt: number;

	constructor(rate: Rate, timers: Timers) {
		this.#rate = rate;
		this.#timers = timers;
		this.#tokens = rate.burst;
		this.#filledAt = timers.now();
	}

	/** True when a token was there; it is gone now. */
	take(): boolean {
		return this.reserve(0) !== undefined;
	}

	/** Takes a token that will be there in the returned ms; `undefined`, and takes none, when that is above `msMax`. */
	reserve(msMax: number): number | undefined {
		const waitMs = this.waitMs;
		if (waitMs > msMax) return undefined;
		this.#tokens -= 1;
		return waitMs;
	}

	/** Puts a token back that was taken for nothing. */
	giveBack(): void {
		this.#tokens += 1;
	}

	/** ms until a token is there; 0 when one is. */
	get waitMs(): number {
		this.#fill();
		// A thousandth is what adding up fractions may be off by.
		return this.#tokens >= 0.999 ? 0 : ((1 - this.#tokens) / this.#rate.perSecond) * 1_000;
	}

	#fill(): void {
		const now = this.#timers.now();
		const filled = this.#tokens + ((now - this.#filledAt) / 1_000) * this.#rate.perSecond;
		this.#tokens = Math.min(this.#rate.burst, filled);
		this.#filledAt = now;
	}
}
