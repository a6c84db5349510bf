/** Where the item at `from` belongs when the pointer is at `y`: past every middle it has crossed. */
export function placeAt(y: number, middles: readonly number[], from: number): number {
	let to = from;
	while (to + 1 < middles.length && y > (middles[to + 1] ?? Infinity)) to += 1;
	while (to > 0 && y < (middles[to - 1] ?? -Infinity)) to -= 1;
	return to;
}
