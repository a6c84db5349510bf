/** The bounds of group commit and where each number comes from. */

import { classifyFault } from "../storage/pg-errors.ts";
import type { Fault } from "./journal.ts";

export interface GroupCommitOptions {
	/** From the beginning of one batch to that of the next for each row of the first, unless the next is worth it. */
	readonly msPerRow: number;
	/** At most. */
	readonly batchEveryMs: number;
	/** So many rows are worth a statement of their own. */
	readonly batchRowsEnough: number;
	readonly batchRowsMax: number;
	readonly batchBytesMax: number;
	readonly pollRowsMax: number;
	readonly processRowsMax: number;
	readonly processBytesMax: number;
	/** Age of the oldest unanswered row past which nobody has room. */
	readonly oldestMsMax: number;
	/** Age of the oldest unanswered row past which storage counts as `delayed`. */
	readonly delayedAfterMs: number;
	readonly retryMinMs: number;
	readonly retryMaxMs: number;
	/** A value in [0, 1), for the jitter. */
	readonly random: () => number;
	readonly classify: (error: unknown) => Fault;
}

export const groupCommitDefaults: GroupCommitOptions = {
	// Up to 500 votes a second there is time for smaller batches: then 2 ms, or as soon as somebody votes.
	msPerRow: 2,
	// A statement costs as much as twenty rows, and its polls are locked and told once for all of theirs.
	batchEveryMs: 8,
	// It costs each of them less than the row itself, and fifty people who vote over and over are told sooner.
	batchRowsEnough: 24,
	// Past 500 rows a statement gains little and the polls beside it wait longer.
	batchRowsMax: 500,
	batchBytesMax: 256 * 1024,
	pollRowsMax: 2_000,
	processRowsMax: 20_000,
	processBytesMax: 8 * 1024 * 1024,
	oldestMsMax: 10_000,
	delayedAfterMs: 500,
	retryMinMs: 50,
	retryMaxMs: 1_000,
	random: Math.random,
	classify: classifyFault,
};
