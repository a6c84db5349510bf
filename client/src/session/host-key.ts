/**
 * The host's token over its rotation: the new one is kept before it is asked for, so that a lost
 * answer, a dead connection or a reload in the middle of it locks nobody out.
 */
import { keepHostToken, keepNextHostToken, keptNextHostToken, mintToken } from "./identity.ts";
import type { KeyValueStore } from "./key-value-store.ts";
import { RefusedError } from "./refused-error.ts";
import type { SeatTaker } from "./seat.ts";

export class HostKey {
	readonly #store: KeyValueStore;
	readonly #code: string;
	#token: string;

	constructor(store: KeyValueStore, code: string, token: string) {
		this.#store = store;
		this.#code = code;
		this.#token = token;
	}

	get token(): string {
		return this.#token;
	}

	/** Only a token that opened the door is worth keeping. */
	keep(): void {
		keepHostToken(this.#store, this.#code, this.#token);
	}

	/** The token to ask for: the one of an earlier try, if that was never answered. */
	next(): string {
		const next = keptNextHostToken(this.#store, this.#code) ?? mintToken();
		keepNextHostToken(this.#store, this.#code, next);
		return next;
	}

	/** From now on this one opens the door, and no other. */
	replace(token: string): void {
		this.#token = token;
		this.keep();
		keepNextHostToken(this.#store, this.#code, undefined);
	}

	/** Seats for which the next token is tried where the present one is refused. */
	seats(seats: SeatTaker): SeatTaker {
		return {
			take: async (request, events, signal) => {
				try {
					return await seats.take(request, events, signal);
				} catch (error) {
					const next = keptNextHostToken(this.#store, this.#code);
					const isRefused = error instanceof RefusedError && error.code === "unauthorized";
					if (!isRefused || next === undefined) throw error;
					const room = await seats.take({ hostToken: next }, events, signal);
					this.replace(next);
					return room;
				}
			},
		};
	}
}
