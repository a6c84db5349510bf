/** Draws in place on a terminal; elsewhere prints the first line now and then. */
const UP_AND_CLEAR = (lines: number) => `\u001b[${lines}A\u001b[J`;
const PLAIN_EVERY_MS = 5_000;
const COLUMNS_MAX = 100;

export class Screen {
	readonly #out = process.stdout;
	#drawn = 0;
	#printedAt = Number.NEGATIVE_INFINITY;

	get columns(): number {
		return Math.min(COLUMNS_MAX, this.#out.columns ?? COLUMNS_MAX);
	}

	draw(lines: readonly string[]): void {
		if (this.#out.isTTY) {
			const clear = this.#drawn > 0 ? UP_AND_CLEAR(this.#drawn) : "";
			this.#out.write(`${clear}${lines.join("\n")}\n`);
			this.#drawn = lines.length;
		} else if (performance.now() - this.#printedAt >= PLAIN_EVERY_MS) {
			this.#printedAt = performance.now();
			this.#out.write(`${lines[0]}\n`);
		}
	}

	/** What is drawn stays; the next picture goes below. */
	keep(lines: readonly string[]): void {
		if (this.#out.isTTY) this.draw(lines);
		else this.#out.write(`${lines.join("\n")}\n`);
		this.#drawn = 0;
	}
}
