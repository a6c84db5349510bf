/**
 * The look-ups of one address that has spent its misses: a few codes at a time, each for one to two
 * seconds. Whoever asks for the same code waits together, and codes that are asked for most come
 * first: a hall asks for one code a thousand times, a guesser for a thousand codes once.
 */
import { LRUCache } from "lru-cache";
import type { PollCode } from "../../schema/ids.ts";
import { Deferred } from "../lib/deferred.ts";
import type { Timers } from "../lib/timers.ts";
import { LimitExceeded } from "./limit-exceeded.ts";
import {
	ASKED_CODES_REMEMBERED,
	SLOW_LOOKUP_MS,
	SLOW_LOOKUPS_AT_ONCE,
	SLOW_LOOKUPS_QUEUED,
	SLOW_WAITERS_MAX,
} from "./numbers.ts";

/** Shared by those who waited for a code together. */
export interface Turn {
	/** Whether the first of them found nothing: then the others need not ask, for all had come before it did. */
	isMiss?: Promise<boolean>;
}

export class SlowLookups {
	readonly #timers: Timers;
	readonly #random: () => number;
	/** Also of codes that were sent away: the next who asks for one has it ahead of those asked for once. */
	readonly #asked = new LRUCache<PollCode, number>({ max: ASKED_CODES_REMEMBERED });
	readonly #queued = new Map<PollCode, Deferred<Turn>>();
	readonly #running = new Map<PollCode, Deferred<Turn>>();
	#waiters = 0;

	/** @param random 0 to 1. */
	constructor(timers: Timers, random: () => number) {
		this.#timers = timers;
		this.#random = random;
	}

	/** Resolves when the code may be looked up; rejects with `LimitExceeded`. */
	async turn(code: PollCode): Promise<Turn> {
		if (this.#waiters >= SLOW_WAITERS_MAX) throw this.#refusal();
		this.#asked.set(code, this.#timesAsked(code) + 1);
		this.#waiters += 1;
		try {
			return await this.#wait(code).promise;
		} finally {
			this.#waiters -= 1;
		}
	}

	#wait(code: PollCode): Deferred<Turn> {
		const known = this.#running.get(code) ?? this.#queued.get(code);
		if (known !== undefined) return known;
		const wait = new Deferred<Turn>();
		this.#queued.set(code, wait);
		this.#next();
		if (this.#queued.size > SLOW_LOOKUPS_QUEUED) this.#sendAway(this.#leastAsked());
		return wait;
	}

	#next(): void {
		const code = this.#mostAsked();
		const wait = code && this.#queued.get(code);
		if (this.#running.size >= SLOW_LOOKUPS_AT_ONCE || !code || !wait) return;
		this.#queued.delete(code);
		this.#running.set(code, wait);
		const { least, most } = SLOW_LOOKUP_MS;
		this.#timers.after(least + this.#random() * (most - least), () => {
			this.#running.delete(code);
			wait.resolve({});
			this.#next();
		});
	}

	#sendAway(code: PollCode | undefined): void {
		if (code === undefined) return;
		this.#queued.get(code)?.reject(this.#refusal());
		this.#queued.delete(code);
	}

	#refusal(): LimitExceeded {
		return new LimitExceeded("lookups", SLOW_LOOKUP_MS.most * (1 + this.#random()));
	}

	#timesAsked(code: PollCode): number {
		return this.#asked.peek(code) ?? 0;
	}

	/** Of several the one that has waited longest. */
	#mostAsked(): PollCode | undefined {
		return this.#best((code) => this.#timesAsked(code));
	}

	/** Of several the one that has waited longest: the others were asked for only just now. */
	#leastAsked(): PollCode | undefined {
		return this.#best((code) => -this.#timesAsked(code));
	}

	#best(worth: (code: PollCode) => number): PollCode | undefined {
		let best: PollCode | undefined;
		for (const code of this.#queued.keys()) {
			if (best === undefined || worth(code) > worth(best)) best = code;
		}
		return best;
	}
}
