/** A queue with O(1) `push` and `shift`; an array's own `shift` is O(n) past some length. */
export class Fifo<Item> {
	#items: (Item | undefined)[] = [];
	#head = 0;

	get length(): number {
		return this.#items.length - this.#head;
	}

	get first(): Item | undefined {
		return this.#items[this.#head];
	}

	push(item: Item): void {
		this.#items.push(item);
	}

	shift(): Item | undefined {
		const item = this.#items[this.#head];
		if (this.length === 0) return undefined;
		this.#items[this.#head] = undefined;
		this.#head += 1;
		if (this.#head === this.#items.length) {
			this.#items = [];
			this.#head = 0;
		} else if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
			this.#items = this.#items.slice(this.#head);
			this.#head = 0;
		}
		return item;
	}
}
