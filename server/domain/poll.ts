/**
 * A poll as the fold of its journal. `evolve` is the only code that changes one; everybody
 * else sees it read-only. It is changed in place because a copy per vote of ten thousand
 * ballots would cost more than the vote.
 */
import type { ParticipantId, QuestionId, TokenHash } from "../../schema/ids.ts";
import type { PollStatus, QuestionStatus } from "../../schema/poll-words.ts";
import type { PollSettings, QuestionDefinition } from "./events.ts";

/** A participant's current choice on one question. */
export interface Ballot {
	readonly revision: number;
	readonly choices: readonly number[];
	/** The journal's number of the vote that set it. */
	readonly seq: number;
}

export interface Question extends QuestionDefinition {
	readonly status: QuestionStatus;
	readonly ballots: ReadonlyMap<ParticipantId, Ballot>;
	/** Ballots per option; kept up to date by `evolve`. */
	readonly counts: readonly number[];
}

export interface Participant {
	readonly id: ParticipantId;
	readonly nickname: string;
	readonly tokenHash: TokenHash;
}

export interface Poll {
	/** The last entry folded in; 0 before the first. */
	readonly seq: number;
	readonly title: string;
	readonly settings: PollSettings;
	readonly isEnded: boolean;
	readonly currentQuestionId: QuestionId | undefined;
	/** In the order in which they were added. */
	readonly questions: ReadonlyMap<QuestionId, Question>;
	readonly participants: ReadonlyMap<ParticipantId, Participant>;
	readonly participantByToken: ReadonlyMap<TokenHash, ParticipantId>;
	readonly participantByNickname: ReadonlyMap<string, ParticipantId>;
	readonly removedTokens: ReadonlySet<TokenHash>;
	/** Everybody who ever joined, those removed included: the next id's source. */
	readonly joinedEver: number;
}

export function pollStatus(poll: Poll): PollStatus {
	if (poll.isEnded) return "closed";
	for (const question of poll.questions.values()) if (question.status === "open") return "open";
	return "waiting";
}

/** Whether people who are not the host may see this question's counts now. */
export function countsAreVisible(poll: Poll, question: Question): boolean {
	switch (poll.settings.results) {
		case "live":
			return true;
		case "closed":
			return question.status === "closed";
		case "host":
			return false;
	}
}

/**
 * Two nicknames with the same key are the same nickname. Upper case last: it folds ß, ẞ and final
 * sigma, and takes characters apart that are then put together again, as ΐ.
 */
export function nicknameKey(nickname: string): string {
	return nickname.normalize("NFKC").toLowerCase().toUpperCase().normalize("NFKC");
}
