/** What is worth a line in the audit log: what hosts and operators did, and what was refused for safety. */
import type { ParticipantId, PollId, QuestionId } from "../../schema/ids.ts";

export type AuditKind =
	// Somebody was refused, or was stopped.
	| "host-token-refused"
	| "host-key-refused"
	| "participant-token-refused"
	| "ops-refused"
	| "foreign-origin"
	| "malformed-input"
	| "limit-met"
	// An operator acted.
	| "ops-action"
	// A host acted.
	| "poll-created"
	| "poll-deleted"
	| "poll-exported"
	| "poll-ended"
	| "question-opened"
	| "question-closed"
	| "question-shown"
	| "question-added"
	| "participant-removed"
	| "host-token-rotated";

export interface AuditEvent {
	readonly kind: AuditKind;
	readonly outcome: "done" | "refused" | "failed";
	readonly requestId?: string | undefined;
	readonly pollId?: PollId | undefined;
	/** Stored as a hash only. */
	readonly address?: string | undefined;
	readonly details?: AuditDetails | undefined;
}

/** Ids and words of ours and nothing else: no text that anybody typed, no token, no ballot. */
export interface AuditDetails {
	readonly questionId?: QuestionId;
	readonly participantId?: ParticipantId;
	readonly format?: "csv" | "json";
	/** Which limit was met. */
	readonly limit?: string;
	/** What the operator did, as `log-level`. */
	readonly action?: string;
}
