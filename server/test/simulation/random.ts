/** Chance that a seed repeats to the last bit. */
export interface Random {
	/** In [0, 1). */
	next(): number;
	chance(probability: number): boolean;
	between(min: number, max: number): number;
	/** A whole number from `min` to `max`, both included. */
	int(min: number, max: number): number;
	pick<Item>(items: readonly Item[]): Item;
}

/** mulberry32 (Ettinger, 2017): 32 bits of state are plenty for a few thousand draws. */
export function seededRandom(seed: number): Random {
	let state = Math.imul(seed, 0x9e3779b1) >>> 0;

	function next(): number {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	function int(min: number, max: number): number {
		return min + Math.floor(next() * (max - min + 1));
	}

	return {
		next,
		int,
		chance: (probability) => next() < probability,
		between: (min, max) => min + next() * (max - min),
		pick<Item>(items: readonly Item[]): Item {
			const item = items[int(0, items.length - 1)];
			if (item === undefined) throw new Error("there is nothing to pick from");
			return item;
		},
	};
}
