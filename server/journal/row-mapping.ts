/**
 * An entry as columns and back. A vote lives in columns alone, so the vote path never touches
 * JSON; what only some events have goes to `payload`.
 */
import assert from "node:assert/strict";
import type { ParticipantId, QuestionId } from "../../schema/ids.ts";
import type { JournalEntry, PollEvent } from "../domain/events.ts";
import { assertNever } from "../lib/assert-never.ts";

/** The columns of `journal` that depend on the kind of event. `payload` is JSON as text. */
export interface EventColumns {
	readonly participant: string | null;
	readonly question: string | null;
	readonly revision: number | null;
	readonly choices: readonly number[] | null;
	readonly payload: string | null;
}

/** One row; `at` in ms since 1970, `payload` parsed. */
export interface StoredEntry {
	readonly seq: number;
	readonly at: number;
	readonly kind: PollEvent["kind"];
	readonly participant: ParticipantId | null;
	readonly question: QuestionId | null;
	readonly revision: number | null;
	readonly choices: readonly number[] | null;
	readonly payload: unknown;
}

/** Rows in order, column by column, as the read statement returns them. */
export type StoredPage = {
	readonly [Column in keyof StoredEntry]: readonly StoredEntry[Column][];
};

const none = { participant: null, question: null, revision: null, choices: null, payload: null };

export function columnsOf(event: PollEvent): EventColumns {
	switch (event.kind) {
		case "vote-cast": {
			const { participantId, questionId, revision, choices } = event;
			return { participant: participantId, question: questionId, revision, choices, payload: null };
		}
		case "participant-joined": {
			const { participantId, nickname, tokenHash } = event;
			const payload = JSON.stringify({ nickname, tokenHash });
			return { ...none, participant: participantId, payload };
		}
		case "participant-removed":
			return { ...none, participant: event.participantId };
		case "question-opened":
		case "question-closed":
		case "question-shown":
			return { ...none, question: event.questionId };
		case "question-added":
			return { ...none, payload: JSON.stringify({ question: event.question }) };
		case "poll-created": {
			const { title, settings, questions } = event;
			return { ...none, payload: JSON.stringify({ title, settings, questions }) };
		}
		case "poll-ended":
			return none;
		default:
			return assertNever(event);
	}
}

export function* entriesOf(page: StoredPage): Iterable<JournalEntry> {
	const { seq: seqs, at, kind, participant, question, revision, choices, payload } = page;
	for (const [index, seq] of seqs.entries()) {
		yield entryOf({
			seq,
			// Columns of one length: the statement makes them of the same rows.
			at: at[index] as number,
			kind: kind[index] as StoredEntry["kind"],
			participant: participant[index] ?? null,
			question: question[index] ?? null,
			revision: revision[index] ?? null,
			choices: choices[index] ?? null,
			payload: payload[index] ?? null,
		});
	}
}

export function entryOf(row: StoredEntry): JournalEntry {
	return { seq: row.seq, at: row.at, event: eventOf(row) };
}

/** Payloads are trusted: nobody writes them but `columnsOf`. */
function eventOf(row: StoredEntry): PollEvent {
	const { kind } = row;
	switch (kind) {
		case "vote-cast":
			return {
				kind,
				participantId: present(row.participant, row),
				questionId: present(row.question, row),
				revision: present(row.revision, row),
				choices: present(row.choices, row),
			};
		case "participant-joined": {
			const payload = present(row.payload, row) as Payload<typeof kind>;
			return { kind, participantId: present(row.participant, row), ...payload };
		}
		case "participant-removed":
			return { kind, participantId: present(row.participant, row) };
		case "question-opened":
		case "question-closed":
		case "question-shown":
			return { kind, questionId: present(row.question, row) };
		case "question-added":
			return { kind, ...(present(row.payload, row) as Payload<typeof kind>) };
		case "poll-created":
			return { kind, ...(present(row.payload, row) as Payload<typeof kind>) };
		case "poll-ended":
			return { kind };
		default:
			throw new Error(
				`The journal holds an entry of kind "${kind satisfies never}", which this version does not know: run the version that wrote it.`,
			);
	}
}

type Payload<Kind extends PollEvent["kind"]> = Omit<
	Extract<PollEvent, { kind: Kind }>,
	"kind" | "participantId"
>;

function present<Value>(value: Value | null, { seq, kind }: StoredEntry): NonNullable<Value> {
	assert(value !== null && value !== undefined, `journal row ${seq} (${kind}) lacks a column`);
	return value;
}

/** A uuid, the numbers, the kind and the quotes around them, as the statement carries them. */
const ROW_BYTES = 120;

/** About what the entry adds to the append statement, in bytes; exact to a few dozen. */
export function entryBytes({ event }: JournalEntry): number {
	switch (event.kind) {
		case "vote-cast":
			return ROW_BYTES + event.choices.length * 3;
		case "participant-joined":
			return ROW_BYTES + 100 + event.nickname.length * 4;
		case "poll-created":
		case "question-added":
			return ROW_BYTES + Buffer.byteLength(JSON.stringify(event));
		default:
			return ROW_BYTES;
	}
}
