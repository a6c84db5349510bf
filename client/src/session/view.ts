/** The synchronised state as plain values that never change once they were handed out. */
import type { QuestionId } from "../../../schema/ids.ts";
import type {
	PollStatus,
	QuestionKind,
	QuestionStatus,
	StorageStatus,
} from "../../../schema/poll-words.ts";
import type { PollView, QuestionView } from "../../../schema/view/poll-view.ts";

export interface PollSnapshot {
	/** With `seq`, the place in the poll's journal that this shows. */
	readonly epoch: number;
	readonly seq: number;
	readonly code: string;
	readonly title: string;
	readonly status: PollStatus;
	/** Empty while no question was shown yet. */
	readonly currentQuestionId: QuestionId | "";
	readonly capacity: number;
	readonly participants: number;
	readonly online: number;
	readonly hostOnline: boolean;
	readonly storage: StorageStatus;
	readonly questions: readonly QuestionSnapshot[];
}

export interface QuestionSnapshot {
	readonly id: QuestionId;
	readonly prompt: string;
	readonly kind: QuestionKind;
	readonly options: readonly string[];
	readonly maxChoices: number;
	readonly status: QuestionStatus;
	readonly ballots: number;
	/** One number an option; empty while hidden. */
	readonly counts: readonly number[];
	/** For the host only: counts also while the others see none. */
	readonly hostCounts?: readonly number[];
}

export function snapshotOf(view: PollView): PollSnapshot {
	return {
		epoch: view.epoch,
		seq: view.seq,
		code: view.code,
		title: view.title,
		status: view.status,
		currentQuestionId: view.currentQuestionId as QuestionId | "",
		capacity: view.capacity,
		participants: view.participants,
		online: view.online,
		hostOnline: view.hostOnline,
		storage: view.storage,
		questions: [...view.questions].map(questionOf),
	};
}

function questionOf(question: QuestionView): QuestionSnapshot {
	const hostCounts = [...(question.hostCounts ?? [])];
	return {
		id: question.id as QuestionId,
		prompt: question.prompt,
		kind: question.kind,
		options: [...question.options],
		maxChoices: question.maxChoices,
		status: question.status,
		ballots: question.ballots,
		counts: [...question.counts],
		...(hostCounts.length > 0 ? { hostCounts } : {}),
	};
}

/** What to show after `shown` when `next` arrives: never anything from an earlier place in the journal. */
export function newest(shown: PollSnapshot | undefined, next: PollSnapshot): PollSnapshot {
	if (shown === undefined) return next;
	const isOlder = next.epoch < shown.epoch || (next.epoch === shown.epoch && next.seq < shown.seq);
	return isOlder ? shown : { ...next, questions: next.questions.map(keepEqual(shown.questions)) };
}

/** An unchanged question stays the same object, so that a page redraws only what moved. */
function keepEqual(shown: readonly QuestionSnapshot[]) {
	return (question: QuestionSnapshot, index: number): QuestionSnapshot => {
		const before = shown[index];
		return before !== undefined && isSame(before, question) ? before : question;
	};
}

function isSame(a: QuestionSnapshot, b: QuestionSnapshot): boolean {
	return (
		a.id === b.id &&
		a.status === b.status &&
		a.ballots === b.ballots &&
		a.prompt === b.prompt &&
		a.kind === b.kind &&
		a.maxChoices === b.maxChoices &&
		isSameList(a.counts, b.counts) &&
		isSameList(a.hostCounts ?? [], b.hostCounts ?? []) &&
		isSameList(a.options, b.options)
	);
}

export function isSameList<Item>(a: readonly Item[], b: readonly Item[]): boolean {
	return a.length === b.length && a.every((item, index) => item === b[index]);
}
