/** The poll's host token as far as this room knows: it changes by request, durably before it is answered. */
import type { TokenHash } from "../../schema/ids.ts";
import { type Refusal, refusal, retryableRefusal } from "../../schema/refusals.ts";
import { hashToken, mintToken } from "../identity/tokens.ts";
import type { HostSeat, Seat } from "./seat.ts";

type Rotated = { readonly answer: { readonly hostToken: string } } | { readonly refusal: Refusal };

export interface HostTokenParts {
	/** Writes the hash; false when the poll is gone or lives elsewhere by now. */
	readonly store: (hash: TokenHash) => Promise<boolean>;
	/** The host who asked stays, under the new token; every other one is to be sent away. */
	readonly onRotated: (asker: HostSeat, hash: TokenHash) => void;
}

export class HostToken {
	readonly #parts: HostTokenParts;
	/** `undefined` until rotated here: before that, whoever has a seat has the right token. */
	#current: TokenHash | undefined;
	/** One rotation at a time: of two hosts who ask at once, the second has been shut out by the first. */
	#last: Promise<unknown> = Promise.resolve();

	constructor(parts: HostTokenParts) {
		this.#parts = parts;
	}

	/** False for a seat that was reserved or taken with an earlier token. */
	admits(seat: Seat): boolean {
		return seat.role !== "host" || this.#current === undefined || seat.tokenHash === this.#current;
	}

	/** Mints a token where none is given. Rejects with the database's fault; asking again is harmless. */
	rotate(seat: HostSeat, hostToken: string = mintToken()): Promise<Rotated> {
		const rotated = this.#last.then(() => this.#rotate(seat, hostToken));
		this.#last = rotated.catch(() => {});
		return rotated;
	}

	async #rotate(seat: HostSeat, hostToken: string): Promise<Rotated> {
		if (!this.admits(seat)) {
			return { refusal: refusal("forbidden", "This host token was replaced.") };
		}
		const hash = hashToken(hostToken);
		if (!(await this.#parts.store(hash))) {
			return { refusal: retryableRefusal("unavailable", "The poll is moving. Ask again.", 1_000) };
		}
		this.#current = hash;
		this.#parts.onRotated(seat, hash);
		return { answer: { hostToken } };
	}
}
