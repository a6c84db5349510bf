/** The answers of the HTTP API. */

import type { PollStatus, QuestionKind, QuestionStatus, ResultVisibility } from "../poll-words.ts";
import type { HttpErrorCode } from "../refusals.ts";

export interface CreatedPoll {
	readonly id: string;
	readonly code: string;
	readonly hostToken: string;
	readonly joinUrl: string;
}

export interface PollSummary {
	readonly code: string;
	readonly title: string;
	readonly status: PollStatus;
	readonly capacity: number;
	readonly participants: number;
	readonly results: ResultVisibility;
	readonly currentQuestionId: string;
	readonly questions: readonly QuestionSummary[];
}

export interface QuestionSummary {
	readonly id: string;
	readonly prompt: string;
	readonly kind: QuestionKind;
	readonly options: readonly string[];
	readonly maxChoices: number;
	readonly status: QuestionStatus;
	readonly ballots: number;
	/** One number an option; empty while hidden. */
	readonly counts: readonly number[];
}

export interface PollResults {
	readonly code: string;
	readonly title: string;
	readonly status: PollStatus;
	readonly questions: readonly {
		readonly id: string;
		readonly prompt: string;
		readonly kind: QuestionKind;
		readonly status: QuestionStatus;
		readonly ballots: number;
		readonly options: readonly { readonly label: string; readonly votes: number }[];
	}[];
}

/** One vote ever cast, as the export gives it. */
export interface ExportedVote {
	readonly seq: number;
	readonly question_id: string;
	readonly participant_id: string;
	readonly nickname: string;
	readonly revision: number;
	readonly choices: readonly number[];
	/** ISO 8601, UTC. */
	readonly cast_at: string;
}

export interface Health {
	readonly status: "ok" | "failing" | "draining";
	readonly checks: Readonly<
		Record<string, { readonly status: "up" | "down"; readonly latencyMs: number }>
	>;
}

/** Where the same network reaches the server: IPv4, for a page opened on the server's own machine. */
export interface Addresses {
	readonly addresses: readonly string[];
}

export interface HttpErrorBody {
	readonly error: {
		readonly code: HttpErrorCode;
		readonly message: string;
		readonly requestId: string;
		/** With `invalid_input`: the fields and what is wrong with each. */
		readonly details?: readonly { readonly field: string; readonly message: string }[];
	};
}
