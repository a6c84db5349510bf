/**
 * When patches go out. The first change after quiet goes at once, the following ones at an
 * interval that grows with the audience, because a patch costs one socket write a client
 * (about 18 ms for a thousand), and in turn with the other rooms of the process.
 */
import type { Timers } from "../lib/timers.ts";
import type { PatchAllowance } from "./patch-allowance.ts";

/** Changes that nobody waits for (people coming and going) are gathered this long. */
const CALM_MS = 250;

/** ms between patches for an audience of this size. */
export function patchIntervalMs(clients: number): number {
	if (clients < 100) return 50;
	if (clients < 500) return 100;
	if (clients < 2_000) return 250;
	// The last vote is on ten thousand screens within a second: to send it takes a seventh of one.
	return 750;
}

interface Scheduled {
	/** When its turn among the rooms of the process comes. */
	readonly turnAt: number;
	readonly isCalm: boolean;
	readonly cancel: () => void;
}

export class PatchPacer {
	readonly #timers: Timers;
	readonly #allowance: PatchAllowance;
	readonly #send: () => void;
	readonly #audience: () => number;
	#lastSentAt = Number.NEGATIVE_INFINITY;
	#scheduled: Scheduled | undefined;

	constructor(timers: Timers, allowance: PatchAllowance, audience: () => number, send: () => void) {
		this.#timers = timers;
		this.#allowance = allowance;
		this.#audience = audience;
		this.#send = send;
	}

	/** Something changed that people are waiting to see. */
	changed(): void {
		if (this.#scheduled?.isCalm !== false) this.#schedule(false);
	}

	/** Something changed that can wait a moment. */
	changedCalmly(): void {
		if (this.#scheduled === undefined) this.#schedule(true);
	}

	stop(): void {
		this.#scheduled?.cancel();
	}

	#schedule(isCalm: boolean): void {
		this.#scheduled?.cancel();
		const audience = this.#audience();
		const turnAt = this.#scheduled?.turnAt ?? this.#allowance.takeTurn(audience);
		// After the turn was taken: what is due at once must not be a fraction of a millisecond away.
		const now = this.#timers.now();
		const dueAt = this.#lastSentAt + patchIntervalMs(audience);
		const at = Math.max(dueAt, turnAt, isCalm ? now + CALM_MS : now);
		// Never in the same turn, not even when due: receipts leave before the picture is sent round.
		const cancel = this.#timers.after(at - now, () => {
			this.#scheduled = undefined;
			this.#lastSentAt = this.#timers.now();
			this.#send();
		});
		this.#scheduled = { turnAt, isCalm, cancel };
	}
}
