/** The journal port in memory, rule for rule: for unit tests and the seeded simulation, never for votes that count. */
import type { PollId } from "../../schema/ids.ts";
import type { JournalEntry, VoteCast } from "../domain/events.ts";
import type { Journal, JournalRow } from "./journal.ts";

export interface MemoryJournal extends Journal {
	/** A new poll at epoch 0, as the catalogue creates it. */
	addPoll(pollId: PollId): void;
	/** Fences every writer of the poll for good; as in the database, its rows stay until retention. */
	deletePoll(pollId: PollId): void;
}

interface StoredPoll {
	epoch: number;
	deleted: boolean;
	readonly entries: Map<number, JournalEntry>;
	readonly votes: Set<string>;
}

/** Every operation happens at its call, whole or not at all. */
export function memoryJournal(): MemoryJournal {
	const polls = new Map<PollId, StoredPoll>();

	function livePoll(pollId: PollId): StoredPoll | undefined {
		const poll = polls.get(pollId);
		return poll?.deleted === false ? poll : undefined;
	}

	async function append(rows: readonly JournalRow[]): Promise<ReadonlySet<PollId>> {
		const live = gate(rows);
		const fresh = freshRows(rows.filter((row) => live.has(row.pollId)));
		for (const { pollId, entry } of fresh) {
			const poll = polls.get(pollId);
			poll?.entries.set(entry.seq, entry);
			if (entry.event.kind === "vote-cast") poll?.votes.add(voteKey(entry.event));
		}
		return live;
	}

	function gate(rows: readonly JournalRow[]): Set<PollId> {
		const live = new Set(rows.map((row) => row.pollId));
		for (const { pollId, epoch } of rows) {
			if (livePoll(pollId)?.epoch !== epoch) live.delete(pollId);
		}
		return live;
	}

	/** The rows whose place is still free; throws before anything is written when a vote would stand twice. */
	function freshRows(rows: readonly JournalRow[]): readonly JournalRow[] {
		const places = new Set<string>();
		const votes = new Set<string>();
		return rows.filter(({ pollId, entry: { seq, event } }) => {
			const place = `${pollId} ${seq}`;
			const poll = polls.get(pollId);
			if (poll?.entries.has(seq) || places.has(place)) return false;
			places.add(place);
			if (event.kind !== "vote-cast") return true;
			const key = voteKey(event);
			if (poll?.votes.has(key) || votes.has(`${pollId} ${key}`)) throw uniqueViolation(key);
			votes.add(`${pollId} ${key}`);
			return true;
		});
	}

	return {
		append,
		async activate(pollId) {
			const poll = livePoll(pollId);
			if (poll === undefined) return undefined;
			poll.epoch += 1;
			return poll.epoch;
		},
		async read(pollId, afterSeq = 0) {
			const entries = [...(polls.get(pollId)?.entries.values() ?? [])];
			return entries.filter(({ seq }) => seq > afterSeq).sort((a, b) => a.seq - b.seq);
		},
		async epochsOf(pollIds) {
			const live = pollIds.map((pollId) => [pollId, livePoll(pollId)?.epoch] as const);
			return new Map(live.filter((poll): poll is [PollId, number] => poll[1] !== undefined));
		},
		addPoll(pollId) {
			polls.set(pollId, { epoch: 0, deleted: false, entries: new Map(), votes: new Set() });
		},
		deletePoll(pollId) {
			const poll = polls.get(pollId);
			if (poll === undefined) return;
			poll.epoch += 1;
			poll.deleted = true;
		},
	};
}

function voteKey({ questionId, participantId, revision }: VoteCast): string {
	return `${questionId} ${participantId} ${revision}`;
}

/** As PostgreSQL says it, so that one classification serves both. */
function uniqueViolation(key: string): Error {
	return Object.assign(new Error(`vote ${key} is in the journal already`), { code: "23505" });
}
