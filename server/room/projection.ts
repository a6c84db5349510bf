/**
 * Committed entries turned into the synchronised view. Only what changed is written, in the same
 * step as `(epoch, seq)`, so that every encoding shows exactly the fold up to that place.
 */
import type { QuestionId } from "../../schema/ids.ts";
import { type PollView, QuestionView } from "../../schema/view/poll-view.ts";
import type { JournalEntry } from "../domain/events.ts";
import { countsAreVisible, type Poll, pollStatus, type Question } from "../domain/poll.ts";

type Counts = QuestionView["counts"];

/** A question of the view, with what was written there: reading a list back costs more than the vote. */
interface Shown {
	readonly view: QuestionView;
	readonly counts: number[];
	readonly hostCounts: number[];
}

export class Projection {
	readonly view: PollView;
	readonly #onQuestionAdded: (question: QuestionView) => void;
	readonly #questions = new Map<QuestionId, Shown>();

	/** `onQuestionAdded` lets the room show the new question's host fields to its hosts. */
	constructor(view: PollView, onQuestionAdded: (question: QuestionView) => void) {
		this.view = view;
		this.#onQuestionAdded = onQuestionAdded;
	}

	/** Shows the whole poll as it was hydrated. */
	show(poll: Poll, epoch: number, code: string): void {
		this.view.code = code;
		this.view.capacity = poll.settings.capacity;
		this.view.epoch = epoch;
		this.view.title = poll.title;
		this.#writeAll(poll);
	}

	/**
	 * Shows the poll after these entries. True when a list has grown: then send the patch before
	 * anybody is given the whole state, or a newcomer is told of the growth a second time.
	 */
	follow(poll: Poll, entries: readonly JournalEntry[]): boolean {
		let hasGrown = false;
		let written: QuestionId | undefined;
		for (const { event } of entries) {
			if (event.kind !== "vote-cast") return this.#writeAll(poll);
			// Once for all votes on it: it is written as it is after the last of them.
			if (event.questionId === written) continue;
			written = event.questionId;
			const question = poll.questions.get(written);
			if (question !== undefined && this.#writeQuestion(poll, question)) hasGrown = true;
		}
		this.view.seq = poll.seq;
		return hasGrown;
	}

	/** The encoder takes every assignment for a change, so equal values are not assigned. */
	#writeAll(poll: Poll): boolean {
		const { view } = this;
		const status = pollStatus(poll);
		const current = poll.currentQuestionId ?? "";
		const participants = poll.participants.size;
		let hasGrown = false;
		if (view.status !== status) view.status = status;
		if (view.currentQuestionId !== current) view.currentQuestionId = current;
		if (view.participants !== participants) view.participants = participants;
		for (const question of poll.questions.values()) {
			if (this.#writeQuestion(poll, question)) hasGrown = true;
		}
		view.seq = poll.seq;
		return hasGrown;
	}

	#writeQuestion(poll: Poll, question: Question): boolean {
		const { view, counts, hostCounts } = this.#shown(question);
		const { status, ballots } = question;
		if (view.status !== status) view.status = status;
		if (view.ballots !== ballots.size) view.ballots = ballots.size;
		const visible = countsAreVisible(poll, question) ? question.counts : [];
		const hasGrown = writeCounts(view.counts, counts, visible);
		// Grows with the question itself, and never again.
		return writeCounts(view.hostCounts, hostCounts, question.counts) || hasGrown;
	}

	#shown({ id, prompt, kind, options, maxChoices }: Question): Shown {
		const known = this.#questions.get(id);
		if (known !== undefined) return known;
		const view = new QuestionView({ id, prompt, kind, maxChoices });
		for (const label of options) view.options.push(label);
		this.view.questions.push(view);
		this.#onQuestionAdded(view);
		const shown = { view, counts: [], hostCounts: [] };
		this.#questions.set(id, shown);
		return shown;
	}
}

/** True when the list has grown. */
function writeCounts(shown: Counts, written: number[], counts: readonly number[]): boolean {
	const hasGrown = counts.length > written.length;
	if (written.length > counts.length) {
		shown.clear();
		written.length = 0;
	}
	for (let option = 0; option < counts.length; option += 1) {
		const count = counts[option] as number;
		if (option >= written.length) shown.push(count);
		else if (written[option] !== count) shown[option] = count;
		written[option] = count;
	}
	return hasGrown;
}
