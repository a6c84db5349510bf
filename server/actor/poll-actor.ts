/**
 * One live poll. It decides in memory, writes once, then speaks: a command is decided against
 * everything accepted so far (`decided`), its event is queued in the journal, and its answer,
 * yes or no, is given once everything it was decided upon is durable. What anybody may be shown
 * is read from `committed`, the fold of durable entries only.
 *
 * States: live → ended. Ended is final (fenced, poisoned, or closed by the room): what was not
 * yet answered is refused as `unavailable`, and the next seat brings up another actor.
 *
 * It deliberately has no clock, no timeouts and no connections: the room has those.
 */
import type { PollId } from "../../schema/ids.ts";
import type { Limits } from "../../schema/limits.ts";
import { retryableRefusal } from "../../schema/refusals.ts";
import type { AnswerTo, Command } from "../domain/commands.ts";
import { type DomainRefusal, decide } from "../domain/decide.ts";
import type { JournalEntry } from "../domain/events.ts";
import { copyOf, evolve, fold } from "../domain/evolve.ts";
import type { Poll } from "../domain/poll.ts";
import type { GroupCommit, JournalWriter } from "../journal/group-commit.ts";
import { Fifo } from "../lib/fifo.ts";
import type { EndReason, PollActorListener } from "./actor-events.ts";

/** What became of a command: its answer, or why not. Both are final and durable. */
export type Outcome<Type extends Command["type"]> =
	| { readonly answer: AnswerTo<Type> }
	| { readonly refusal: DomainRefusal };

export interface PollActorParts {
	readonly pollId: PollId;
	readonly epoch: number;
	/** The whole journal of the poll, read after the epoch was raised. */
	readonly entries: readonly JournalEntry[];
	readonly groupCommit: GroupCommit;
	readonly limits: Limits;
	/** ms since 1970, written into entries for people; nothing is decided by it. */
	readonly wallClock: () => number;
	readonly listener: PollActorListener;
}

interface Waiting {
	/** The last entry that the outcome was decided upon. */
	readonly seq: number;
	readonly settle: (outcome: Outcome<Command["type"]>) => void;
	readonly outcome: Outcome<Command["type"]>;
}

const QUIET: Waiting["outcome"] = { answer: {} };

export class PollActor {
	readonly pollId: PollId;
	readonly epoch: number;
	readonly #decided: Poll;
	readonly #committed: Poll;
	readonly #parts: PollActorParts;
	readonly #writer: JournalWriter;
	readonly #queued = new Fifo<JournalEntry>();
	readonly #waiting = new Fifo<Waiting>();
	#endReason: EndReason | undefined;

	constructor(parts: PollActorParts) {
		this.pollId = parts.pollId;
		this.epoch = parts.epoch;
		this.#parts = parts;
		this.#decided = fold(parts.entries);
		this.#committed = copyOf(this.#decided);
		this.#writer = parts.groupCommit.writer(parts.pollId, parts.epoch, {
			committed: (seq) => this.#onCommitted(seq),
			fenced: () => this.end("fenced"),
			poisoned: (cause) => this.end("poisoned", cause),
		});
	}

	/** The fold of what is durable: the only state that may be shown. */
	get committed(): Poll {
		return this.#committed;
	}

	get endReason(): EndReason | undefined {
		return this.#endReason;
	}

	/** The place of the last entry that was decided, durable or not. */
	get accepted(): number {
		return this.#decided.seq;
	}

	/** Entries decided and not yet durable. */
	get queueLength(): number {
		return this.#queued.length;
	}

	/**
	 * Decides now, resolves once durable. Never rejects. Refuses with `unavailable` when the
	 * journal's queue is full or the actor has ended; an entry that was already queued then may
	 * still become durable, so the same request should be repeated, not replaced.
	 *
	 * @param requestId follows the entry into the journal's events.
	 */
	execute<Type extends Command["type"]>(
		command: Command & { readonly type: Type },
		requestId?: string,
	): Promise<Outcome<Type>> {
		return new Promise((resolve) => this.ask(command, requestId, resolve));
	}

	/** As `execute`, without a promise: `settle` is called once, in this call or later, and does not throw. */
	ask<Type extends Command["type"]>(
		command: Command & { readonly type: Type },
		requestId: string | undefined,
		settle: (outcome: Outcome<Type>) => void,
	): void {
		// What is decided upon a command is of its type; TypeScript cannot follow that.
		this.#accept(command, requestId, settle as Waiting["settle"]);
	}

	/** Final: answers everything still waiting with `unavailable` and tells the listener. */
	end(reason: EndReason, cause?: unknown): void {
		if (this.#endReason !== undefined) return;
		this.#endReason = reason;
		this.#writer.close();
		while (true) {
			const waiting = this.#waiting.shift();
			if (waiting === undefined) break;
			waiting.settle({ refusal: moved() });
		}
		this.#parts.listener.ended(reason, cause);
	}

	#accept(command: Command, requestId: string | undefined, settle: Waiting["settle"]): void {
		if (this.#endReason !== undefined) return settle({ refusal: moved() });

		// Between decide and evolve there is no await; that is the whole lock.
		const decision = decide(this.#decided, command, this.#parts.limits);
		if ("event" in decision && decision.event !== undefined) {
			if (!this.#writer.hasRoom) return settle({ refusal: busy() });
			const seq = this.#decided.seq + 1;
			const at = this.#parts.wallClock();
			const { event } = decision;
			const entry = requestId === undefined ? { seq, at, event } : { seq, at, event, requestId };
			evolve(this.#decided, entry);
			this.#queued.push(entry);
			this.#writer.append(entry);
		}
		// A "no" waits as well: it may rest on an entry that is not durable yet.
		if (this.#committed.seq === this.#decided.seq) return settle(decision);
		this.#waiting.push({ seq: this.#decided.seq, settle, outcome: decision });
	}

	/** Resolves when everything accepted so far is answered; at once when nothing waits or the actor has ended. */
	quiet(): Promise<void> {
		if (this.#endReason !== undefined || this.#committed.seq === this.#decided.seq) {
			return Promise.resolve();
		}
		return new Promise((resolve) => {
			this.#waiting.push({ seq: this.#decided.seq, settle: () => resolve(), outcome: QUIET });
		});
	}

	#onCommitted(seq: number): void {
		try {
			this.#speak(seq);
		} catch (cause) {
			// A bug ends this actor, not the process; the next seat folds the journal anew.
			this.end("broken", cause);
		}
	}

	#speak(seq: number): void {
		const entries: JournalEntry[] = [];
		while ((this.#queued.first?.seq ?? Number.POSITIVE_INFINITY) <= seq) {
			const entry = this.#queued.shift();
			if (entry === undefined) break;
			evolve(this.#committed, entry);
			entries.push(entry);
		}
		// The picture first: nobody holds a receipt for a vote that the state does not have yet.
		this.#parts.listener.committed(entries);
		while ((this.#waiting.first?.seq ?? Number.POSITIVE_INFINITY) <= seq) {
			const waiting = this.#waiting.shift();
			waiting?.settle(waiting.outcome);
		}
	}
}

function moved(): DomainRefusal {
	return retryableRefusal("unavailable", "The poll is moving to another place. Try again.", 500);
}

function busy(): DomainRefusal {
	return retryableRefusal(
		"unavailable",
		"Too many votes are waiting to be saved. Try again in a moment.",
		2_000,
	);
}
