/** Sockets whose picture waits for the answer that it is to be written with, for a bounded time. */
import type { Timers } from "../lib/timers.ts";

/** About what an answer takes where as much is voted as can be written. */
export const HELD_MS_MAX = 200;

interface Holding {
	flush(): void;
}

export class HeldBack {
	readonly #timers: Timers;
	/** Since when, the longest first. */
	readonly #since = new Map<Holding, number>();
	#isWatching = false;

	constructor(timers: Timers) {
		this.#timers = timers;
	}

	/** It is told to `flush` when the time is up, from when it was first added. */
	add(socket: Holding): void {
		if (this.#since.has(socket)) return;
		this.#since.set(socket, this.#timers.now());
		if (!this.#isWatching) this.#watch(HELD_MS_MAX);
	}

	delete(socket: Holding): void {
		this.#since.delete(socket);
	}

	// One timer for all of them: one each is a good part of what is saved.
	#watch(ms: number): void {
		this.#isWatching = true;
		this.#timers.after(ms, () => {
			this.#isWatching = false;
			const now = this.#timers.now();
			for (const [socket, since] of this.#since) {
				if (since + HELD_MS_MAX > now) return this.#watch(since + HELD_MS_MAX - now);
				this.#since.delete(socket);
				socket.flush();
			}
		});
	}
}
