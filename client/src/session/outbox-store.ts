/** The outbox's shelf in storage: one key a question, shared by all tabs of the same person. */
import { REVISION_MAX } from "../../../schema/limits.ts";
import type { KeyValueStore } from "./key-value-store.ts";

/** A vote as it goes over the wire. */
export interface Vote {
	readonly revision: number;
	/** Option indexes, ascending, distinct. */
	readonly choices: readonly number[];
}

export interface StoredVotes {
	/** The highest revision that was ever used or seen here: the next vote goes above it. */
	readonly lastRevision: number;
	/** The newest vote that has no receipt yet. */
	readonly pending: Vote | undefined;
}

export interface OutboxStore {
	read(questionId: string): StoredVotes;
	write(questionId: string, votes: StoredVotes): void;
}

const NOTHING: StoredVotes = { lastRevision: 0, pending: undefined };

/** Bound to the person, not only to the poll: whoever joins anew does not cast the former's votes. */
export function outboxStore(
	store: KeyValueStore,
	code: string,
	participantToken: string,
): OutboxStore {
	const key = (questionId: string) =>
		`plenum:${code.toUpperCase()}:votes:${participantToken.slice(0, 8)}:${questionId}`;
	return {
		read: (questionId) => parse(store.get(key(questionId))),
		write: (questionId, votes) => store.set(key(questionId), JSON.stringify(votes)),
	};
}

/** What cannot be read is as good as nothing: the server knows every vote that has a receipt. */
function parse(text: string | undefined): StoredVotes {
	if (text === undefined) return NOTHING;
	try {
		const { lastRevision, pending } = JSON.parse(text) as Partial<StoredVotes>;
		if (!isRevision(lastRevision)) return NOTHING;
		return { lastRevision, pending: isVote(pending) ? pending : undefined };
	} catch {
		return NOTHING;
	}
}

function isVote(value: Partial<Vote> | undefined): value is Vote {
	if (typeof value !== "object" || value === null || !isRevision(value.revision)) return false;
	return Array.isArray(value.choices) && value.choices.every(Number.isSafeInteger);
}

function isRevision(value: unknown): value is number {
	return typeof value === "number" && Number.isInteger(value) && value >= 1 && value < REVISION_MAX;
}
