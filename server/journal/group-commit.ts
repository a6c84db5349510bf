/**
 * Group commit: what arrives during a commit is the next commit. One flush is in flight per
 * process; it carries the rows of every poll of the process in one statement.
 *
 * States: idle (nothing waits) -> gathering (what waits is not sent yet: after quiet until this
 * turn of the event loop has brought what it brings, else until the batch before is old enough) ->
 * flushing (one batch) -> gathering or idle; stopped from any of them, for good.
 * It never drops a row on its own account: a row is committed, fenced, poisoned, or forgotten
 * because its writer was closed or the whole was stopped.
 */
import assert from "node:assert/strict";
import type { PollId } from "../../schema/ids.ts";
import type { JournalEntry } from "../domain/events.ts";
import type { Timers } from "../lib/timers.ts";
import { type Answers, batchSender } from "./batch-sender.ts";
import type { GroupCommitEvent, GroupCommitObserver } from "./commit-events.ts";
import { type GroupCommitOptions, groupCommitDefaults } from "./commit-options.ts";
import { drainsOn } from "./drains.ts";
import { type Batch, FlushQueue, type Lane } from "./flush-queue.ts";
import type { Journal } from "./journal.ts";
import { lanesOf } from "./lanes.ts";
import { storageWatch } from "./storage-watch.ts";

/** The actor's side of its writer. Called outside any `append`, never re-entrantly, in `seq` order. */
export interface CommitSink {
	/** Every entry up to and including `seq` is durable. */
	committed(seq: number): void;
	/** Another activation owns the poll: nothing further will be written by this writer. */
	fenced(): void;
	/** The database refuses one of this poll's rows for good: the writer is closed. */
	poisoned(cause: unknown): void;
}

export interface JournalWriter {
	/** Queues the entry. The caller has looked at `hasRoom` before it decided. */
	append(entry: JournalEntry): void;
	/** False while the poll's or the process's queue is full or its oldest row is too old. */
	readonly hasRoom: boolean;
	/** Forgets what is queued and not yet in flight; the sink hears nothing more. */
	close(): void;
}

export type StorageState = "ok" | "delayed";

export interface GroupCommit {
	/** The writer of one activation of one poll. */
	writer(pollId: PollId, epoch: number, sink: CommitSink): JournalWriter;
	/** What waits at this moment, the batch under way included; `oldestMs` is 0 when nothing does. */
	readonly depth: { readonly rows: number; readonly bytes: number; readonly oldestMs: number };
	/** `delayed` while the oldest queued row is older than `delayedAfterMs` or a flush has failed and not yet succeeded. */
	readonly storage: StorageState;
	/** Called on every change of `storage`; returns the unsubscribe. */
	onStorage(listener: (storage: StorageState) => void): () => void;
	/** Resolves to true once the queue is empty, to false after `deadlineMs`. */
	drain(deadlineMs: number): Promise<boolean>;
	/** Stops the timers; queued rows are dropped unacknowledged. */
	stop(): void;
}

/**
 * Starts the group commit of this process; idle until a writer appends.
 *
 * @param given what differs from `groupCommitDefaults`.
 * @param observer told everything that happens; what it throws is ignored.
 */
export function groupCommit(
	journal: Journal,
	timers: Timers,
	given: Partial<GroupCommitOptions> = {},
	observer: GroupCommitObserver = () => {},
): GroupCommit {
	const options = { ...groupCommitDefaults, ...given };
	const queue = new FlushQueue(options);
	const lanes = lanesOf(queue, { observe, tell, landed });
	const watch = storageWatch(timers, options.delayedAfterMs, () => queue.oldestAt, tell);
	const answers: Answers = {
		committed(batch, live) {
			speak();
			owed = lanes.committed(batch, live);
			// Half of a batch: the other half's answer may take long.
			if (batch !== flying) speak();
		},
		refused(batch, cause) {
			speak();
			lanes.refused(batch, cause);
		},
		failing(isFailing) {
			if (isFailing) speak();
			watch.failed(isFailing);
		},
		observe,
	};
	const sender = batchSender(journal, timers, options, answers);
	const drains = drainsOn(timers);
	let phase: "idle" | "gathering" | "flushing" | "stopped" = "idle";
	let cancelGathering = (): void => {};
	/** When the next batch may be sent, full or not. */
	let nextAt = Number.NEGATIVE_INFINITY;
	/** As it was taken from the queue, not the halves it may be sent in. */
	let flying: Batch | undefined;
	/** Tells the sinks of the last batch that was answered. */
	let owed: (() => void) | undefined;

	function append(lane: Lane, entry: JournalEntry): void {
		if (!lane.open || isStopped()) return;
		assert(
			lane.lastSeq === 0 || entry.seq === lane.lastSeq + 1,
			`entry ${entry.seq} came after ${lane.lastSeq}: an actor appends in seq order, without gaps`,
		);
		queue.push(lane, entry, timers.now());
		if (phase === "idle") gather();
		if (phase === "gathering" && queue.isWorthSending) void flush();
	}

	function gather(): void {
		phase = "gathering";
		cancelGathering = timers.after(Math.max(0, nextAt - timers.now()), () => void flush());
		watch.update();
	}

	async function flush(): Promise<void> {
		cancelGathering();
		phase = "flushing";
		for (let batch = next(); batch !== undefined; batch = next()) {
			flying = batch;
			const { msPerRow, batchEveryMs } = options;
			nextAt = timers.now() + Math.min(batch.rows.length * msPerRow, batchEveryMs);
			const sending = sender.send(batch);
			// While the database writes: hundreds of confirmations take as long as its commit.
			speak();
			await sending;
			const isSoon = timers.now() < nextAt && !queue.isWorthSending;
			// Nothing is sent now: then they are told now, and what they append is the next batch.
			if (queue.rows === 0 || isSoon) speak();
			if (isSoon) break;
		}
		if (isStopped()) return;
		if (queue.rows > 0) gather();
		else phase = "idle";
	}

	function speak(): void {
		const tellSinks = owed;
		owed = undefined;
		tellSinks?.();
	}

	function next(): Batch | undefined {
		if (isStopped()) return undefined;
		const { rows, bytes, oldestAt } = queue;
		if (oldestAt === undefined) return undefined;
		observe({ kind: "queue-depth", rows, bytes, oldestMs: timers.now() - oldestAt });
		return queue.take();
	}

	function landed(): void {
		watch.update();
		if (queue.rows === 0) drains.end(true);
	}

	function hasRoom(lane: Lane): boolean {
		if (!lane.open || isStopped()) return false;
		const { oldestAt, rows, bytes } = queue;
		return (
			lane.waitingRows + lane.flyingRows < options.pollRowsMax &&
			rows < options.processRowsMax &&
			bytes < options.processBytesMax &&
			(oldestAt === undefined || timers.now() - oldestAt < options.oldestMsMax)
		);
	}

	function writerOf(lane: Lane): JournalWriter {
		return {
			append: (entry) => append(lane, entry),
			get hasRoom() {
				return hasRoom(lane);
			},
			close: () => lanes.close(lane),
		};
	}

	function isStopped(): boolean {
		return phase === "stopped";
	}

	function tell(callback: () => void): void {
		try {
			callback();
		} catch (cause) {
			observe({ kind: "callback-failed", cause });
		}
	}

	function observe(event: GroupCommitEvent): void {
		try {
			observer(event);
		} catch {
			// Whoever measures must not stop the writing, and has nobody to complain to.
		}
	}

	return {
		get depth() {
			const { rows, bytes, oldestAt } = queue;
			return { rows, bytes, oldestMs: oldestAt === undefined ? 0 : timers.now() - oldestAt };
		},
		writer: (pollId, epoch, sink) => writerOf(lanes.open(pollId, epoch, sink)),
		get storage() {
			return watch.storage;
		},
		onStorage: watch.onChange,
		async drain(deadlineMs) {
			if (queue.rows === 0) return true;
			return isStopped() ? false : drains.wait(deadlineMs);
		},
		stop() {
			phase = "stopped";
			speak();
			cancelGathering();
			sender.stop();
			watch.stop();
			drains.end(false);
		},
	};
}
