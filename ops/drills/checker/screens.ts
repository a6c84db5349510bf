/** Properties 5 to 7 and the hidden tallies of 13, of one poll: what was shown, against the fold. */
import type { ResultVisibility } from "../../../schema/poll-words.ts";
import type { FinalTold, PictureSeen, Shown } from "../kit/history-events.ts";
import { Fold } from "./fold.ts";
import type { JournalRow } from "./journal-rows.ts";
import type { LossWindows } from "./loss-windows.ts";
import type { Findings, PropertyNumber } from "./properties.ts";
import { seconds } from "./seconds.ts";

/** An export's own deadline. */
const TOLD_WITHIN_MS = 10_000;

/** Equal pictures are kept once, with who saw them first. */
interface Witness {
	readonly who: string;
	readonly t: number;
	readonly epoch: number;
	readonly shown: Shown;
	times: number;
}

export class ScreenCheck {
	readonly #findings: Findings;
	readonly #poll: string;
	readonly #windows: LossWindows;
	readonly #pictures = new Map<number, Map<string, Witness>>();
	readonly #last = new Map<string, PictureSeen>();
	readonly #finals: FinalTold[] = [];
	readonly #fold = new Fold();
	#visibility: ResultVisibility = "live";
	#lastSeq = 0;

	constructor(poll: string, findings: Findings, windows: LossWindows) {
		this.#poll = poll;
		this.#windows = windows;
		this.#findings = findings;
	}

	made(visibility: ResultVisibility): void {
		this.#visibility = visibility;
	}

	saw(picture: PictureSeen): void {
		const { who, t, epoch, seq, shown } = picture;
		if (!picture.isDropped) this.#showed(picture);
		this.#checkHidden(picture);
		const here = this.#pictures.get(seq) ?? new Map<string, Witness>();
		this.#pictures.set(seq, here);
		const key = `${epoch} ${JSON.stringify(shown)}`;
		const witness = here.get(key);
		if (witness === undefined) here.set(key, { who, t, epoch, shown, times: 1 });
		else witness.times += 1;
	}

	#showed(picture: PictureSeen): void {
		const { who, t, epoch, seq } = picture;
		const before = this.#last.get(who);
		this.#last.set(who, picture);
		this.#findings.look(6);
		if (before === undefined || epoch > before.epoch) return;
		if (epoch === before.epoch && seq >= before.seq) return;
		const places = `from ${before.epoch}/${before.seq} to ${epoch}/${seq}`;
		this.#found(6, `${who} went back ${places}`, t);
	}

	left(who: string): void {
		this.#last.delete(who);
	}

	final(told: FinalTold): void {
		this.#finals.push(told);
	}

	row(row: JournalRow): void {
		this.#fold.add(row);
		this.#lastSeq = row.seq;
		const pictures = this.#pictures.get(row.seq);
		this.#pictures.delete(row.seq);
		for (const { who, t, epoch, shown, times } of pictures?.values() ?? []) {
			this.#findings.look(5, times);
			if (this.#windows.undid(this.#poll, epoch, row.epoch, t)) {
				this.#findings.undone("pictures", times);
				continue;
			}
			const place = `${who} saw at ${epoch}/${row.seq}`;
			const difference = this.#fold.differsFrom(shown);
			if (difference !== undefined) this.#found(5, `${place}: ${difference}`, t);
			else if (row.epoch > epoch) {
				this.#found(5, `${place} what was written only under epoch ${row.epoch}`, t);
			}
		}
	}

	end(): void {
		for (const [seq, pictures] of this.#pictures) {
			for (const { who, t, epoch, times } of pictures.values()) {
				this.#findings.look(5);
				if (seq === 0) continue;
				if (this.#windows.undid(this.#poll, epoch, undefined, t)) {
					this.#findings.undone("pictures", times);
					continue;
				}
				this.#found(5, `${who} saw ${epoch}/${seq}; the journal ends at ${this.#lastSeq}`, t);
			}
		}
		for (const { source, counts, ms, t } of this.#finals) {
			const sentence = `${source}: an answer only after ${seconds(ms)}`;
			const asked = { property: 7, sentence, poll: this.#poll, t: t - ms } as const;
			this.#findings.took(counts === undefined ? 0 : ms, TOLD_WITHIN_MS, asked);
			this.#findings.look(3);
			const difference = counts === undefined ? "no answer" : this.#fold.countsDifferFrom(counts);
			if (difference !== undefined) this.#found(7, `${source}: ${difference}`, t);
		}
		for (const { who, t, shown } of this.#last.values()) {
			this.#findings.look(7);
			const difference = this.#fold.differsFrom(shown);
			if (difference !== undefined) this.#found(7, `the last picture of ${who}: ${difference}`, t);
		}
	}

	#checkHidden({ isHost, shown, who, t }: PictureSeen): void {
		if (isHost || this.#visibility === "live") return;
		for (const [id, { status, counts }] of Object.entries(shown)) {
			this.#findings.look(13);
			const isRevealed = this.#visibility === "closed" && status === "closed";
			if (counts.length === 0 || isRevealed) continue;
			this.#found(13, `${who} was shown the hidden tallies of ${id}`, t);
		}
	}

	#found(property: PropertyNumber, sentence: string, t?: number): void {
		this.#findings.found({ property, sentence, poll: this.#poll, t });
	}
}
