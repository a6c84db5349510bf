/** One request, from its frame to its answer: in time, by a room that still leads the poll, and counted. */
import type { PollId } from "../../schema/ids.ts";
import { ANSWER_WITHIN_MS } from "../../schema/limits.ts";
import { type RequestRefusalCode, retryableRefusal } from "../../schema/refusals.ts";
import type { EpochWatch } from "../actor/epoch-watch.ts";
import type { PollActor } from "../actor/poll-actor.ts";
import type { Timers } from "../lib/timers.ts";
import { type RequestOutcome, type RoomObserver, VOTE_RECEIVED } from "../telemetry/room-events.ts";
import { type AnswerRequest, isRequestType } from "./message-table.ts";
import type { Reply, RequestFrame } from "./request-frames.ts";
import type { Seat } from "./seat.ts";

export interface AnsweringParts {
	readonly pollId: PollId;
	readonly actor: PollActor;
	readonly table: AnswerRequest;
	readonly epochs: Pick<EpochWatch, "doubt">;
	readonly timers: Timers;
	readonly observer: RoomObserver;
}

export interface Answering {
	/** Calls `done` once, in this call or later; never throws. */
	answer(seat: Seat, request: RequestFrame, done: (reply: Reply) => void): void;
	/** New votes accepted so far. */
	readonly votesReceived: number;
	/** No timer is left afterwards. */
	stop(): void;
}

/** A request without its answer. */
interface Asked {
	readonly seat: Seat;
	readonly request: RequestFrame;
	readonly done: (reply: Reply) => void;
	readonly at: number;
	/** Whether something was queued by it. */
	isNew: boolean;
}

export function answering(parts: AnsweringParts): Answering {
	const { pollId, actor, table, epochs, timers, observer } = parts;
	/** Oldest first. */
	const open = new Set<Asked>();
	let votesReceived = 0;
	// One timer for all of them: one each is a good part of what a vote costs.
	let cancelDeadline: (() => void) | undefined;

	/** Decides in this very step. */
	function decide(asked: Asked): void {
		// Given up meanwhile: whoever asked was told to ask again.
		if (!open.has(asked)) return;
		// What only reads would be answered from the picture of before.
		if (actor.endReason !== undefined) return settle(asked, TIMED_OUT);
		const { seat, request } = asked;
		const before = actor.accepted;
		const broken = (cause: unknown): void => {
			observer({ type: "bug", pollId, method: request.type, cause });
			settle(asked, TIMED_OUT);
		};
		try {
			table(seat, request, (reply) => settle(asked, reply))?.catch(broken);
		} catch (cause) {
			broken(cause);
		}
		asked.isNew = actor.accepted > before;
		if (asked.isNew && request.type === "vote") {
			votesReceived += 1;
			observer(VOTE_RECEIVED);
		}
	}

	function settle(asked: Asked, reply: Reply): void {
		if (!open.delete(asked)) return;
		const { seat, request, isNew, at } = asked;
		observer({
			type: "request-answered",
			pollId,
			requestId: seat.requestId,
			participantId: seat.role === "participant" ? seat.participantId : undefined,
			request: isRequestType(request.type) ? request.type : undefined,
			outcome: outcomeOf(reply, isNew || request.type !== "vote"),
			ms: timers.now() - at,
		});
		try {
			asked.done(reply);
		} catch (cause) {
			observer({ type: "bug", pollId, method: request.type, cause });
		}
	}

	function watch({ at }: Asked): void {
		cancelDeadline ??= timers.after(at + ANSWER_WITHIN_MS - timers.now(), () => {
			cancelDeadline = undefined;
			const now = timers.now();
			for (const asked of open) {
				if (asked.at + ANSWER_WITHIN_MS > now) return watch(asked);
				settle(asked, TIMED_OUT);
			}
		});
	}

	return {
		get votesReceived() {
			return votesReceived;
		},
		answer(seat, request, done) {
			const asked = { seat, request, done, at: timers.now(), isNew: false };
			open.add(asked);
			watch(asked);
			const doubt = epochs.doubt();
			if (doubt === undefined) decide(asked);
			else void doubt.then(() => decide(asked));
		},
		stop() {
			cancelDeadline?.();
		},
	};
}

function outcomeOf(reply: Reply, isNew: boolean): RequestOutcome {
	if (reply === TIMED_OUT) return "timed-out";
	// The codes of seats are never given to a request.
	if ("refusal" in reply) return reply.refusal.code as RequestRefusalCode;
	return isNew ? "accepted" : "repeated";
}

export const TIMED_OUT: Reply = {
	refusal: retryableRefusal(
		"unavailable",
		"This took too long. Ask again the same way: it may have been saved.",
		1_000,
	),
};
