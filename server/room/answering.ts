/** One request, from its frame to its answer: in time, by a room that still leads the poll, and counted. */
import type { PollId } from "../../schema/ids.ts";
import { ANSWER_WITHIN_MS } from "../../schema/limits.ts";
import { type RequestRefusalCode, retryableRefusal } from "../../schema/refusals.ts";
import type { EpochWatch } from "../actor/epoch-watch.ts";
import type { PollActor } from "../actor/poll-actor.ts";
import { within } from "../lib/deferred.ts";
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
	/** Never rejects. */
	answer(seat: Seat, request: RequestFrame): Promise<Reply>;
	/** New votes accepted so far. */
	readonly votesReceived: number;
}

export function answering(parts: AnsweringParts): Answering {
	const { pollId, actor, table, epochs, timers, observer } = parts;
	let votesReceived = 0;

	/** Decides in the step in which it is called; `isNew` says whether something was queued by it. */
	function decide(seat: Seat, request: RequestFrame) {
		// What only reads would be answered from the picture of before.
		if (actor.endReason !== undefined) return { reply: TIMED_OUT, isNew: false };
		const before = actor.accepted;
		const reply = table(seat, request);
		const isNew = actor.accepted > before;
		if (isNew && request.type === "vote") {
			votesReceived += 1;
			observer(VOTE_RECEIVED);
		}
		return { reply, isNew };
	}

	async function answered(seat: Seat, request: RequestFrame) {
		const doubt = epochs.doubt();
		if (doubt !== undefined) await doubt;
		const { reply, isNew } = decide(seat, request);
		return { reply: await reply, isNew };
	}

	return {
		get votesReceived() {
			return votesReceived;
		},
		async answer(seat, request) {
			const startedAt = timers.now();
			let reply: Reply = TIMED_OUT;
			let isNew = false;
			try {
				const late = { reply: TIMED_OUT, isNew: false };
				({ reply, isNew } = await within(
					ANSWER_WITHIN_MS,
					timers,
					answered(seat, request),
					() => late,
				));
			} catch (cause) {
				observer({ type: "bug", pollId, method: request.type, cause });
			}
			observer({
				type: "request-answered",
				pollId,
				requestId: seat.requestId,
				participantId: seat.role === "participant" ? seat.participantId : undefined,
				request: isRequestType(request.type) ? request.type : undefined,
				outcome: outcomeOf(reply, isNew || request.type !== "vote"),
				ms: timers.now() - startedAt,
			});
			return reply;
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
