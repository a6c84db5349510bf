/**
 * A hall that comes in the same moment, let in a few at a time, so that whatever else has arrived
 * has its turn of the event loop between them: votes, receipts, health checks.
 *
 * Of the connections that wait to be accepted libuv takes one a turn, whoever they belong to. While
 * there are some, turns are kept short: else the hundredth waits for the work of those before it.
 */
import { Fifo } from "./fifo.ts";
import type { Timers } from "./timers.ts";

const PER_TURN = 8;
/** What they take; the first ones of a process take many times as long. */
const TURN_MS = 3;
/** Connections may keep coming: after so long those who are in go on all the same. */
const PAUSE_MAX_MS = 10;
/** Half a second of them; past it the first in line is let in at once. */
const WAITING_MAX = 1_000;

export class Arrivals {
	readonly #waiting = new Fifo<() => void>();
	readonly #timers: Timers;
	#isGoing = false;
	#hasAccepted = false;
	#letInAt = Number.NEGATIVE_INFINITY;

	constructor(timers: Timers) {
		this.#timers = timers;
	}

	/** A connection was accepted; there may be more. */
	accepted(): void {
		this.#hasAccepted = true;
	}

	/** Calls `enter` when its turn has come, in the order of asking. */
	queue(enter: () => void): void {
		this.#waiting.push(enter);
		if (this.#waiting.length > WAITING_MAX) this.#waiting.shift()?.();
		if (!this.#isGoing) this.#goOn();
	}

	#letIn(now: number): void {
		this.#letInAt = now;
		for (let count = 0; count < PER_TURN; count += 1) {
			this.#waiting.shift()?.();
			if (this.#timers.now() - now >= TURN_MS) break;
		}
	}

	#goOn(): void {
		this.#isGoing = this.#waiting.length > 0;
		if (this.#isGoing) this.#timers.after(0, () => this.#turn());
	}

	#turn(): void {
		const now = this.#timers.now();
		const isPaused = this.#hasAccepted && now - this.#letInAt < PAUSE_MAX_MS;
		this.#hasAccepted = false;
		try {
			if (!isPaused) this.#letIn(now);
		} finally {
			// Whatever was wrong with one of them, the others are let in.
			this.#goOn();
		}
	}
}
