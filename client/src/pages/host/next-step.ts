/** What "next" does, and which question a key leads to. */
import type { QuestionId } from "../../../../schema/ids.ts";
import type { PollSnapshot, QuestionSnapshot } from "../../session/view.ts";

type Poll = Pick<PollSnapshot, "status" | "currentQuestionId" | "questions">;

export interface NextStep {
	/** To be closed first. */
	readonly close: readonly QuestionId[];
	readonly open: QuestionId;
}

/**
 * The first question after the current one that was not opened yet, and else the first of all
 * such; `undefined` when none is left or the poll has ended.
 */
export function nextStep({ status, currentQuestionId, questions }: Poll): NextStep | undefined {
	if (status === "closed") return undefined;
	const at = questions.findIndex(({ id }) => id === currentQuestionId);
	const isWaiting = (question: QuestionSnapshot) => question.status === "waiting";
	// From the current one on: at the start it is the first, and was not opened yet.
	const next = questions.slice(Math.max(0, at)).find(isWaiting) ?? questions.find(isWaiting);
	if (next === undefined) return undefined;
	const close = questions.filter((question) => question.status === "open").map(({ id }) => id);
	return { close, open: next.id };
}

/** The neighbour of a question; itself at the ends. */
export function neighbour(
	questions: readonly QuestionSnapshot[],
	id: QuestionId | undefined,
	step: 1 | -1,
): QuestionId | undefined {
	const at = questions.findIndex((question) => question.id === id);
	return questions[Math.min(questions.length - 1, Math.max(0, at + step))]?.id;
}

/** True when the host sees counts that nobody else sees now. */
export function isHidden({ counts, hostCounts }: QuestionSnapshot): boolean {
	return hostCounts !== undefined && counts.length === 0;
}
