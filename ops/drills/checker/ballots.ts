/** Properties 1 to 4 and 11 of one poll: what was cast and promised, against the rows. */
import type { Answered, VoteAsked } from "../kit/history-events.ts";
import type { JournalRow } from "./journal-rows.ts";
import type { LossWindows } from "./loss-windows.ts";
import { personOf } from "./person.ts";
import type { Findings, PropertyNumber } from "./properties.ts";

interface Promised {
	readonly vote: VoteAsked;
	readonly seq: number;
	readonly t: number;
	isThere: boolean;
}

export class BallotCheck {
	readonly #findings: Findings;
	readonly #poll: string;
	readonly #windows: LossWindows;
	/** Choices by vote. */
	readonly #cast = new Map<string, string>();
	readonly #promised = new Map<string, Promised>();
	/** Highest revision with a receipt, by ballot. */
	readonly #settled = new Map<string, number>();
	/** The same of receipts that nothing may undo. */
	readonly #lasting = new Map<string, number>();
	readonly #stored = new Map<string, { readonly revision: number; readonly seq: number }>();
	readonly #keys = new Set<string>();
	/**
	 * Whose name is whose: a restored database gives the names of those who came after the backup to
	 * the next who come.
	 */
	readonly #people = new Map<string, string>();

	constructor(poll: string, findings: Findings, windows: LossWindows) {
		this.#poll = poll;
		this.#windows = windows;
		this.#findings = findings;
	}

	asked(vote: VoteAsked): void {
		this.#meet(vote);
		if (vote.as === "conflict") return;
		const key = keyOf(vote);
		const before = this.#cast.get(key);
		const choices = `${vote.choices}`;
		if (before === undefined) this.#cast.set(key, choices);
		else if (before !== choices) {
			this.#found(4, `${nameOf(vote)} was also cast as [${before}]`, vote.t);
		}
		const settled = this.#settled.get(ballotOf(vote)) ?? 0;
		if (before !== undefined || vote.as === "replay") return;
		this.#findings.look(4);
		if (vote.revision <= settled) {
			this.#found(4, `${nameOf(vote)} is new after the receipt of revision ${settled}`, vote.t);
		}
	}

	answered(vote: VoteAsked, { seq = 0, t }: Answered): void {
		if (vote.as === "conflict") {
			this.#findings.look(4);
			this.#found(4, `${nameOf(vote)} took the place of other choices`, t);
			return;
		}
		const ballot = ballotOf(vote);
		raise(this.#settled, ballot, vote.revision);
		if (!this.#windows.covers(t)) raise(this.#lasting, ballot, vote.revision);
		const before = this.#promised.get(keyOf(vote));
		if (before === undefined || this.#windows.covers(before.t)) {
			this.#promised.set(keyOf(vote), { vote, seq, t, isThere: false });
			return;
		}
		this.#findings.look(11);
		if (before.seq === seq) return;
		this.#found(11, `${nameOf(vote)} was acknowledged as ${before.seq} and as ${seq}`, t);
	}

	row(row: JournalRow): void {
		if (row.kind !== "vote-cast") return;
		const { participant = "", question = "", revision } = row;
		const person = this.#people.get(this.#nameIn(row.epoch, participant ?? "")) ?? "";
		const key = `${question} ${person} ${revision}`;
		const name = `row ${row.seq}, revision ${revision} of ${participant} on ${question}`;
		this.#findings.look(2);
		const cast = this.#cast.get(key);
		const t = this.#promised.get(key)?.t;
		if (cast === undefined) this.#found(2, `nobody cast ${name}`, t);
		else if (cast !== `${row.choices}`) {
			this.#found(2, `${name} says [${row.choices}], cast was [${cast}]`, t);
		}
		this.#findings.look(3);
		if (this.#keys.has(key)) this.#found(3, `${name} is there twice`, t);
		this.#keys.add(key);
		const ballot = `${question} ${person}`;
		const last = this.#stored.get(ballot);
		if (last !== undefined && last.revision >= (revision ?? 0)) {
			this.#found(4, `${name} comes after revision ${last.revision} at ${last.seq}`, t);
		}
		this.#stored.set(ballot, { revision: revision ?? 0, seq: row.seq });
		const promised = this.#promised.get(key);
		if (promised === undefined) return;
		promised.isThere = true;
		if (promised.seq !== row.seq && !this.#windows.covers(promised.t)) {
			this.#found(1, `${nameOf(promised.vote)}, acknowledged as ${promised.seq}, is ${name}`, t);
		}
	}

	end(): void {
		for (const { vote, seq, t, isThere } of this.#promised.values()) {
			this.#findings.look(1);
			if (isThere) continue;
			if (this.#windows.covers(t)) this.#findings.undone("votes");
			else this.#found(1, `${nameOf(vote)}, acknowledged as ${seq}, is not there`, t);
		}
		for (const [ballot, revision] of this.#lasting) {
			this.#findings.look(4);
			const stored = this.#stored.get(ballot)?.revision ?? 0;
			if (stored >= revision) continue;
			this.#found(4, `${ballot} counts revision ${stored}, acknowledged was ${revision}`);
		}
	}

	#meet({ epoch = 0, participant, who, t }: VoteAsked): void {
		const name = this.#nameIn(epoch, participant);
		const known = this.#people.get(name);
		const person = personOf(who);
		this.#people.set(name, known ?? person);
		if (known === undefined || known === person) return;
		this.#found(3, `${participant} is ${known} and ${person}`, t);
	}

	#nameIn(epoch: number, participant: string): string {
		return `${this.#windows.generationOf(this.#poll, epoch)} ${participant}`;
	}

	#found(property: PropertyNumber, sentence: string, t?: number): void {
		this.#findings.found({ property, sentence, poll: this.#poll, t });
	}
}

function raise(revisions: Map<string, number>, ballot: string, revision: number): void {
	revisions.set(ballot, Math.max(revisions.get(ballot) ?? 0, revision));
}

function keyOf({ question, who, revision }: VoteAsked): string {
	return `${question} ${personOf(who)} ${revision}`;
}

function ballotOf({ question, who }: VoteAsked): string {
	return `${question} ${personOf(who)}`;
}

function nameOf({ question, participant, revision, choices }: VoteAsked): string {
	return `revision ${revision} of ${participant} on ${question} [${choices}]`;
}
