/** What the page shows of each question, and why not more. */
import type {
	PollStatus,
	QuestionKind,
	QuestionStatus,
	ResultVisibility,
} from "../../../../schema/poll-words.ts";
import type { PollResults, PollSummary, QuestionSummary } from "../../../../schema/wire/http.ts";
import { optionLetter } from "../../ui/option-letter.ts";

export interface ShownResults {
	readonly code: string;
	readonly title: string;
	readonly status: PollStatus;
	readonly participants: number;
	readonly isHost: boolean;
	readonly questions: readonly ShownQuestion[];
}

export interface ShownQuestion {
	readonly id: string;
	/** From 1. */
	readonly number: number;
	readonly prompt: string;
	readonly kind: QuestionKind;
	readonly status: QuestionStatus;
	readonly options: readonly string[];
	readonly ballots: number;
	readonly result:
		| { readonly kind: "counts"; readonly counts: readonly number[] }
		/** Never put to the vote: `yet` while it may still be. */
		| { readonly kind: "not-asked"; readonly yet: boolean }
		| { readonly kind: "hidden"; readonly until: "closed" | "ever" };
}

/** @param all every count, where this device is the host's. */
export function shownResults(summary: PollSummary, all: PollResults | undefined): ShownResults {
	const { code, title, status, participants, results } = summary;
	const hostCounts = new Map(
		all?.questions.map(({ id, ballots, options }) => [
			id,
			{ ballots, counts: options.map(({ votes }) => votes) },
		]),
	);
	const questions = summary.questions.map((question, index) => ({
		id: question.id,
		number: index + 1,
		prompt: question.prompt,
		kind: question.kind,
		status: question.status,
		options: question.options,
		ballots: hostCounts.get(question.id)?.ballots ?? question.ballots,
		result: resultOf({
			question,
			counts: hostCounts.get(question.id)?.counts ?? question.counts,
			visibility: results,
			isOver: status === "closed",
		}),
	}));
	return { code, title, status, participants, isHost: all !== undefined, questions };
}

function resultOf(asked: {
	readonly question: QuestionSummary;
	readonly counts: readonly number[];
	readonly visibility: ResultVisibility;
	readonly isOver: boolean;
}): ShownQuestion["result"] {
	const { question, counts, visibility, isOver } = asked;
	const isAsked = question.ballots > 0 || question.status === "open";
	if (!isAsked && (isOver || question.status === "waiting")) {
		return { kind: "not-asked", yet: !isOver };
	}
	if (counts.length > 0) return { kind: "counts", counts };
	return { kind: "hidden", until: visibility === "host" ? "ever" : "closed" };
}

// More whole labels than this are no summary.
const LABELS_NAMED_MAX = 3;

/** Options with the most votes, by label, or by letter when many are level; none without votes. */
export function leadingLabels(options: readonly string[], counts: readonly number[]): string[] {
	const highest = Math.max(0, ...counts);
	if (highest === 0) return [];
	const leading = options.map((_, index) => index).filter((index) => counts[index] === highest);
	const areFew = leading.length <= LABELS_NAMED_MAX;
	return leading.map((index) => (areFew ? (options[index] ?? "") : optionLetter(index)));
}
