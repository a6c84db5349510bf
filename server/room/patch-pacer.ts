/**
 * When patches go out. The first change after quiet goes at once, the following ones at an
 * interval that grows with the audience, because a patch costs one socket write a client
 * (about 18 ms for a thousand).
 */
import type { Timers } from "../lib/timers.ts";

/** Changes that nobody waits for (people coming and going) are gathered this long. */
const CALM_MS = 250;

/** ms between patches for an audience of this size. */
export function patchIntervalMs(clients: number): number {
	if (clients < 100) return 50;
	if (clients < 500) return 100;
	if (clients < 2_000) return 250;
	return 1_000;
}

export class PatchPacer {
	readonly #timers: Timers;
	readonly #send: () => void;
	readonly #audience: () => number;
	#lastSentAt = Number.NEGATIVE_INFINITY;
	#scheduled: { readonly at: number; readonly cancel: () => void } | undefined;

	constructor(timers: Timers, audience: () => number, send: () => void) {
		this.#timers = timers;
		this.#audience = audience;
		this.#send = send;
	}

	/** Something changed that people are waiting to see. */
	changed(): void {
		this.#schedule(this.#lastSentAt + patchIntervalMs(this.#audience()));
	}

	/** Something changed that can wait a moment. */
	changedCalmly(): void {
		const now = this.#timers.now();
		this.#schedule(Math.max(now + CALM_MS, this.#lastSentAt + patchIntervalMs(this.#audience())));
	}

	stop(): void {
		this.#scheduled?.cancel();
	}

	#schedule(at: number): void {
		if (this.#scheduled !== undefined && this.#scheduled.at <= at) return;
		this.#scheduled?.cancel();
		// Never in the same turn, not even when due: receipts leave before the picture is sent round.
		const cancel = this.#timers.after(Math.max(0, at - this.#timers.now()), () => {
			this.#scheduled = undefined;
			this.#lastSentAt = this.#timers.now();
			this.#send();
		});
		this.#scheduled = { at, cancel };
	}
}
