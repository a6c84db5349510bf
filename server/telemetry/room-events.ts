/** What rooms report; logs and metrics listen, rooms know neither. */
import type { ParticipantId, PollId } from "../../schema/ids.ts";
import { requestRefusalCodes, type SeatRefusalCode } from "../../schema/refusals.ts";
import type { RequestType } from "../../schema/wire/client-messages.ts";
import type { Role } from "../../schema/wire/session.ts";
import type { PollEvent } from "../domain/events.ts";

/**
 * Why a poll came to life here: for the `first` time, `woken` from its sleep, or as the `takeover`
 * of one whose owner is gone.
 */
export const activationReasons = ["first", "woken", "takeover"] as const;
export type ActivationReason = (typeof activationReasons)[number];

/** `repeated`: a vote that was recorded before and is answered again. */
export const requestOutcomes = [
	"accepted",
	"repeated",
	"timed-out",
	...requestRefusalCodes,
] as const;
export type RequestOutcome = (typeof requestOutcomes)[number];

export type HostAction =
	| Extract<
			PollEvent,
			{
				readonly kind:
					| "question-added"
					| "question-opened"
					| "question-closed"
					| "question-shown"
					| "participant-removed"
					| "poll-ended";
			}
	  >
	| { readonly kind: "host-token-rotated" };

export type RoomEvent =
	| {
			readonly type: "activated";
			readonly pollId: PollId;
			readonly epoch: number;
			readonly entries: number;
			readonly reason?: ActivationReason;
			/** From asking for the epoch to being live. */
			readonly ms?: number;
			/** Since the previous owner was seen to be gone; only of a takeover. */
			readonly withoutOwnerMs?: number;
	  }
	| { readonly type: "activation-failed"; readonly pollId: PollId; readonly cause: unknown }
	| {
			readonly type: "ended";
			readonly pollId: PollId;
			readonly reason: string;
			readonly cause: unknown;
			/** Votes received and not shown: their outboxes send them again. */
			readonly votesHandedBack?: number;
	  }
	| {
			readonly type: "bug";
			readonly pollId: PollId;
			readonly method: string;
			readonly cause: unknown;
	  }
	| {
			readonly type: "seat-entered";
			readonly pollId: PollId;
			readonly role: Role;
			readonly requestId: string;
	  }
	| { readonly type: "seat-left"; readonly role: Role }
	| {
			readonly type: "seat-refused";
			readonly pollId: PollId;
			readonly code: SeatRefusalCode;
			readonly requestId: string;
			/** Where the request for the seat came from. */
			readonly address: string | undefined;
	  }
	/** A host has done something, durably. */
	| {
			readonly type: "host-acted";
			readonly pollId: PollId;
			readonly requestId: string | undefined;
			readonly action: HostAction;
	  }
	/** A poll has accepted a new vote and queued it: `VOTE_RECEIVED`. */
	| { readonly type: "vote-received" }
	| {
			readonly type: "request-answered";
			readonly pollId: PollId;
			/** Of the HTTP request that the seat was given to. */
			readonly requestId: string;
			/** `undefined` for hosts and viewers. */
			readonly participantId: ParticipantId | undefined;
			/** `undefined` when there is no such request. */
			readonly request: RequestType | undefined;
			readonly outcome: RequestOutcome;
			/** From the frame to its answer. */
			readonly ms: number;
	  }
	/** So many committed votes are now in what people see. */
	| { readonly type: "shown"; readonly votes: number }
	| {
			readonly type: "patch-sent";
			readonly ms: number;
			/** Of the patch itself; every client is sent as many. */
			readonly bytes: number;
			readonly clients: number;
	  };

/** One object for all votes: at thousands a second even small ones add up. */
export const VOTE_RECEIVED: RoomEvent = { type: "vote-received" };

export type RoomObserver = (event: RoomEvent) => void;

/** One observer for several; what one throws reaches neither the others nor the room. */
export function observeAll(...observers: readonly RoomObserver[]): RoomObserver {
	return (event) => {
		for (const observer of observers) {
			try {
				observer(event);
			} catch {
				// Whoever measures must not harm what is measured, and has nobody to complain to.
			}
		}
	};
}
