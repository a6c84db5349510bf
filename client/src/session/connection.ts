/**
 * The way into a poll's room, kept open for ever.
 *
 * connecting    taking the first seat; retried until it is refused for good
 * online        in the room
 * reconnecting  was in the room; waiting for the next try, or trying
 * closed        for good: left, removed, deleted, crowded out, or refused
 *
 * Each try takes a new seat, the same way as the first. It does not know what a vote is.
 */
import { ANSWER_WITHIN_MS, CLIENT_GIVES_UP_AFTER_MS } from "../../../schema/limits.ts";
import { closeCodes, type Refusal } from "../../../schema/refusals.ts";
import type {
	RequestAnswers,
	RequestInputs,
	RequestType,
} from "../../../schema/wire/client-messages.ts";
import { retryDelayMs, seatBackoff } from "./backoff.ts";
import { type Listeners, listeners } from "./listeners.ts";
import { LiveRoom } from "./live-room.ts";
import { RefusedError } from "./refused-error.ts";
import type { Outcome, RoomConnection, RoomEvents, SeatRequest, SeatTaker } from "./seat.ts";
import type { Timers } from "./timers.ts";

export type ConnectionState =
	| (Trying & { readonly status: "connecting" })
	| { readonly status: "online" }
	| (Trying & { readonly status: "reconnecting" })
	| {
			readonly status: "closed";
			readonly reason: "left" | "removed" | "deleted" | "too-many-connections";
	  }
	| { readonly status: "closed"; readonly reason: "refused"; readonly refusal: Refusal };

export interface Trying {
	/** From 1. */
	readonly attempt: number;
	/** In the timers' milliseconds; `undefined` while a try is under way. */
	readonly nextTryAt: number | undefined;
	/** What the server said to the last try, if it said anything. */
	readonly refusal: Refusal | undefined;
}

export interface ConnectionOptions {
	readonly seats: SeatTaker;
	readonly seatRequest: () => SeatRequest;
	readonly events: Omit<RoomEvents, "closed" | "reserved">;
	readonly timers: Timers;
	/** 0 to 1. */
	readonly random: () => number;
	/** True while the server says that its storage is behind. */
	readonly isStorageDelayed: () => boolean;
	readonly heartbeatMs?: number;
}

/** Quiet rooms only: any patch counts as a sign of life. */
export const HEARTBEAT_MS = 10_000;

// A connection that lasted less does not start the backoff anew: a server in a crash loop gets room.
const STABLE_AFTER_MS = 5_000;
const ENTER_WITHIN_MS = 5_000;
const ENTER_WITHIN_MAX_MS = 10_000;

/** One try and what came of it. */
interface Seat {
	readonly abort: AbortController;
	/** Gives it the time that a try has, from now. */
	extend: () => void;
	room?: LiveRoom;
	/** A close that came before entering had resolved. */
	closedWith?: number;
}

export class Connection {
	readonly #options: ConnectionOptions;
	readonly #changed: Listeners<ConnectionState> = listeners();
	#state: ConnectionState = {
		status: "connecting",
		attempt: 1,
		nextTryAt: undefined,
		refusal: undefined,
	};
	#seat: Seat | undefined;
	#attempt = 0;
	#enteredBefore = false;
	#onlineSince = 0;
	#cancelWait: () => void = () => {};

	constructor(options: ConnectionOptions) {
		this.#options = options;
	}

	get state(): ConnectionState {
		return this.#state;
	}

	onState(listener: (state: ConnectionState) => void): () => void {
		return this.#changed.add(listener);
	}

	start(): void {
		this.#take();
	}

	/** Never rejects; `lost` at once while not online. */
	async request<Type extends RequestType>(
		type: Type,
		payload: RequestInputs[Type],
	): Promise<Outcome<RequestAnswers[Type]>> {
		return (await this.#seat?.room?.request(type, payload)) ?? { kind: "lost" };
	}

	/** The device woke up or the network is back: tries now, or asks an open connection for a sign of life. */
	retryNow(): void {
		if (this.#state.status === "closed") return;
		if (this.#seat === undefined) this.#take();
		else this.#seat.room?.check();
	}

	leave(): void {
		if (this.#state.status === "closed") return;
		this.#seat?.room?.leave();
		this.#close({ status: "closed", reason: "left" });
	}

	#take(): void {
		const { timers, seats, seatRequest } = this.#options;
		this.#cancelWait();
		this.#attempt += 1;
		const seat: Seat = { abort: new AbortController(), extend: () => {} };
		this.#seat = seat;
		this.#tryAgain(undefined, undefined);
		const deadlineMs = Math.min(ENTER_WITHIN_MS * this.#attempt, ENTER_WITHIN_MAX_MS);
		let cancelDeadline = (): void => {};
		seat.extend = () => {
			cancelDeadline();
			cancelDeadline = timers.after(deadlineMs, () => seat.abort.abort());
		};
		seat.extend();
		seats
			.take(seatRequest(), this.#eventsOf(seat), seat.abort.signal)
			.finally(() => cancelDeadline())
			.then(
				(room) => this.#entered(seat, room),
				(error: unknown) => this.#failed(seat, error),
			);
	}

	/** Only the present seat is listened to: a room that was given up may still have something to say. */
	#eventsOf(seat: Seat): RoomEvents {
		const { events } = this.#options;
		const heard = () => {
			seat.room?.heard();
			return this.#seat === seat;
		};
		return {
			// A busy server needed most of the time for that: to give the seat up now would cost it all of it again.
			reserved: () => void (seat.room === undefined && this.#seat === seat && seat.extend()),
			shown: (snapshot) => void (heard() && events.shown(snapshot)),
			rosterChanged: (message) => void (heard() && events.rosterChanged(message)),
			closed: (code) => {
				seat.closedWith = code;
				if (this.#seat === seat && seat.room) this.#gone(seat.room, code);
			},
		};
	}

	#entered(seat: Seat, room: RoomConnection): void {
		if (this.#seat !== seat) return room.drop();
		const { timers, isStorageDelayed, heartbeatMs = HEARTBEAT_MS } = this.#options;
		seat.room = new LiveRoom(room, {
			timers,
			heartbeatMs,
			// A server that says "saving is delayed" lives; all its clients coming anew would not help it.
			patienceMs: () =>
				isStorageDelayed() ? ANSWER_WITHIN_MS + CLIENT_GIVES_UP_AFTER_MS : CLIENT_GIVES_UP_AFTER_MS,
			onSilence: () => {
				if (this.#seat !== seat) return;
				seat.room?.drop();
				this.#lost();
			},
		});
		this.#enteredBefore = true;
		this.#onlineSince = timers.now();
		if (seat.closedWith !== undefined) return this.#gone(seat.room, seat.closedWith);
		this.#become({ status: "online" });
	}

	#failed(seat: Seat, error: unknown): void {
		if (this.#seat !== seat) return;
		const refusal = error instanceof RefusedError ? error.refusal : undefined;
		// A full room may only be full of our own connection that the server has not yet missed.
		const mayChange = refusal?.code === "poll_full" && this.#enteredBefore;
		if (refusal === undefined || refusal.retryable || mayChange) return this.#retry(refusal);
		if (refusal.code === "removed") return this.#close({ status: "closed", reason: "removed" });
		this.#close({ status: "closed", reason: "refused", refusal });
	}

	#gone(room: LiveRoom, closeCode: number): void {
		room.end();
		switch (closeCode) {
			case closeCodes.removed:
				return this.#close({ status: "closed", reason: "removed" });
			case closeCodes.deleted:
				return this.#close({ status: "closed", reason: "deleted" });
			case closeCodes.tooManyConnections:
				// Six tabs that fight for five places would never end.
				return this.#close({ status: "closed", reason: "too-many-connections" });
			default:
				return this.#lost();
		}
	}

	#lost(): void {
		if (this.#options.timers.now() - this.#onlineSince >= STABLE_AFTER_MS) this.#attempt = 0;
		this.#retry(undefined);
	}

	#retry(refusal: Refusal | undefined): void {
		const { timers, random } = this.#options;
		this.#seat = undefined;
		const attempt = Math.max(1, this.#attempt);
		const waitMs = retryDelayMs(seatBackoff, attempt, random, refusal?.retryAfterMs);
		this.#cancelWait = timers.after(waitMs, () => this.#take());
		this.#tryAgain(timers.now() + waitMs, refusal);
	}

	#tryAgain(nextTryAt: number | undefined, refusal: Refusal | undefined): void {
		const status = this.#enteredBefore ? "reconnecting" : "connecting";
		const attempt = nextTryAt === undefined ? this.#attempt : this.#attempt + 1;
		this.#become({ status, attempt, nextTryAt, refusal });
	}

	#close(state: ConnectionState & { readonly status: "closed" }): void {
		this.#cancelWait();
		this.#seat?.abort.abort();
		this.#seat = undefined;
		this.#become(state);
	}

	#become(state: ConnectionState): void {
		this.#state = state;
		this.#changed.tell(state);
	}
}
