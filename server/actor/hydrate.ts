/** Bringing a poll to life: fence whoever held it, then read what is durable. */
import type { PollId } from "../../schema/ids.ts";
import type { JournalEntry } from "../domain/events.ts";
import type { Journal } from "../journal/journal.ts";

export interface Activation {
	readonly epoch: number;
	readonly entries: readonly JournalEntry[];
}

/** Resolves to `undefined` when the poll is unknown or deleted; rejects with the database's fault. */
export async function activate(
	journal: Journal,
	pollId: PollId,
	owner: string,
): Promise<Activation | undefined> {
	const epoch = await journal.activate(pollId, owner);
	if (epoch === undefined) return undefined;
	// A separate, later read: only a snapshot taken after the epoch was raised has seen every
	// append that the previous owner was told is durable.
	const entries = await journal.read(pollId);
	return { epoch, entries };
}
