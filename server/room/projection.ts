/**
 * Committed entries turned into the synchronised view. Only what changed is written, in the same
 * step as `(epoch, seq)`, so that every encoding shows exactly the fold up to that place.
 */
import type { QuestionId } from "../../schema/ids.ts";
import { type PollView, QuestionView } from "../../schema/view/poll-view.ts";
import type { JournalEntry } from "../domain/events.ts";
import { countsAreVisible, type Poll, pollStatus, type Question } from "../domain/poll.ts";

type Counts = QuestionView["counts"];

export class Projection {
	readonly view: PollView;
	readonly #onQuestionAdded: (question: QuestionView) => void;
	/** What the view's lists hold: reading them back costs more than the vote. */
	readonly #written = new Map<Counts, number[]>();

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
		this.#write(poll, poll.questions.keys());
	}

	/**
	 * Shows the poll after these entries. True when a list has grown: then send the patch before
	 * anybody is given the whole state, or a newcomer is told of the growth a second time.
	 */
	follow(poll: Poll, entries: readonly JournalEntry[]): boolean {
		return this.#write(poll, touchedQuestions(poll, entries));
	}

	#write(poll: Poll, questionIds: Iterable<QuestionId>): boolean {
		const { view } = this;
		let hasGrown = false;
		view.seq = poll.seq;
		assign(view, "title", poll.title);
		assign(view, "status", pollStatus(poll));
		assign(view, "currentQuestionId", poll.currentQuestionId ?? "");
		assign(view, "participants", poll.participants.size);
		for (const id of questionIds) {
			const question = poll.questions.get(id);
			if (question !== undefined && this.#writeQuestion(poll, question)) hasGrown = true;
		}
		return hasGrown;
	}

	#writeQuestion(poll: Poll, question: Question): boolean {
		const shown = this.#viewOf(question);
		assign(shown, "status", question.status);
		assign(shown, "ballots", question.ballots.size);
		const counts = countsAreVisible(poll, question) ? question.counts : [];
		const hasGrown = this.#writeCounts(shown.counts, counts);
		// Grows with the question itself, and never again.
		return this.#writeCounts(shown.hostCounts, question.counts) || hasGrown;
	}

	/** True when the list has grown. */
	#writeCounts(shown: Counts, counts: readonly number[]): boolean {
		const written = this.#written.get(shown) ?? [];
		this.#written.set(shown, written);
		const hasGrown = counts.length > written.length;
		if (written.length > counts.length) {
			shown.clear();
			written.length = 0;
		}
		for (const [option, count] of counts.entries()) {
			if (option >= written.length) shown.push(count);
			else if (written[option] !== count) shown[option] = count;
			written[option] = count;
		}
		return hasGrown;
	}

	#viewOf({ id, prompt, kind, options, maxChoices }: Question): QuestionView {
		// Questions are only ever added, in order: q7 is the seventh.
		const known = this.view.questions.at(Number(id.slice(1)) - 1);
		if (known !== undefined) return known;
		const added = new QuestionView({ id, prompt, kind, maxChoices });
		for (const label of options) added.options.push(label);
		this.view.questions.push(added);
		this.#onQuestionAdded(added);
		return added;
	}
}

/** The encoder takes every assignment for a change, so equal values are not assigned. */
function assign<Target, Key extends keyof Target>(
	target: Target,
	key: Key,
	value: Target[Key],
): void {
	if (target[key] !== value) target[key] = value;
}

function touchedQuestions(poll: Poll, entries: readonly JournalEntry[]): Iterable<QuestionId> {
	const touched = new Set<QuestionId>();
	for (const { event } of entries) {
		if ("questionId" in event) touched.add(event.questionId);
		else if (event.kind === "question-added") touched.add(event.question.id);
		else if (event.kind === "participant-removed" || event.kind === "poll-ended") {
			return poll.questions.keys();
		}
	}
	return touched;
}
