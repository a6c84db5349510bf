/** Chance that a seed repeats: which fault, when, and who votes for what. */
export interface Random {
	/** In [0, 1). */
	next(): number;
	chance(probability: number): boolean;
	between(min: number, max: number): number;
	/** Throws when there is nothing to pick from. */
	pick<Item>(items: readonly Item[]): Item;
	shuffled<Item>(items: readonly Item[]): Item[];
	/** Another one, which what is drawn here does not disturb. */
	fork(): Random;
}

/** xorshift128 (Marsaglia, 2003), its state spread from the seed. */
export function seededRandom(seed: number): Random {
	let [x, y, z, w] = [seed | 0, 0x9e3779b9 | 0, 0x7f4a7c15 | 0, 0x85ebca6b | 0];

	function bits(): number {
		const t = x ^ (x << 11);
		[x, y, z] = [y, z, w];
		w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
		return w >>> 0;
	}
	// The first few draws of neighbouring seeds are alike.
	for (let draw = 0; draw < 20; draw += 1) bits();

	const random: Random = {
		next: () => bits() / 2 ** 32,
		chance: (probability) => random.next() < probability,
		between: (min, max) => min + random.next() * (max - min),
		pick<Item>(items: readonly Item[]): Item {
			const item = items[Math.floor(random.next() * items.length)];
			if (item === undefined) throw new Error("there is nothing to pick from");
			return item;
		},
		shuffled<Item>(items: readonly Item[]): Item[] {
			return items
				.map((item) => ({ item, at: random.next() }))
				.sort((a, b) => a.at - b.at)
				.map(({ item }) => item);
		},
		fork: () => seededRandom(bits()),
	};
	return random;
}
