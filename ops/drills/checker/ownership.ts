/** Properties 9 and 10 of one poll: who wrote when, and what a new owner had read. */
import type { ActivationRow, JournalRow } from "./journal-rows.ts";
import type { Findings, PropertyNumber } from "./properties.ts";

export class OwnershipCheck {
	readonly #findings: Findings;
	readonly #poll: string;
	readonly #activations: readonly ActivationRow[];
	readonly #rowsOf = new Map<number, number>();
	#last: JournalRow | undefined;

	/** @param activations in the order of their epochs. */
	constructor(poll: string, activations: readonly ActivationRow[], findings: Findings) {
		this.#poll = poll;
		this.#activations = activations;
		this.#findings = findings;
	}

	row(row: JournalRow): void {
		const { epoch, seq, committedAt } = row;
		this.#rowsOf.set(epoch, (this.#rowsOf.get(epoch) ?? 0) + 1);
		this.#findings.look(9);
		if (this.#last && epoch < this.#last.epoch) {
			this.#found(9, `row ${seq} of epoch ${epoch} follows one of epoch ${this.#last.epoch}`);
		}
		if (this.#last && seq !== this.#last.seq + 1) {
			this.#found(10, `row ${seq} follows row ${this.#last.seq}`);
		}
		this.#last = row;
		const next = this.#activations.find((activation) => activation.epoch > epoch);
		if (next === undefined || committedAt <= next.committedAt) return;
		const lateMs = (committedAt - next.committedAt).toFixed(3);
		this.#found(9, `row ${seq} of epoch ${epoch} came ${lateMs} ms after epoch ${next.epoch}`);
	}

	end(): void {
		for (const { epoch, rowsSeen } of this.#activations) {
			// Died between the activation and the note: nobody has seen anything of it.
			if (rowsSeen === null) continue;
			this.#findings.look(10);
			let before = 0;
			for (const [of, rows] of this.#rowsOf) if (of < epoch) before += rows;
			if (rowsSeen === before) continue;
			this.#found(10, `epoch ${epoch} began with ${rowsSeen} rows; there are ${before} before it`);
		}
	}

	#found(property: PropertyNumber, sentence: string): void {
		this.#findings.found({ property, sentence, poll: this.#poll });
	}
}
