/** What somebody has to wait who did it again: twice as long each time, until it is forgotten. */
import { LRUCache } from "lru-cache";
import type { Timers } from "../lib/timers.ts";
import type { Penalty } from "./numbers.ts";

interface Offences {
	readonly penaltyMs: number;
	readonly lastAt: number;
}

export class GrowingPenalty {
	readonly #penalty: Penalty;
	readonly #timers: Timers;
	readonly #offences: LRUCache<string, Offences>;

	/** @param keysMax past it the one longest unused is forgotten. */
	constructor(penalty: Penalty, keysMax: number, timers: Timers) {
		this.#penalty = penalty;
		this.#timers = timers;
		this.#offences = new LRUCache({ max: keysMax });
	}

	offended(key: string): void {
		const { leastMs, mostMs } = this.#penalty;
		const penaltyMs = Math.min(mostMs, Math.max(leastMs, 2 * this.penaltyMs(key)));
		this.#offences.set(key, { penaltyMs, lastAt: this.#timers.now() });
	}

	/** Whole, as it is now; 0 for somebody of whom nothing is remembered. */
	penaltyMs(key: string): number {
		const offences = this.#offences.get(key);
		if (offences === undefined) return 0;
		const isForgotten = this.#timers.now() - offences.lastAt >= this.#penalty.forgottenAfterMs;
		return isForgotten ? 0 : offences.penaltyMs;
	}

	/** Of the penalty since the last offence. */
	leftMs(key: string): number {
		const offences = this.#offences.get(key);
		if (offences === undefined) return 0;
		return Math.max(0, offences.lastAt + offences.penaltyMs - this.#timers.now());
	}
}
