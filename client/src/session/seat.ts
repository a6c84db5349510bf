/** The port between a session and whatever carries it: taking a seat, and the room one then sits in. */
import type { Refusal } from "../../../schema/refusals.ts";
import type {
	RequestAnswers,
	RequestInputs,
	RequestType,
	RosterMessage,
} from "../../../schema/wire/client-messages.ts";
import type { PollSnapshot } from "./view.ts";

/** The body of `POST /api/polls/CODE/seats`. */
export type SeatRequest =
	| { readonly participantToken: string; readonly nickname?: string }
	| { readonly hostToken: string }
	| { readonly role: "viewer" };

/** What became of a request. `lost`: the connection ended first, so it may or may not have been done. */
export type Outcome<Answer> =
	| { readonly kind: "answered"; readonly answer: Answer }
	| { readonly kind: "refused"; readonly refusal: Refusal }
	| { readonly kind: "lost" };

/** What a room tells by itself. */
export interface RoomEvents {
	/** A seat is reserved; what is left is to enter the room. */
	reserved(): void;
	/** The state, whole, after each patch. */
	shown(snapshot: PollSnapshot): void;
	/** Hosts only. */
	rosterChanged(message: RosterMessage): void;
	/** The connection is gone; nothing follows. Never called after `leave` or `drop`. */
	closed(closeCode: number): void;
}

/** One connection, from entering the room until it is gone. Never reconnects by itself. */
export interface RoomConnection {
	/** Never rejects. */
	request<Type extends RequestType>(
		type: Type,
		payload: RequestInputs[Type],
	): Promise<Outcome<RequestAnswers[Type]>>;
	/** Calls back when the server has answered; not at all when it does not. */
	ping(onAnswer: () => void): void;
	/** Says goodbye and closes. */
	leave(): void;
	/** Closes at once, without waiting for a server that may be frozen. */
	drop(): void;
}

export interface SeatTaker {
	/**
	 * Takes a seat and enters the room. Rejects with `RefusedError` when the server said no, with
	 * anything else when it could not be reached, and soon after `signal` was aborted.
	 */
	take(request: SeatRequest, events: RoomEvents, signal: AbortSignal): Promise<RoomConnection>;
}
