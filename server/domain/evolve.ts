/** `evolve(poll, entry)`: the poll after what happened. Never refuses: what is in the journal is so. */
import type { ParticipantId, QuestionId, TokenHash } from "../../schema/ids.ts";
import type { QuestionStatus } from "../../schema/poll-words.ts";
import { assertNever } from "../lib/assert-never.ts";
import type { JournalEntry, PollEvent, QuestionDefinition, VoteCast } from "./events.ts";
import { type Ballot, nicknameKey, type Participant, type Poll } from "./poll.ts";
import { questionKinds } from "./question-kinds.ts";

interface GrowingQuestion extends QuestionDefinition {
	status: QuestionStatus;
	readonly ballots: Map<ParticipantId, Ballot>;
	readonly counts: number[];
}

type Growing<Type> = { -readonly [Key in keyof Type]: Type[Key] };

interface GrowingPoll
	extends Growing<
		Omit<
			Poll,
			| "questions"
			| "participants"
			| "participantByToken"
			| "participantByNickname"
			| "removedTokens"
		>
	> {
	readonly questions: Map<QuestionId, GrowingQuestion>;
	readonly participants: Map<ParticipantId, Participant>;
	readonly participantByToken: Map<TokenHash, ParticipantId>;
	readonly participantByNickname: Map<string, ParticipantId>;
	readonly removedTokens: Set<TokenHash>;
}

/** A poll before its first entry. */
export function emptyPoll(): Poll {
	const poll: GrowingPoll = {
		seq: 0,
		title: "",
		settings: { capacity: 0, results: "live" },
		isEnded: false,
		currentQuestionId: undefined,
		questions: new Map(),
		participants: new Map(),
		participantByToken: new Map(),
		participantByNickname: new Map(),
		removedTokens: new Set(),
		joinedEver: 0,
	};
	return poll;
}

/** Changes `poll` in place; the caller owns it. Throws when an entry is missing before this one. */
export function evolve(poll: Poll, entry: JournalEntry): void {
	if (entry.seq !== poll.seq + 1) {
		throw new Error(`entry ${entry.seq} does not follow entry ${poll.seq}`);
	}
	const evolving = poll as GrowingPoll;
	evolving.seq = entry.seq;
	apply(evolving, entry.event);
}

/** The fold of a whole journal. */
export function fold(entries: Iterable<JournalEntry>): Poll {
	const poll = emptyPoll();
	for (const entry of entries) evolve(poll, entry);
	return poll;
}

/** A poll that evolves on its own from here; what never changes in place is shared. */
export function copyOf(poll: Poll): Poll {
	const questions = new Map<QuestionId, GrowingQuestion>();
	for (const [id, question] of poll.questions) {
		const ballots = new Map(question.ballots);
		questions.set(id, growing(question, question.status, ballots, [...question.counts]));
	}
	const copy: GrowingPoll = {
		...poll,
		questions,
		participants: new Map(poll.participants),
		participantByToken: new Map(poll.participantByToken),
		participantByNickname: new Map(poll.participantByNickname),
		removedTokens: new Set(poll.removedTokens),
	};
	return copy;
}

function apply(poll: GrowingPoll, event: PollEvent): void {
	switch (event.kind) {
		case "poll-created":
			poll.title = event.title;
			poll.settings = event.settings;
			for (const question of event.questions) addQuestion(poll, question);
			poll.currentQuestionId = event.questions[0]?.id;
			return;
		case "question-added":
			return addQuestion(poll, event.question);
		case "question-opened":
			questionOf(poll, event.questionId).status = "open";
			poll.currentQuestionId = event.questionId;
			return;
		case "question-closed":
			questionOf(poll, event.questionId).status = "closed";
			return;
		case "question-shown":
			poll.currentQuestionId = event.questionId;
			return;
		case "participant-joined":
			return addParticipant(poll, event);
		case "participant-removed":
			return removeParticipant(poll, event.participantId);
		case "vote-cast":
			return setBallot(poll, event);
		case "poll-ended":
			poll.isEnded = true;
			for (const question of poll.questions.values()) question.status = "closed";
			return;
		default:
			return assertNever(event);
	}
}

function addQuestion(poll: GrowingPoll, question: QuestionDefinition): void {
	const counts = question.options.map(() => 0);
	poll.questions.set(question.id, growing(question, "waiting", new Map(), counts));
}

/** Field by field: spread, each question would be of a shape of its own, and every look into one slow. */
function growing(
	{ id, prompt, kind, options, maxChoices }: QuestionDefinition,
	status: QuestionStatus,
	ballots: GrowingQuestion["ballots"],
	counts: number[],
): GrowingQuestion {
	return { id, prompt, kind, options, maxChoices, status, ballots, counts };
}

function addParticipant(
	poll: GrowingPoll,
	event: PollEvent & { kind: "participant-joined" },
): void {
	const { participantId: id, nickname, tokenHash } = event;
	poll.joinedEver += 1;
	poll.participants.set(id, { id, nickname, tokenHash });
	poll.participantByToken.set(tokenHash, id);
	poll.participantByNickname.set(nicknameKey(nickname), id);
}

function removeParticipant(poll: GrowingPoll, id: ParticipantId): void {
	const participant = poll.participants.get(id);
	if (participant === undefined) return;
	poll.participants.delete(id);
	poll.participantByToken.delete(participant.tokenHash);
	poll.participantByNickname.delete(nicknameKey(participant.nickname));
	poll.removedTokens.add(participant.tokenHash);
	for (const question of poll.questions.values()) {
		const ballot = question.ballots.get(id);
		if (ballot === undefined) continue;
		question.ballots.delete(id);
		questionKinds[question.kind].count(question.counts, ballot.choices, -1);
	}
}

function setBallot(poll: GrowingPoll, event: VoteCast): void {
	const { participantId, revision, choices } = event;
	const question = questionOf(poll, event.questionId);
	const { count } = questionKinds[question.kind];
	const previous = question.ballots.get(participantId);
	if (previous !== undefined) count(question.counts, previous.choices, -1);
	question.ballots.set(participantId, { revision, choices, seq: poll.seq });
	count(question.counts, choices, 1);
}

function questionOf(poll: GrowingPoll, id: QuestionId): GrowingQuestion {
	const question = poll.questions.get(id);
	if (question === undefined) throw new Error(`the journal names an unknown question ${id}`);
	return question;
}
