/** Casting or changing a ballot, checked in exactly this order: form, repetition, revision, status. */
import { refusal } from "../../schema/refusals.ts";
import type { Command } from "./commands.ts";
import type { Decision } from "./decide.ts";
import type { Ballot, Poll } from "./poll.ts";
import { choiceSet, questionKinds, sameChoices } from "./question-kinds.ts";

type CastVote = Command & { type: "cast-vote" };

export function decideVote(poll: Poll, command: CastVote): Decision<"cast-vote"> {
	const { participantId, questionId, revision } = command;
	if (!poll.participants.has(participantId)) {
		return { refusal: refusal("forbidden", "You are not in this poll.") };
	}
	const question = poll.questions.get(questionId);
	if (question === undefined) {
		return { refusal: refusal("question_not_found", "This poll has no such question.") };
	}
	const choices = choiceSet(command.choices, question);
	const problem =
		choices === undefined
			? "each choice must be the index of a different option"
			: questionKinds[question.kind].problemWith(choices, question);
	if (choices === undefined || problem !== undefined) {
		return { refusal: refusal("invalid_input", `choices: ${problem}`) };
	}

	const ballot = question.ballots.get(participantId);
	if (ballot !== undefined && revision <= ballot.revision) {
		return revision === ballot.revision && sameChoices(choices, ballot.choices)
			? { answer: { questionId, revision, seq: ballot.seq } }
			: staleRevision(ballot);
	}
	if (poll.isEnded) return { refusal: refusal("poll_ended", "The poll has ended.") };
	if (question.status !== "open") {
		return { refusal: refusal("question_not_open", "Voting on this question is not open.") };
	}
	return {
		answer: { questionId, revision, seq: poll.seq + 1 },
		event: { kind: "vote-cast", participantId, questionId, revision, choices },
	};
}

function staleRevision({ revision, choices }: Ballot): Decision<"cast-vote"> {
	return {
		refusal: {
			...refusal("stale_revision", "A later vote of yours is already recorded."),
			current: { revision, choices },
		},
	};
}
