/**
 * `decide(poll, command)`: what happens, if anything, and what to answer. Pure; a refusal is a
 * value. At most one event a command, so that an answer is durable with a single row.
 */
import type { ParticipantId, QuestionId } from "../../schema/ids.ts";
import { type Limits, textBytes } from "../../schema/limits.ts";
import {
	type Refusal,
	type RequestRefusalCode,
	refusal,
	type SeatRefusalCode,
} from "../../schema/refusals.ts";
import { assertNever } from "../lib/assert-never.ts";
import type { AnswerTo, Command } from "./commands.ts";
import { decideVote } from "./decide-vote.ts";
import type { PollEvent } from "./events.ts";
import { nicknameKey, type Poll, type Question } from "./poll.ts";

export type DomainRefusal = Refusal<RequestRefusalCode | SeatRefusalCode>;

/** `event` is absent when nothing changes: a repetition, or a wish that is already so. */
export type Decision<Type extends Command["type"] = Command["type"]> =
	| { readonly answer: AnswerTo<Type>; readonly event?: PollEvent }
	| { readonly refusal: DomainRefusal };

const DONE = {};

export function decide(poll: Poll, command: Command, limits: Limits): Decision {
	switch (command.type) {
		case "join":
			return decideJoin(poll, command);
		case "cast-vote":
			return decideVote(poll, command);
		case "open-question":
			return withQuestion(poll, command.questionId, (question) => decideOpen(poll, question));
		case "close-question":
			return withQuestion(poll, command.questionId, decideClose);
		case "show-question":
			return withQuestion(poll, command.questionId, (question) => decideShow(poll, question));
		case "add-question":
			return decideAddQuestion(poll, command, limits);
		case "remove-participant":
			return decideRemove(poll, command.participantId);
		case "end-poll":
			return poll.isEnded ? { answer: DONE } : { answer: DONE, event: { kind: "poll-ended" } };
		default:
			return assertNever(command);
	}
}

function decideJoin(poll: Poll, { tokenHash, nickname }: Command & { type: "join" }): Decision {
	const known = poll.participantByToken.get(tokenHash);
	if (known !== undefined) return { answer: { participantId: known, isNew: false } };
	if (poll.removedTokens.has(tokenHash)) {
		return { refusal: refusal("removed", "The host has removed you from this poll.") };
	}
	if (nickname === undefined) {
		return {
			refusal: refusal("unauthorized", "This poll does not know you: join with a nickname."),
		};
	}
	if (poll.participantByNickname.has(nicknameKey(nickname))) {
		return { refusal: refusal("nickname_taken", "Somebody here already has this nickname.") };
	}
	if (poll.participants.size >= poll.settings.capacity) {
		return { refusal: refusal("poll_full", "This poll is full.") };
	}
	const participantId = `p${poll.joinedEver + 1}` as ParticipantId;
	return {
		answer: { participantId, isNew: true },
		event: { kind: "participant-joined", participantId, nickname, tokenHash },
	};
}

function decideOpen(poll: Poll, { id: questionId, status }: Question): Decision {
	if (poll.isEnded) return { refusal: refusal("poll_ended", "The poll has ended.") };
	if (status !== "open") return { answer: DONE, event: { kind: "question-opened", questionId } };
	if (poll.currentQuestionId === questionId) return { answer: DONE };
	return { answer: DONE, event: { kind: "question-shown", questionId } };
}

function decideClose({ id: questionId, status }: Question): Decision {
	if (status !== "open") {
		return { refusal: refusal("question_not_open", "This question is not open.") };
	}
	return { answer: DONE, event: { kind: "question-closed", questionId } };
}

function decideShow(poll: Poll, { id: questionId }: Question): Decision {
	if (poll.currentQuestionId === questionId) return { answer: DONE };
	return { answer: DONE, event: { kind: "question-shown", questionId } };
}

function decideAddQuestion(
	poll: Poll,
	{ question }: Command & { type: "add-question" },
	limits: Limits,
): Decision {
	if (poll.isEnded) return { refusal: refusal("poll_ended", "The poll has ended.") };
	if (poll.questions.size >= limits.questionsMax) {
		return {
			refusal: refusal("invalid_input", `A poll has at most ${limits.questionsMax} questions.`),
		};
	}
	if (textBytes(poll.title, [...poll.questions.values(), question]) > limits.textsMaxBytes) {
		return {
			refusal: refusal(
				"invalid_input",
				`All texts of a poll together have at most ${limits.textsMaxBytes} bytes.`,
			),
		};
	}
	const questionId = `q${poll.questions.size + 1}` as QuestionId;
	return {
		answer: { questionId },
		event: { kind: "question-added", question: { id: questionId, ...question } },
	};
}

function decideRemove(poll: Poll, participantId: ParticipantId): Decision {
	if (!poll.participants.has(participantId)) {
		return { refusal: refusal("invalid_input", "Nobody in this poll has that participantId.") };
	}
	return { answer: DONE, event: { kind: "participant-removed", participantId } };
}

function withQuestion(
	poll: Poll,
	questionId: QuestionId,
	decideFor: (question: Question) => Decision,
): Decision {
	const question = poll.questions.get(questionId);
	if (question !== undefined) return decideFor(question);
	return { refusal: refusal("question_not_found", "This poll has no such question.") };
}
