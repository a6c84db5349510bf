/**
 * What is on the wall.
 *
 * lobby     before the first question: how to come in
 * question  the one that the host shows: waiting, open or closed
 * ended     thanks, with the last result
 *
 * And of a tally: which options lead, and what part of the people has voted.
 */
import type { PollSnapshot, QuestionSnapshot } from "../../session/view.ts";

export type Scene =
	| { readonly kind: "lobby" }
	| { readonly kind: "question"; readonly question: QuestionSnapshot; readonly number: number }
	| { readonly kind: "ended"; readonly question: QuestionSnapshot | undefined };

/** @param current the question that the host shows; `undefined` until the poll has begun. */
export function sceneOf(snapshot: PollSnapshot, current: QuestionSnapshot | undefined): Scene {
	const { questions } = snapshot;
	if (snapshot.status === "closed") return { kind: "ended", question: lastResult(snapshot) };
	if (current === undefined) return { kind: "lobby" };
	const number = questions.findIndex(({ id }) => id === current.id) + 1;
	return { kind: "question", question: current, number };
}

/** The result that stays: of the question shown last, else of the last one with votes to be seen. */
function lastResult({ questions, currentQuestionId }: PollSnapshot): QuestionSnapshot | undefined {
	const seen = questions.filter(({ ballots, counts }) => ballots > 0 && counts.length > 0);
	return seen.find(({ id }) => id === currentQuestionId) ?? seen.at(-1);
}

/** Options with the most votes; none while there are no votes. */
export function leaders(counts: readonly number[]): readonly number[] {
	const highest = Math.max(0, ...counts);
	if (highest === 0) return [];
	return counts.flatMap((count, option) => (count === highest ? [option] : []));
}

/** Part of the people who have voted, 0 to 1; somebody who voted and was removed makes no more of it. */
export function turnout(ballots: number, participants: number): number {
	return participants > 0 ? Math.min(1, ballots / participants) : 0;
}
