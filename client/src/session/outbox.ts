/**
 * The participant's votes from the tap to the receipt, without clock or network.
 *
 * Of each question only the newest vote counts. It is written to storage under a new revision
 * before it may be sent, and stays pending until the server's receipt, whatever happens to
 * connections, servers and tabs in between. A revision is never used for other choices.
 */
import type { QuestionId } from "../../../schema/ids.ts";
import type { Refusal, RequestRefusalCode, SeatRefusalCode } from "../../../schema/refusals.ts";
import type { OwnBallot } from "../../../schema/wire/client-messages.ts";
import type { OutboxStore, StoredVotes, Vote } from "./outbox-store.ts";
import { isSameList } from "./view.ts";

/** What the user sees of a question: `sending` until the receipt, `saved` never before it. */
export interface BallotView {
	readonly status: "none" | "sending" | "saved" | "not-counted";
	/** The pending choices, or those that the server has. */
	readonly choices: readonly number[];
	/** With `not-counted`: why. */
	readonly refusal?: Refusal<RequestRefusalCode | SeatRefusalCode>;
}

/**
 * One stretch of being in touch: from a `hello` that was answered to the loss of its connection.
 * A choice made within it was made after everything that the server then knew.
 */
export type Contact = number;

interface Entry {
	lastRevision: number;
	pending: (Vote & { readonly contact: Contact | undefined }) | undefined;
	/** The ballot that the server is known to have. */
	acknowledged: Vote | undefined;
	refused: { readonly revision: number; readonly refusal: Refusal } | undefined;
}

export class Outbox {
	readonly #entries = new Map<QuestionId, Entry>();
	readonly #store: OutboxStore;

	constructor(store: OutboxStore) {
		this.#store = store;
	}

	/** A tap. `contact` is `undefined` while offline. */
	choose(questionId: QuestionId, choices: readonly number[], contact: Contact | undefined): void {
		this.recall(questionId);
		const entry = this.#entry(questionId);
		this.#pend(questionId, entry, asSet(choices), contact, entry.lastRevision + 1);
	}

	/** Takes over what storage knows and this tab does not: from before a reload, or of another tab. */
	recall(questionId: QuestionId): void {
		const stored = this.#store.read(questionId);
		const entry = this.#entry(questionId);
		entry.lastRevision = Math.max(entry.lastRevision, stored.lastRevision);
		const known = Math.max(
			entry.pending?.revision ?? 0,
			entry.acknowledged?.revision ?? 0,
			entry.refused?.revision ?? 0,
		);
		if (stored.pending === undefined || stored.pending.revision <= known) return;
		entry.pending = { ...stored.pending, contact: undefined };
		entry.refused = undefined;
	}

	/** The receipt of a vote. */
	receive(questionId: QuestionId, { revision, choices }: Vote): void {
		const entry = this.#entry(questionId);
		if (revision >= (entry.acknowledged?.revision ?? 0)) entry.acknowledged = { revision, choices };
		this.#settle(questionId, entry, revision);
	}

	/** The ballots of `hello`. One at or above a pending revision is its receipt or outranks it. */
	reconcile(ballots: readonly OwnBallot[]): void {
		for (const { questionId, revision, choices } of ballots) {
			this.recall(questionId);
			this.receive(questionId, { revision, choices: asSet(choices) });
		}
	}

	/**
	 * A final refusal of `vote`: it is dropped as not counted, unless a newer one is pending.
	 * @param contact the one in which the refusal arrived.
	 */
	refuse(questionId: QuestionId, vote: Vote, refusal: Refusal, contact: Contact): void {
		const entry = this.#entry(questionId);
		if (refusal.code === "stale_revision" && refusal.current !== undefined) {
			const { revision, choices } = refusal.current;
			this.#overtaken(questionId, entry, { revision, choices: asSet(choices) }, contact);
			return;
		}
		if (vote.revision <= (entry.acknowledged?.revision ?? 0)) return;
		if (entry.pending?.revision === vote.revision) {
			entry.refused = { revision: vote.revision, refusal };
		}
		this.#settle(questionId, entry, vote.revision);
	}

	/** The poll is closed to this participant: nothing that is pending will ever be counted. */
	refuseAll(refusal: Refusal): void {
		for (const [questionId, entry] of this.#entries) {
			const { pending } = entry;
			if (pending === undefined) continue;
			entry.refused = { revision: pending.revision, refusal };
			this.#settle(questionId, entry, pending.revision);
		}
	}

	pending(questionId: QuestionId): Vote | undefined {
		return this.#entries.get(questionId)?.pending;
	}

	/** The questions whose newest vote has no receipt. */
	pendingQuestions(): QuestionId[] {
		return [...this.#entries].filter(([, entry]) => entry.pending).map(([id]) => id);
	}

	ballot(questionId: QuestionId): BallotView {
		const entry = this.#entries.get(questionId);
		if (entry?.pending) return { status: "sending", choices: entry.pending.choices };
		const choices = entry?.acknowledged?.choices ?? [];
		const { refused } = entry ?? {};
		if (refused && refused.revision > (entry?.acknowledged?.revision ?? 0)) {
			return { status: "not-counted", choices, refusal: refused.refusal };
		}
		return { status: entry?.acknowledged ? "saved" : "none", choices };
	}

	/** The server has `current` at or above a revision that this tab used for other choices. */
	#overtaken(questionId: QuestionId, entry: Entry, current: Vote, contact: Contact): void {
		const { pending } = entry;
		const isConflict =
			pending !== undefined &&
			pending.revision <= current.revision &&
			!isSameList(pending.choices, current.choices);
		const isLatestHere =
			pending !== undefined &&
			pending.contact === contact &&
			this.#store.read(questionId).lastRevision <= pending.revision;
		this.receive(questionId, current);
		// Chosen in touch, so after the other device's vote had reached the server: the user's last word.
		if (isConflict && isLatestHere) {
			this.#pend(questionId, entry, pending.choices, contact, entry.lastRevision + 1);
		}
	}

	#pend(
		questionId: QuestionId,
		entry: Entry,
		choices: readonly number[],
		contact: Contact | undefined,
		revision: number,
	): void {
		// Storage first: a vote that may have been sent is never forgotten, its revision never reused.
		this.#store.write(questionId, { lastRevision: revision, pending: { revision, choices } });
		entry.lastRevision = revision;
		entry.pending = { revision, choices, contact };
		entry.refused = undefined;
	}

	/** Nothing up to `revision` is pending any more, here and in storage. */
	#settle(questionId: QuestionId, entry: Entry, revision: number): void {
		entry.lastRevision = Math.max(entry.lastRevision, revision);
		if (entry.pending && entry.pending.revision <= revision) entry.pending = undefined;
		const stored = this.#store.read(questionId);
		const settled = settledUpTo(stored, revision, entry.lastRevision);
		if (settled !== undefined) this.#store.write(questionId, settled);
	}

	#entry(questionId: QuestionId): Entry {
		let entry = this.#entries.get(questionId);
		if (entry === undefined) {
			entry = { lastRevision: 0, pending: undefined, acknowledged: undefined, refused: undefined };
			this.#entries.set(questionId, entry);
		}
		return entry;
	}
}

/** What storage should say then; `undefined` when it says so already. */
function settledUpTo(
	stored: StoredVotes,
	revision: number,
	lastRevision: number,
): StoredVotes | undefined {
	const pending = stored.pending && stored.pending.revision > revision ? stored.pending : undefined;
	if (pending === stored.pending && stored.lastRevision >= lastRevision) return undefined;
	return { lastRevision: Math.max(stored.lastRevision, lastRevision), pending };
}

/** Choices are a set: ascending, each once. */
function asSet(choices: readonly number[]): readonly number[] {
	return [...new Set(choices)].sort((a, b) => a - b);
}
