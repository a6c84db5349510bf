/**
 * The writers of this process: one open lane a poll, and what its sink is told.
 *
 * A lane ends as fenced (here or in the database), poisoned, or closed by its actor; its sink
 * hears of the first two once, and of nothing afterwards.
 */
import assert from "node:assert/strict";
import type { PollId } from "../../schema/ids.ts";
import type { GroupCommitEvent } from "./commit-events.ts";
import type { Batch, FlushQueue, Lane } from "./flush-queue.ts";
import type { CommitSink } from "./group-commit.ts";

export interface Lanes {
	open(pollId: PollId, epoch: number, sink: CommitSink): Lane;
	/** The actor is done with it: its sink hears nothing more. */
	close(lane: Lane): void;
	/**
	 * The batch was answered: polls in `live` are durable, the others fenced. Returns what is still
	 * owed: to be called once, it tells the sinks.
	 */
	committed(batch: Batch, live: ReadonlySet<PollId>): () => void;
	/** The only poll of the batch was refused for good. */
	refused(batch: Batch, cause: unknown): void;
}

export interface LaneHooks {
	readonly observe: (event: GroupCommitEvent) => void;
	/** Runs a sink's callback so that what it throws stays there. */
	readonly tell: (callback: () => void) => void;
	/** Rows have left the queue; called before any sink hears of it. */
	readonly landed: () => void;
}

export function lanesOf(queue: FlushQueue, { observe, tell, landed }: LaneHooks): Lanes {
	const current = new Map<PollId, Lane>();
	/** Fenced lanes whose sinks have not been told yet. */
	const owed = new Set<Lane>();

	function open(pollId: PollId, epoch: number, sink: CommitSink): Lane {
		const lane = newLane(pollId, epoch, sink);
		const other = current.get(pollId);
		const newest = other === undefined || other.epoch < epoch ? lane : other;
		const older = newest === lane ? other : lane;
		current.set(pollId, newest);
		if (older !== undefined) supersede(older, newest);
		return lane;
	}

	// The answer names polls, not epochs: a batch must never hold two epochs of one poll. The lower
	// one is fenced already, since the higher one was handed out.
	function supersede(older: Lane, newest: Lane): void {
		assert(
			older.epoch !== newest.epoch,
			`poll ${newest.pollId} has a writer of this epoch already`,
		);
		fence(older);
		queueMicrotask(() => tellFenced(older));
	}

	function committed({ lanes, rows }: Batch, live: ReadonlySet<PollId>): () => void {
		const fenced = lanes.filter((lane) => lane.open && !live.has(lane.pollId));
		for (const lane of fenced) fence(lane);
		observe({ kind: "votes-committed", votes: votesIn(rows) });
		// A lane's next rows may be on their way when its sink is told of these.
		const durable = lanes.map((lane) => ({ lane, seq: lane.flyingSeq }));
		queue.land(lanes);
		landed();
		return () => {
			for (const { lane, seq } of durable) {
				if (lane.open) tell(() => lane.sink.committed(seq));
			}
			for (const lane of fenced) tellFenced(lane);
		};
	}

	function refused({ lanes }: Batch, cause: unknown): void {
		const poisoned = lanes.filter((lane) => lane.open);
		for (const lane of poisoned) {
			const { pollId, epoch } = lane;
			observe({ kind: "poll-poisoned", pollId, epoch, droppedRows: end(lane), cause });
		}
		queue.land(lanes);
		landed();
		for (const { sink } of poisoned) tell(() => sink.poisoned(cause));
	}

	function fence(lane: Lane): void {
		const { pollId, epoch } = lane;
		owed.add(lane);
		observe({ kind: "poll-fenced", pollId, epoch, droppedRows: end(lane) });
	}

	function tellFenced(lane: Lane): void {
		if (owed.delete(lane)) tell(() => lane.sink.fenced());
	}

	/** Returns the rows that will never be acknowledged. */
	function end(lane: Lane): number {
		if (current.get(lane.pollId) === lane) current.delete(lane.pollId);
		return lane.flyingRows + queue.close(lane);
	}

	return {
		open,
		close(lane) {
			owed.delete(lane);
			end(lane);
			landed();
		},
		committed,
		refused,
	};
}

/** Of lanes that are still open: what a closed one had in flight is nobody's to show. */
function votesIn(rows: Batch["rows"]): number {
	let votes = 0;
	for (const { lane, entry } of rows) if (lane.open && entry.event.kind === "vote-cast") votes += 1;
	return votes;
}

function newLane(pollId: PollId, epoch: number, sink: CommitSink): Lane {
	return {
		pollId,
		epoch,
		sink,
		open: true,
		lastSeq: 0,
		waitingRows: 0,
		waitingBytes: 0,
		flyingRows: 0,
		flyingBytes: 0,
		flyingSeq: 0,
	};
}
