/**
 * The journal port: the append-only record of everything that ever happened to polls.
 *
 * Rules (each has a test in the contract suite, run on memory, PGlite and PostgreSQL):
 * J1 an append names the polls that passed the fence; all their rows are then durable.
 * J2 a poll whose epoch has moved on is fenced: none of its rows of the batch is written.
 * J3 appending the same rows again changes nothing and answers the same.
 * J4 activation raises the epoch; a read that starts afterwards sees every acknowledged row.
 * J5 within a poll, `seq` is unique and rows are read back in `seq` order.
 * J6 a (poll, question, participant, revision) is written at most once.
 * J7 a deleted or unknown poll is fenced and cannot be activated.
 *
 * Nothing here updates or deletes a row: retention drops whole polls elsewhere.
 */
import type { PollId } from "../../schema/ids.ts";
import type { JournalEntry } from "../domain/events.ts";

/** One row to write: an entry, the poll it belongs to, and the fencing token it was decided under. */
export interface JournalRow {
	readonly pollId: PollId;
	readonly epoch: number;
	readonly entry: JournalEntry;
}

export interface Journal {
	/**
	 * Writes the rows in one statement and resolves to the polls whose epoch still matched.
	 * Rejects with a fault that `classifyFault` understands; nothing of the batch is then
	 * known to be durable (`unknown`) or everything is known to be absent (`retry`, `poison`).
	 */
	append(rows: readonly JournalRow[]): Promise<ReadonlySet<PollId>>;

	/**
	 * Raises the poll's epoch by one and notes the owner; resolves to the new epoch, or to
	 * `undefined` when the poll is unknown or deleted. Whoever held an older epoch is fenced
	 * from then on.
	 */
	activate(pollId: PollId, owner: string): Promise<number | undefined>;

	/** The poll's entries with `seq > afterSeq`, in order. Call it after `activate` has resolved, never beside it. */
	read(pollId: PollId, afterSeq?: number): Promise<readonly JournalEntry[]>;

	/** The current epochs of these polls without changing them; the unknown and the deleted are left out. */
	epochsOf(pollIds: readonly PollId[]): Promise<ReadonlyMap<PollId, number>>;
}

/**
 * What a failed append means.
 * `retry`: rolled back for sure. `unknown`: may have been committed: resend the same rows.
 * `poison`: a row that the database will never take (classes 22 and 23).
 */
export type Fault = "retry" | "unknown" | "poison";
