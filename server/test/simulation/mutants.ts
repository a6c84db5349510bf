/**
 * What Plenum must not become: each is the real thing with one part put in its place. If the
 * checks let one of them pass, their silence about the real thing means nothing.
 */
import { memoryStore } from "../../../client/src/session/key-value-store.ts";
import type { PollId, QuestionId } from "../../../schema/ids.ts";
import type { EndReason } from "../../actor/actor-events.ts";
import type { JournalEntry } from "../../domain/events.ts";
import { evolve, fold } from "../../domain/evolve.ts";
import type { Poll } from "../../domain/poll.ts";
import type { CommitSink, GroupCommit, JournalWriter } from "../../journal/group-commit.ts";
import type { Journal, JournalRow } from "../../journal/journal.ts";
import { classifyFault } from "../../storage/pg-errors.ts";
import { type Answered, type Asked, away, decidedSeq, type Seated, SimRoom } from "./sim-room.ts";
import type { Substitutes } from "./simulate.ts";

/** Says yes to a vote as soon as it is decided. */
class HastyRoom extends SimRoom {
	protected override async decide(seat: Seated, asked: Asked): Promise<Answered> {
		const { actor } = this;
		const before = actor && decidedSeq(actor);
		const regular = super.decide(seat, asked);
		if (asked.type !== "vote" || actor === undefined) return regular;
		const seq = decidedSeq(actor);
		if (seq === before) return regular;
		const { questionId, revision } = asked.payload;
		return { answer: { questionId, revision, seq } };
	}
}

/** Shows what is decided instead of what is committed. */
class BoastfulRoom extends SimRoom {
	#decided: Poll | undefined;

	protected override bringToLife(activation: { epoch: number; entries: readonly JournalEntry[] }) {
		this.#decided = fold(activation.entries);
		return super.bringToLife(activation);
	}

	protected override writing(groupCommit: GroupCommit): GroupCommit {
		return withWriter(groupCommit, (writer) => ({
			append: (entry) => {
				writer.append(entry);
				if (this.#decided === undefined) return;
				evolve(this.#decided, entry);
				this.show(this.#decided);
			},
		}));
	}

	protected override committed(): void {}
}

/** Goes on as if nothing had happened when it is fenced. */
class DefiantRoom extends SimRoom {
	protected override writing(groupCommit: GroupCommit): GroupCommit {
		let isFenced = false;
		let lastSeq = 0;
		let sink: CommitSink | undefined;
		const defy = (real: CommitSink): CommitSink => {
			sink = real;
			return {
				...real,
				fenced() {
					isFenced = true;
					real.committed(lastSeq);
				},
			};
		};
		return withWriter(
			groupCommit,
			(writer) => ({
				append(entry) {
					lastSeq = entry.seq;
					if (isFenced) queueMicrotask(() => sink?.committed(entry.seq));
					else writer.append(entry);
				},
				get hasRoom() {
					return isFenced || writer.hasRoom;
				},
			}),
			defy,
		);
	}
}

/** Writes a close at once and by itself, beside the votes that still wait in the queue. */
class ImpatientRoom extends SimRoom {
	readonly #closed = new Set<string>();

	protected override async decide(seat: Seated, asked: Asked): Promise<Answered> {
		const { actor } = this;
		if (actor === undefined) return { refusal: away() };
		const { payload } = asked;
		const questionId = "questionId" in payload ? (payload.questionId as QuestionId) : undefined;
		if (asked.type === "open-question") this.#closed.delete(asked.payload.questionId);
		if (asked.type === "vote" && this.#closed.has(asked.payload.questionId)) {
			return { refusal: away() };
		}
		if (asked.type !== "close-question" || questionId === undefined)
			return super.decide(seat, asked);
		const { pollId, journal } = this.parts;
		const seq = actor.committed.seq + 1;
		const entry: JournalEntry = { seq, at: 0, event: { kind: "question-closed", questionId } };
		try {
			const live = await journal.append([{ pollId, epoch: actor.epoch, entry }]);
			if (!live.has(pollId)) return { refusal: away() };
			this.#closed.add(questionId);
			return { answer: {}, seq };
		} catch {
			return { refusal: away() };
		}
	}
}

class NotThere extends Error {
	/** Class 22: group commit then takes the rows for refused. */
	readonly code = "22000";
}

/** After a lost answer it asks whether the rows are there, and believes the answer. */
function askingJournal(real: Journal): Journal {
	const missing = new Set<JournalEntry>();
	async function append(rows: readonly JournalRow[]): Promise<ReadonlySet<PollId>> {
		if (rows.some(({ entry }) => missing.has(entry))) throw new NotThere();
		try {
			return await real.append(rows);
		} catch (cause) {
			if (classifyFault(cause) !== "unknown") throw cause;
			const found = new Set<PollId>();
			for (const { pollId, entry } of rows) {
				const stored = await real.read(pollId, entry.seq - 1).catch(() => undefined);
				if (stored === undefined) throw cause;
				if (stored[0]?.seq === entry.seq) found.add(pollId);
				else missing.add(entry);
			}
			if (missing.size > 0) throw new NotThere();
			return found;
		}
	}
	return { ...real, append };
}

/** Believes that rows which are not there will not come, and carries on from what is there. */
class TrustingRoom extends SimRoom {
	protected override ended(reason: EndReason, cause: unknown): void {
		if (!(cause instanceof NotThere)) return super.ended(reason, cause);
		const { epoch } = this;
		const { journal, pollId, process } = this.parts;
		const again = async (): Promise<void> => {
			const entries = await journal.read(pollId).catch(() => undefined);
			if (entries === undefined) return super.ended(reason, cause);
			this.bringToLife({ epoch, entries });
			this.committed([]);
		};
		process.deliver(() => void again());
	}
}

/** Votes are stored `lateMs` after they were sent, by a tab that may be gone by then. */
function forgetfulStorage(lateMs: number): NonNullable<Substitutes["storage"]> {
	return (kept, tab) => {
		const here = memoryStore();
		return {
			...kept,
			get: (key) => here.get(key) ?? kept.get(key),
			set(key, value) {
				if (!key.includes(":votes:")) return kept.set(key, value);
				here.set(key, value);
				if (Number.isFinite(lateMs)) tab.timers.after(lateMs, () => kept.set(key, value));
			},
		};
	};
}

function withWriter(
	groupCommit: GroupCommit,
	change: (writer: JournalWriter) => Partial<JournalWriter>,
	sinkOf: (sink: CommitSink) => CommitSink = (sink) => sink,
): GroupCommit {
	return {
		...groupCommit,
		writer(pollId, epoch, sink) {
			const writer = groupCommit.writer(pollId, epoch, sinkOf(sink));
			const changed = change(writer);
			return {
				append: changed.append ?? ((entry) => writer.append(entry)),
				get hasRoom() {
					return changed.hasRoom ?? writer.hasRoom;
				},
				close: () => writer.close(),
			};
		},
	};
}

export const mutants = {
	"acknowledging before the commit": { Room: HastyRoom },
	"no fence": { rules: { gate: "no-fence" } },
	"no row lock": { rules: { gate: "no-lock" } },
	"FOR KEY SHARE instead of FOR SHARE": { rules: { gate: "key-share" } },
	"activation in one statement": { rules: { activation: "one-statement" } },
	"state shown before the commit": { Room: BoastfulRoom },
	"asking instead of resending": { journal: askingJournal, Room: TrustingRoom },
	"a client that never stores its revision": {
		storage: forgetfulStorage(Number.POSITIVE_INFINITY),
	},
	"a client that stores its revision after sending": { storage: forgetfulStorage(50) },
	"a fenced room that keeps acknowledging": { Room: DefiantRoom },
	"closing beside the queue": { Room: ImpatientRoom },
} as const satisfies Record<string, Substitutes>;
