/** Watches what people are sent for what nobody but a host may know. */
export class SecretWatch {
	readonly #onSeen: (poll: string) => void;
	readonly #secrets: { readonly poll: string; readonly bytes: Buffer }[] = [];
	#pieces = 0;

	/** @param onSeen called for each piece of traffic that holds a poll's secret. */
	constructor(onSeen: (poll: string) => void) {
		this.#onSeen = onSeen;
	}

	/** Pieces that were looked through. */
	get pieces(): number {
		return this.#pieces;
	}

	plant(poll: string, secret: string): void {
		this.#secrets.push({ poll, bytes: Buffer.from(secret) });
	}

	/** A secret that is cut in two by the end of a piece is missed; the next time it will not be. */
	look(piece: Buffer): void {
		this.#pieces += 1;
		for (const { poll, bytes } of this.#secrets) {
			if (piece.includes(bytes)) this.#onSeen(poll);
		}
	}
}
