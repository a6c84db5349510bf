/** Entries and rows for the tests of the journal, as short as they can be named. */
import type { ParticipantId, PollId, QuestionId, TokenHash } from "../../../schema/ids.ts";
import type { JournalEntry, PollEvent } from "../../domain/events.ts";
import type { JournalRow } from "../../journal/journal.ts";
import type { Database } from "../../storage/database.ts";

const AT = Date.UTC(2030, 0, 1);

export function newPollId(): PollId {
	return crypto.randomUUID() as PollId;
}

/** A vote whose participant is derived from `seq`, so that no two entries of a poll are the same vote. */
export function vote(seq: number, participant = seq, revision = 1): JournalEntry {
	return {
		seq,
		at: AT + seq,
		event: {
			kind: "vote-cast",
			participantId: `p${participant}` as ParticipantId,
			questionId: "q1" as QuestionId,
			revision,
			choices: [seq % 3],
		},
	};
}

/** `count` votes from `firstSeq` on. */
export function votes(firstSeq: number, count: number): readonly JournalEntry[] {
	return Array.from({ length: count }, (_, index) => vote(firstSeq + index));
}

export function rows(
	pollId: PollId,
	epoch: number,
	entries: readonly JournalEntry[],
): readonly JournalRow[] {
	return entries.map((entry) => ({ pollId, epoch, entry }));
}

/** One entry of every kind, with text that tries the quoting. */
export function entriesOfEveryKind(): readonly JournalEntry[] {
	const questionId = "q1" as QuestionId;
	const participantId = "p1" as ParticipantId;
	const awkward = 'NULL {a,"b"} \\ \n ’😀';
	const question = {
		id: questionId,
		prompt: awkward,
		kind: "multiple",
		options: [awkward, "no", ""],
		maxChoices: 2,
	} as const;
	const events: readonly PollEvent[] = [
		{
			kind: "poll-created",
			title: awkward,
			settings: { capacity: 20, results: "live" },
			questions: [question],
		},
		{ kind: "question-added", question },
		{
			kind: "participant-joined",
			participantId,
			nickname: awkward,
			tokenHash: "h-_1" as TokenHash,
		},
		{ kind: "question-opened", questionId },
		{ kind: "question-shown", questionId },
		{ kind: "vote-cast", participantId, questionId, revision: 1, choices: [0, 2] },
		{ kind: "vote-cast", participantId, questionId, revision: 2, choices: [] },
		{ kind: "question-closed", questionId },
		{ kind: "participant-removed", participantId },
		{ kind: "poll-ended" },
	];
	return events.map((event, index) => ({ seq: index + 1, at: AT + index, event }));
}

/** A poll as the catalogue creates it, at epoch 0. */
export async function insertPoll(database: Database, pollId = newPollId()): Promise<PollId> {
	await database.query({
		text: `INSERT INTO polls (id, code, host_token_hash, created_at, last_activity_at)
			VALUES ($1, $2, 'hash', now(), now())`,
		values: [pollId, pollId],
	});
	return pollId;
}

/** As the catalogue deletes: epoch + 1 and the mark, in one statement. */
export async function deletePoll(database: Database, pollId: PollId): Promise<void> {
	await database.query({
		text: "UPDATE polls SET epoch = epoch + 1, deleted_at = now() WHERE id = $1",
		values: [pollId],
	});
}
