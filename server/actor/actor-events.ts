/** What an actor tells its surroundings. */
import type { JournalEntry } from "../domain/events.ts";

/**
 * `fenced`: another activation owns the poll. `poisoned`: the database refused an entry.
 * `broken`: a bug while showing what was committed. `closed`: its room let go of it.
 */
export type EndReason = "fenced" | "poisoned" | "broken" | "closed";

export interface PollActorListener {
	/** These entries are durable and folded into `committed`; called before their commands are answered. */
	committed(entries: readonly JournalEntry[]): void;
	/** Called once. */
	ended(reason: EndReason, cause?: unknown): void;
}
