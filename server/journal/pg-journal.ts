/**
 * The journal in PostgreSQL or PGlite. Appends have a connection of their own, so that neither a
 * slow read nor an exhausted pool delays a vote; everything else goes through the pool.
 */
import type { PollId } from "../../schema/ids.ts";
import type { JournalEntry } from "../domain/events.ts";
import type { Connection, Database } from "../storage/database.ts";
import { classifyFault } from "../storage/pg-errors.ts";
import { arrayLiteral, type Element, elementText } from "./array-literal.ts";
import { concurrencyLimit } from "./concurrency-limit.ts";
import type { Journal, JournalRow } from "./journal.ts";
import { ACTIVATE, APPEND, EPOCHS, NOTE_ROWS_SEEN, READ } from "./journal-sql.ts";
import { columnsOf, entriesOf, type StoredPage } from "./row-mapping.ts";

export interface PgJournal extends Journal {
	/** Closes the connection of the appends, not the database. Never rejects. */
	close(): Promise<void>;
}

/** A wave of takeovers must leave a connection of the pool to everybody else. */
const ACTIVATIONS_AT_ONCE_MAX = 3;
const ACTIVATIONS_WAITING_MAX = 1_000;
/** About 10 ms to read and map; whole polls at once would hold up the event loop for longer. */
const READ_PAGE_ROWS = 5_000;

type EmptyPage = { readonly seq: null };
const NO_ROWS: StoredPage = {
	...{ seq: [], at: [], kind: [], participant: [], question: [], revision: [] },
	...{ choices: [], payload: [] },
};

/** `append` and `activate` are safe to repeat after any fault; a lost activation costs a number of the epoch, nothing else. */
export function pgJournal(database: Database): PgJournal {
	const limitActivations = concurrencyLimit(ACTIVATIONS_AT_ONCE_MAX, ACTIVATIONS_WAITING_MAX);
	/** Epochs of activations whose rows have not been read yet. */
	const unread = new Map<PollId, number>();
	/** What nobody waits for now and `close` waits for at the end. */
	const loose = new Set<Promise<unknown>>();
	let opening: Promise<Connection> | undefined;
	let opened: Connection | undefined;

	async function append(rows: readonly JournalRow[]): Promise<ReadonlySet<PollId>> {
		const values = appendValues(rows);
		// Without a turn of the microtasks in between: who waits for the batch before is told meanwhile.
		const mine = opened ?? (await connection());
		try {
			const statement = { name: "journal-append", text: APPEND, values };
			const live = await mine.query<{ id: PollId }>(statement);
			return new Set(live.map((poll) => poll.id));
		} catch (error) {
			if (classifyFault(error) === "unknown") drop(mine);
			throw error;
		}
	}

	function connection(): Promise<Connection> {
		opening ??= database
			.connect("journal")
			.then((connected) => {
				opened = connected;
				return connected;
			})
			.finally(() => {
				opening = undefined;
			});
		return opening;
	}

	/** A connection in doubt may be in any state: it is never used again. */
	function drop(broken: Connection): void {
		if (opened !== broken) return;
		opened = undefined;
		keep(broken.close());
	}

	async function activate(pollId: PollId, owner: string): Promise<number | undefined> {
		const statement = { name: "journal-activate", text: ACTIVATE, values: [pollId, owner] };
		const raised = await limitActivations(() => database.query<{ epoch: number }>(statement));
		const epoch = raised[0]?.epoch;
		if (epoch !== undefined) noteUnread(pollId, epoch);
		return epoch;
	}

	// Page by page is still one consistent read: rows are only ever added behind the last one.
	async function read(pollId: PollId, afterSeq = 0): Promise<readonly JournalEntry[]> {
		const entries: JournalEntry[] = [];
		let coming = readPage(pollId, afterSeq);
		while (true) {
			const page = await coming;
			const isLast = page.seq.length < READ_PAGE_ROWS;
			// The next one is read while this one is mapped.
			if (!isLast) coming = readPage(pollId, page.seq.at(-1) ?? afterSeq);
			for (const entry of entriesOf(page)) entries.push(entry);
			if (isLast) break;
		}
		noteRowsSeen(pollId, entries.length);
		return entries;
	}

	function readPage(pollId: PollId, afterSeq: number): Promise<StoredPage> {
		const values = [pollId, afterSeq, READ_PAGE_ROWS];
		const statement = { name: "journal-read", text: READ, values };
		const page = database
			.query<StoredPage | EmptyPage>(statement)
			.then(([columns]) => (columns?.seq ? columns : NO_ROWS));
		// Nobody waits for it when the page before it cannot be mapped.
		page.catch(() => {});
		return page;
	}

	function noteUnread(pollId: PollId, epoch: number): void {
		unread.set(pollId, epoch);
		if (unread.size <= ACTIVATIONS_WAITING_MAX) return;
		for (const [oldest] of unread) return void unread.delete(oldest);
	}

	/** For people who look into a takeover afterwards; never worth failing or delaying one. */
	function noteRowsSeen(pollId: PollId, rows: number): void {
		const epoch = unread.get(pollId);
		if (epoch === undefined) return;
		unread.delete(pollId);
		keep(database.query({ text: NOTE_ROWS_SEEN, values: [pollId, epoch, rows] }));
	}

	async function epochsOf(pollIds: readonly PollId[]): Promise<ReadonlyMap<PollId, number>> {
		const statement = { name: "journal-epochs", text: EPOCHS, values: [arrayLiteral(pollIds)] };
		const polls = await database.query<{ id: PollId; epoch: number }>(statement);
		return new Map(polls.map(({ id, epoch }) => [id, epoch]));
	}

	function keep(promise: Promise<unknown>): void {
		const settled = promise
			.catch(() => {})
			.finally(() => {
				loose.delete(settled);
			});
		loose.add(settled);
	}

	async function close(): Promise<void> {
		await opening?.catch(() => {});
		if (opened !== undefined) drop(opened);
		while (loose.size > 0) await Promise.all(loose);
	}

	return { append, activate, read, epochsOf, close };
}

/** The ten parameters of the statement, each one column of all rows. */
function appendValues(rows: readonly JournalRow[]): readonly string[] {
	const columns: string[] = new Array(10).fill("{");
	let separator = "";
	for (const row of rows) {
		for (const [index, element] of elementsOf(row).entries()) {
			columns[index] += separator + elementText(element);
		}
		separator = ",";
	}
	return columns.map((column) => `${column}}`);
}

/** Throws an error of class 22: nothing was sent, and the row would fail for ever and for everybody. */
function elementsOf({ pollId, epoch, entry: { seq, at, event } }: JournalRow): readonly Element[] {
	try {
		const { participant, question, revision, choices, payload } = columnsOf(event);
		const chosen = choices && arrayLiteral(choices);
		return [pollId, epoch, seq, event.kind, at, participant, question, revision, chosen, payload];
	} catch (cause) {
		throw Object.assign(new Error("A journal row cannot be written as columns.", { cause }), {
			code: "22000",
		});
	}
}
