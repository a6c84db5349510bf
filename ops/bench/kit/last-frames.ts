/**
 * Which state every screen has come to. A room encodes a patch once and sends the same bytes to all,
 * so that frames are told apart by their bytes and need not be decoded ten thousand times.
 */
export class LastFrames {
	readonly #numbers = new Map<string, number>();
	readonly #seen: Int32Array;
	readonly #at: Float64Array;
	#lastAt = 0;

	constructor(screens: number) {
		this.#seen = new Int32Array(screens);
		this.#at = new Float64Array(screens);
	}

	/** @param now of `performance.now()`. */
	see(screen: number, frame: Buffer, now: number): void {
		const bytes = frame.toString("latin1");
		let number = this.#numbers.get(bytes);
		if (number === undefined) {
			number = this.#numbers.size + 1;
			this.#numbers.set(bytes, number);
		}
		this.#seen[screen] = number;
		this.#at[screen] = now;
		this.#lastAt = now;
	}

	/** When the last frame of all came; 0 before the first. */
	get lastAt(): number {
		return this.#lastAt;
	}

	/** Once it is quiet: when the last screen had the newest frame, and how many have not come to it. */
	get outcome(): { readonly completeAt: number; readonly behind: number } {
		const newest = this.#numbers.size;
		let completeAt = 0;
		let behind = 0;
		this.#seen.forEach((number, screen) => {
			if (number !== newest) behind += 1;
			else completeAt = Math.max(completeAt, this.#at[screen] ?? 0);
		});
		return { completeAt, behind };
	}
}
