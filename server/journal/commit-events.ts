/** What group commit tells whoever measures it. Telemetry listens; nothing here knows a metric. */
import type { PollId } from "../../schema/ids.ts";
import type { JournalRow } from "./journal.ts";

export type GroupCommitEvent =
	/** Before every flush: what waits, the batch about to leave included; `oldestMs` is the age of its first row. */
	| {
			readonly kind: "queue-depth";
			readonly rows: number;
			readonly bytes: number;
			readonly oldestMs: number;
	  }
	/** The database answered: `ms` is the time of the last sending alone. */
	| {
			readonly kind: "batch-committed";
			/** What was sent; a poll that was fenced meanwhile has rows in it that were not written. */
			readonly batch: readonly JournalRow[];
			readonly rows: number;
			readonly polls: number;
			readonly ms: number;
	  }
	/** So many votes of a batch are durable and about to be told to the actors that wait for them. */
	| { readonly kind: "votes-committed"; readonly votes: number }
	/** Rolled back for sure; sent again after `waitMs`. */
	| {
			readonly kind: "batch-retried";
			readonly rows: number;
			readonly attempt: number;
			readonly waitMs: number;
			readonly cause: unknown;
	  }
	/** No answer: it may be committed; the same rows are sent again after `waitMs`. */
	| {
			readonly kind: "batch-unknown";
			readonly rows: number;
			readonly attempt: number;
			readonly waitMs: number;
			readonly cause: unknown;
	  }
	/** `droppedRows`: rows of this activation that will never be acknowledged. */
	| {
			readonly kind: "poll-fenced";
			readonly pollId: PollId;
			readonly epoch: number;
			readonly droppedRows: number;
	  }
	| {
			readonly kind: "poll-poisoned";
			readonly pollId: PollId;
			readonly epoch: number;
			readonly droppedRows: number;
			readonly cause: unknown;
	  }
	/** A bug in a sink or a storage listener; the others and the loop went on. */
	| { readonly kind: "callback-failed"; readonly cause: unknown };

export type GroupCommitObserver = (event: GroupCommitEvent) => void;
