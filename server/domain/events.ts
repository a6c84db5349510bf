/** What has happened to a poll, in the past tense; the journal is a list of these and nothing else. */
import type { ParticipantId, QuestionId, TokenHash } from "../../schema/ids.ts";
import type { QuestionKind, ResultVisibility } from "../../schema/poll-words.ts";

export interface QuestionDefinition {
	readonly id: QuestionId;
	readonly prompt: string;
	readonly kind: QuestionKind;
	readonly options: readonly string[];
	readonly maxChoices: number;
}

export interface PollSettings {
	readonly capacity: number;
	readonly results: ResultVisibility;
}

export type PollEvent =
	| {
			readonly kind: "poll-created";
			readonly title: string;
			readonly settings: PollSettings;
			readonly questions: readonly QuestionDefinition[];
	  }
	| { readonly kind: "question-added"; readonly question: QuestionDefinition }
	| { readonly kind: "question-opened"; readonly questionId: QuestionId }
	| { readonly kind: "question-closed"; readonly questionId: QuestionId }
	| { readonly kind: "question-shown"; readonly questionId: QuestionId }
	| {
			readonly kind: "participant-joined";
			readonly participantId: ParticipantId;
			readonly nickname: string;
			readonly tokenHash: TokenHash;
	  }
	| { readonly kind: "participant-removed"; readonly participantId: ParticipantId }
	| VoteCast
	| { readonly kind: "poll-ended" };

export interface VoteCast {
	readonly kind: "vote-cast";
	readonly participantId: ParticipantId;
	readonly questionId: QuestionId;
	/** The participant's own counter for this ballot, from 1. */
	readonly revision: number;
	/** Option indexes, ascending, distinct. */
	readonly choices: readonly number[];
}

/** An event at its place in the poll's journal. `seq` counts from 1 without gaps; `at` is in ms since 1970, for people only. */
export interface JournalEntry {
	readonly seq: number;
	readonly at: number;
	readonly event: PollEvent;
	/** The id of the request that caused it, for the logs; not stored. */
	readonly requestId?: string;
}
