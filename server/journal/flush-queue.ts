/**
 * The rows of a process that have no answer yet, in the order in which they came. Every count
 * includes the batch in flight. All operations are O(1) a row; nothing here waits or knows time.
 */
import type { PollId } from "../../schema/ids.ts";
import type { JournalEntry } from "../domain/events.ts";
import type { CommitSink } from "./group-commit.ts";
import type { JournalRow } from "./journal.ts";
import { entryBytes } from "./row-mapping.ts";

/** What the queue knows of one writer. */
export interface Lane {
	readonly pollId: PollId;
	readonly epoch: number;
	readonly sink: CommitSink;
	/** A closed lane takes no rows, and its sink hears nothing more. */
	open: boolean;
	lastSeq: number;
	waitingRows: number;
	waitingBytes: number;
	flyingRows: number;
	flyingBytes: number;
	/** `seq` of its last row in the batch in flight. */
	flyingSeq: number;
}

export interface QueuedRow extends JournalRow {
	readonly lane: Lane;
	readonly bytes: number;
	readonly queuedAt: number;
}

export interface Batch {
	readonly rows: readonly QueuedRow[];
	/** The writers that have rows in it, each once. */
	readonly lanes: readonly Lane[];
}

export interface BatchBounds {
	readonly batchRowsEnough: number;
	readonly batchRowsMax: number;
	readonly batchBytesMax: number;
}

export class FlushQueue {
	readonly #bounds: BatchBounds;
	#places: QueuedRow[] = [];
	/** Index of the first place that has not been taken. */
	#head = 0;
	#flyingSince: number | undefined;
	#waitingRows = 0;
	#waitingBytes = 0;
	#flyingRows = 0;
	#flyingBytes = 0;

	constructor(bounds: BatchBounds) {
		this.#bounds = bounds;
	}

	get rows(): number {
		return this.#waitingRows + this.#flyingRows;
	}

	get bytes(): number {
		return this.#waitingBytes + this.#flyingBytes;
	}

	/** Gathering more would gain little, or nothing. */
	get isWorthSending(): boolean {
		const { batchRowsEnough, batchRowsMax, batchBytesMax } = this.#bounds;
		const rows = Math.min(batchRowsEnough, batchRowsMax);
		return this.#waitingRows >= rows || this.#waitingBytes >= batchBytesMax;
	}

	/** When the oldest unanswered row was queued. */
	get oldestAt(): number | undefined {
		if (this.#flyingSince !== undefined) return this.#flyingSince;
		this.#skipClosed();
		return this.#places[this.#head]?.queuedAt;
	}

	push(lane: Lane, entry: JournalEntry, queuedAt: number): void {
		const bytes = entryBytes(entry);
		const { pollId, epoch } = lane;
		this.#places.push({ pollId, epoch, entry, lane, bytes, queuedAt });
		lane.lastSeq = entry.seq;
		lane.waitingRows += 1;
		lane.waitingBytes += bytes;
		this.#waitingRows += 1;
		this.#waitingBytes += bytes;
	}

	/** Takes the next batch, oldest rows first, at least one; `undefined` when nothing waits. */
	take(): Batch | undefined {
		const rows: QueuedRow[] = [];
		const lanes: Lane[] = [];
		let bytes = 0;
		for (this.#skipClosed(); rows.length < this.#bounds.batchRowsMax; this.#skipClosed()) {
			const row = this.#places[this.#head];
			if (row === undefined) break;
			if (rows.length > 0 && bytes + row.bytes > this.#bounds.batchBytesMax) break;
			this.#head += 1;
			bytes += row.bytes;
			rows.push(row);
			if (row.lane.flyingRows === 0) lanes.push(row.lane);
			takeOff(row);
		}
		this.#cut();
		if (rows.length === 0) return undefined;
		this.#waitingRows -= rows.length;
		this.#waitingBytes -= bytes;
		this.#flyingRows = rows.length;
		this.#flyingBytes = bytes;
		this.#flyingSince = rows[0]?.queuedAt;
		return { rows, lanes };
	}

	/** The lanes have their answer: their rows in flight are no longer counted. */
	land(lanes: readonly Lane[]): void {
		for (const lane of lanes) {
			this.#flyingRows -= lane.flyingRows;
			this.#flyingBytes -= lane.flyingBytes;
			lane.flyingRows = 0;
			lane.flyingBytes = 0;
		}
		if (this.#flyingRows === 0) this.#flyingSince = undefined;
	}

	/** Drops what the lane has waiting; its places are skipped when their turn comes. Returns the rows dropped. */
	close(lane: Lane): number {
		const dropped = lane.waitingRows;
		lane.open = false;
		this.#waitingRows -= dropped;
		this.#waitingBytes -= lane.waitingBytes;
		lane.waitingRows = 0;
		lane.waitingBytes = 0;
		return dropped;
	}

	#skipClosed(): void {
		while (this.#places[this.#head]?.lane.open === false) this.#head += 1;
	}

	/** Cutting only when half is spent keeps the copying O(1) a row. */
	#cut(): void {
		if (this.#head * 2 < this.#places.length) return;
		this.#places = this.#places.slice(this.#head);
		this.#head = 0;
	}
}

function takeOff({ lane, bytes, entry }: QueuedRow): void {
	lane.waitingRows -= 1;
	lane.waitingBytes -= bytes;
	lane.flyingRows += 1;
	lane.flyingBytes += bytes;
	lane.flyingSeq = entry.seq;
}
