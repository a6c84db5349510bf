/** Whether what everybody saw is what the server has: the demo's exit code. */
import type { PollSession } from "../../client/src/session/poll-session.ts";
import type { PollSnapshot } from "../../client/src/session/view.ts";
import type { WatchSession } from "../../client/src/session/watch-session.ts";
import type { PollResults } from "../../schema/wire/http.ts";

/** The tallies of all questions in one comparable line. */
export function talliesOf({ questions }: PollSnapshot): string {
	return questions.map(({ counts }) => counts.join(",")).join(" | ");
}

export function talliesIn({ questions }: PollResults): string {
	return questions.map(({ options }) => options.map(({ votes }) => votes).join(",")).join(" | ");
}

/** The screens that show something else than `results`, each as a line that says what and from when. */
export function screensThatDiffer(
	screens: readonly WatchSession[],
	results: PollResults,
): string[] {
	const expected = talliesIn(results);
	return screens
		.filter(({ snapshot }) => talliesOf(snapshot) !== expected)
		.map(({ snapshot, connection }) => {
			const place = `epoch ${snapshot.epoch}, seq ${snapshot.seq}, ${connection.status}`;
			return `${talliesOf(snapshot)} (${place})`;
		});
}

/** Options with fewer votes in `results` than the crowd has receipts for: each is a lost vote. */
export function optionsWithLostVotes(
	sessions: readonly PollSession[],
	results: PollResults,
): string[] {
	return results.questions.flatMap((question) =>
		question.options.flatMap(({ label, votes }, index) => {
			const receipts = sessions.filter((session) =>
				session.snapshot.questions.some(
					({ id }) => id === question.id && session.ballot(id).choices.includes(index),
				),
			).length;
			return votes < receipts ? [`${question.id} ${label}: ${votes} of ${receipts}`] : [];
		}),
	);
}
