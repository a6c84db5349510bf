/**
 * The room without its framework: connections, requests in, pictures and answers out, around a
 * real actor. It writes down every yes and every picture at the moment they leave.
 */

import type { SeatRequest } from "../../../client/src/session/seat.ts";
import type { ParticipantId, PollId, QuestionId, TokenHash } from "../../../schema/ids.ts";
import { ANSWER_WITHIN_MS, defaultLimits } from "../../../schema/limits.ts";
import { closeCodes, type Refusal, retryableRefusal } from "../../../schema/refusals.ts";
import type { RequestInputs, RequestType } from "../../../schema/wire/client-messages.ts";
import type { EndReason } from "../../actor/actor-events.ts";
import { type Activation, activate } from "../../actor/hydrate.ts";
import { PollActor } from "../../actor/poll-actor.ts";
import type { Command } from "../../domain/commands.ts";
import type { JournalEntry } from "../../domain/events.ts";
import type { Poll } from "../../domain/poll.ts";
import type { GroupCommit } from "../../journal/group-commit.ts";
import type { Journal } from "../../journal/journal.ts";
import { within } from "../../lib/deferred.ts";
import { digestOf, snapshotOf } from "./digest.ts";
import { ballotId, type History, type Yes } from "./history.ts";
import type { Runtime } from "./runtime.ts";
import type { SimConnection } from "./sim-connection.ts";

export interface SimRoomParts {
	readonly pollId: PollId;
	readonly code: string;
	readonly process: Runtime;
	readonly journal: Journal;
	readonly groupCommit: GroupCommit;
	readonly history: History;
}

export type Seated =
	| { readonly role: "host" }
	| { readonly role: "participant"; readonly participantId: ParticipantId; readonly token: string };

/** The requests that are simulated. */
export type AskedType = "hello" | "vote" | "open-question" | "close-question";
export type Asked = {
	readonly [Type in AskedType & RequestType]: {
		readonly type: Type;
		readonly payload: RequestInputs[Type];
		readonly askedTick: number;
	};
}[AskedType];
export type Reply = { readonly answer: object } | { readonly refusal: Refusal };
export type Answered = Reply & { readonly seq?: number | undefined };

export class SimRoom {
	readonly parts: SimRoomParts;
	readonly connections = new Set<SimConnection>();
	protected actor: PollActor | undefined;
	#isGone = false;

	constructor(parts: SimRoomParts) {
		this.parts = parts;
	}

	/** Nobody is seated here any more. */
	get isGone(): boolean {
		return this.#isGone;
	}

	get epoch(): number {
		return this.actor?.epoch ?? 0;
	}

	/** Rejects with the database's fault. */
	async activate(): Promise<void> {
		const { journal, pollId, process } = this.parts;
		try {
			const activation = await activate(journal, pollId, process.name);
			if (activation !== undefined) this.bringToLife(activation);
		} catch (cause) {
			this.#isGone = true;
			throw cause;
		}
	}

	/** Takes a seat; the refusal as a value. */
	async enter(
		connection: SimConnection,
		request: SeatRequest,
		askedTick: number,
	): Promise<Refusal | undefined> {
		if (this.actor === undefined || this.#isGone) return away();
		if ("participantToken" in request) {
			const { participantToken: token, nickname } = request;
			const outcome = await this.ask({ type: "join", tokenHash: token as TokenHash, nickname });
			if ("refusal" in outcome) return outcome.refusal;
			const { participantId } = outcome.answer as { participantId: ParticipantId };
			if (outcome.seq !== undefined) {
				this.#noteYes({ type: "join", seq: outcome.seq, askedTick, token });
			}
			connection.seat = { role: "participant", participantId, token };
		}
		if (this.#isGone) return away();
		this.connections.add(connection);
		const { actor } = this;
		connection.show(this.#picture(actor.committed));
		return undefined;
	}

	leave(connection: SimConnection): void {
		this.connections.delete(connection);
	}

	async answer({ seat }: SimConnection, asked: Asked): Promise<Reply> {
		const { process } = this.parts;
		const late = (): Answered => ({ refusal: away() });
		const answered = await within(ANSWER_WITHIN_MS, process.timers, this.decide(seat, asked), late);
		this.#noteAnswer(seat, asked, answered);
		return answered;
	}

	/** As the cluster's look at the epoch would: an idle zombie never notices by writing. */
	async recheckEpoch(): Promise<void> {
		const { journal, pollId } = this.parts;
		const epochs = await journal.epochsOf([pollId]);
		if (epochs.get(pollId) !== this.actor?.epoch) this.actor?.end("fenced");
	}

	/** Overridden by mutants. */
	protected async decide(seat: Seated, { type, payload }: Asked): Promise<Answered> {
		if (this.actor === undefined) return { refusal: away() };
		switch (type) {
			case "hello":
				return { answer: this.#hello(this.actor.committed, seat) };
			case "vote": {
				const { questionId, choices, revision } = payload;
				if (seat.role !== "participant") throw new Error("only participants vote");
				const { participantId } = seat;
				return this.ask({
					type: "cast-vote",
					participantId,
					questionId: questionId as QuestionId,
					choices,
					revision,
				});
			}
			case "open-question":
			case "close-question":
				return this.ask({ type, questionId: payload.questionId as QuestionId });
		}
	}

	/** Executes, and tells the entry that the answer rests on when it made one. */
	protected async ask(command: Command): Promise<Answered> {
		const { actor } = this;
		if (actor === undefined) return { refusal: away() };
		const before = decidedSeq(actor);
		const outcome = actor.execute(command);
		const seq = decidedSeq(actor) > before ? decidedSeq(actor) : undefined;
		const settled = await outcome;
		const { history } = this.parts;
		if ("refusal" in settled) history.count(`refused as ${settled.refusal.code}`);
		return { ...settled, seq } as Answered;
	}

	protected bringToLife({ epoch, entries }: Activation): PollActor {
		const { pollId, groupCommit, history } = this.parts;
		this.actor = new PollActor({
			pollId,
			epoch,
			entries,
			groupCommit: this.writing(groupCommit),
			limits: defaultLimits,
			wallClock: () => 0,
			listener: {
				committed: (committed) => this.committed(committed),
				ended: (reason, cause) => this.ended(reason, cause),
			},
		});
		history.note(pollId, () => `${this.parts.process.name}: live at ${epoch}/${entries.length}`);
		return this.actor;
	}

	/** Overridden by mutants: what the actor gets as its group commit. */
	protected writing(groupCommit: GroupCommit): GroupCommit {
		return groupCommit;
	}

	/** Overridden by mutants. */
	protected committed(_entries: readonly JournalEntry[]): void {
		if (this.actor !== undefined) this.show(this.actor.committed);
	}

	protected show(poll: Poll): void {
		const picture = this.#picture(poll);
		for (const connection of [...this.connections]) connection.show(picture);
	}

	/** Overridden by mutants. */
	protected ended(reason: EndReason, cause: unknown): void {
		const { pollId, process, history } = this.parts;
		this.#isGone = true;
		history.count(`actor ended: ${reason}`);
		history.note(pollId, () => `${process.name}: epoch ${this.epoch} ended as ${reason}`);
		if (reason === "broken") history.violate("no bug", String(cause), pollId);
		for (const connection of [...this.connections]) connection.close(closeCodes.moved);
	}

	#picture(poll: Poll) {
		const { pollId, code, groupCommit, history } = this.parts;
		const picture = snapshotOf(poll, this.epoch, code, groupCommit.storage);
		history.show({ pollId, epoch: this.epoch, seq: poll.seq, digest: digestOf(picture) });
		return picture;
	}

	#hello({ questions, participants }: Poll, seat: Seated): object {
		if (seat.role === "host") return { role: "host", ballots: [], serverTime: 0 };
		const { participantId, role, token: participantToken } = seat;
		const ballots = [...questions.values()].flatMap(({ id: questionId, ballots }) => {
			const ballot = ballots.get(participantId);
			if (ballot === undefined) return [];
			return [{ questionId, revision: ballot.revision, choices: ballot.choices }];
		});
		const nickname = participants.get(participantId)?.nickname;
		return { role, participantId, participantToken, nickname, ballots, serverTime: 0 };
	}

	#noteAnswer(seat: Seated, { type, payload, askedTick }: Asked, answered: Answered): void {
		if ("refusal" in answered) {
			if (type !== "vote" || seat.role !== "participant" || answered.refusal.retryable) return;
			const { history, pollId } = this.parts;
			const { questionId, revision } = payload;
			const ballot = ballotId(pollId, seat.token, questionId as QuestionId);
			history.refused.set(ballot, Math.max(revision, history.refused.get(ballot) ?? 0));
			return;
		}
		if (type === "hello") return;
		if (type === "vote") {
			const { seq } = answered.answer as { seq: number };
			const { questionId, revision, choices } = payload;
			const token = seat.role === "participant" ? seat.token : "";
			const vote = { questionId: questionId as QuestionId, revision, choices };
			this.#noteYes({ type, seq, askedTick, token, ...vote });
		} else if (answered.seq !== undefined) {
			const questionId = payload.questionId as QuestionId;
			this.#noteYes({ type, seq: answered.seq, askedTick, questionId });
		}
	}

	#noteYes(yes: Omit<Yes, "tick" | "pollId" | "epoch">): void {
		const { history, pollId, process } = this.parts;
		history.said.push({ ...yes, tick: history.tick(), pollId, epoch: this.epoch });
		history.note(pollId, () => {
			const { type, token, revision, choices, seq } = yes;
			return `${process.name}: yes to ${token ?? "host"} ${type} r${revision}=${choices} at ${this.epoch}/${seq}`;
		});
	}
}

/** The last entry decided, durable or not. */
export function decidedSeq({ committed, queueLength }: PollActor): number {
	return committed.seq + queueLength;
}

export function away(): Refusal {
	return retryableRefusal("unavailable", "Not here, or not now.", 100);
}
