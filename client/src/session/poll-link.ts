/**
 * What participants, viewers and hosts have in common: a connection, the newest snapshot that was
 * ever shown, and after each entering a `hello` before anything else is asked.
 */
import type { Refusal } from "../../../schema/refusals.ts";
import type {
	RequestAnswers,
	RequestInputs,
	RequestType,
	RosterMessage,
} from "../../../schema/wire/client-messages.ts";
import { requestBackoff, retryDelayMs } from "./backoff.ts";
import { Connection, type ConnectionState } from "./connection.ts";
import { type Listeners, listeners } from "./listeners.ts";
import { RefusedError, seatRefusal, unanswered } from "./refused-error.ts";
import type { Outcome, SeatRequest, SeatTaker } from "./seat.ts";
import type { Timers } from "./timers.ts";
import { newest, type PollSnapshot } from "./view.ts";

export type Hello = RequestAnswers["hello"];

export interface PollLinkOptions {
	readonly seats: SeatTaker;
	readonly seatRequest: () => SeatRequest;
	readonly timers: Timers;
	readonly random: () => number;
	readonly heartbeatMs?: number;
	readonly onRoster?: (message: RosterMessage) => void;
}

export class PollLink {
	readonly connection: Connection;
	readonly #options: PollLinkOptions;
	readonly #shown: Listeners<PollSnapshot> = listeners();
	readonly #greeted: Listeners<Hello> = listeners();
	#snapshot: PollSnapshot | undefined;
	#hello: Hello | undefined;
	#contact = 0;
	#inTouch = false;
	#cancelHello: () => void = () => {};

	constructor(options: PollLinkOptions) {
		this.#options = options;
		const { seats, seatRequest, timers, random, heartbeatMs, onRoster } = options;
		this.connection = new Connection({
			seats,
			seatRequest,
			timers,
			random,
			...(heartbeatMs === undefined ? {} : { heartbeatMs }),
			isStorageDelayed: () => this.#snapshot?.storage === "delayed",
			events: {
				shown: (snapshot) => this.#show(snapshot),
				rosterChanged: (message) => onRoster?.(message),
			},
		});
		this.connection.onState((state) => {
			this.#inTouch = false;
			this.#cancelHello();
			if (state.status === "online") void this.#greet(1);
		});
	}

	get snapshot(): PollSnapshot | undefined {
		return this.#snapshot;
	}

	/** The newest answer to `hello`. */
	get hello(): Hello | undefined {
		return this.#hello;
	}

	/** The number of this stretch of being in touch; `undefined` until `hello` was answered. */
	get contact(): number | undefined {
		return this.#inTouch ? this.#contact : undefined;
	}

	onSnapshot(listener: (snapshot: PollSnapshot) => void): () => void {
		return this.#shown.add(listener);
	}

	/** Called each time `hello` was answered: requests may follow. */
	onHello(listener: (hello: Hello) => void): () => void {
		return this.#greeted.add(listener);
	}

	request<Type extends RequestType>(
		type: Type,
		payload: RequestInputs[Type],
	): Promise<Outcome<RequestAnswers[Type]>> {
		return this.connection.request(type, payload);
	}

	/** Asks `hello` again, as when another tab may have voted. */
	refresh(): void {
		if (this.#inTouch) void this.#greet(1);
		else this.connection.retryNow();
	}

	/**
	 * Starts, and resolves once greeted and shown something.
	 * Rejects with `RefusedError` when the seat is refused for good or not taken by the deadline.
	 */
	enter(deadlineMs: number | undefined): Promise<void> {
		return new Promise((resolve, reject) => {
			const settle = (end: () => void) => {
				for (const stop of stops) stop();
				end();
			};
			const check = () => {
				const { state } = this.connection;
				const refusal = finalRefusal(state);
				if (refusal) settle(() => reject(new RefusedError(refusal)));
				else if (this.#inTouch && this.#snapshot) settle(resolve);
			};
			const stops = [
				this.connection.onState(check),
				this.onHello(check),
				this.onSnapshot(check),
				deadlineMs === undefined
					? () => {}
					: this.#options.timers.after(deadlineMs, () => {
							settle(() => reject(new RefusedError(this.#whyNotYet(deadlineMs))));
							this.connection.leave();
						}),
			];
			this.connection.start();
		});
	}

	#whyNotYet(deadlineMs: number): Refusal {
		const { state } = this.connection;
		const said = "refusal" in state ? state.refusal : undefined;
		return said ?? unanswered(`The poll could not be reached within ${deadlineMs / 1000} s.`);
	}

	#show(snapshot: PollSnapshot): void {
		const shown = newest(this.#snapshot, snapshot);
		if (shown === this.#snapshot) return;
		this.#snapshot = shown;
		this.#shown.tell(shown);
	}

	async #greet(attempt: number): Promise<void> {
		const outcome = await this.request("hello", {});
		if (outcome.kind === "answered") {
			this.#hello = outcome.answer;
			if (!this.#inTouch) this.#contact += 1;
			this.#inTouch = true;
			this.#greeted.tell(outcome.answer);
		} else if (outcome.kind === "refused") {
			const { timers, random } = this.#options;
			const { retryAfterMs } = outcome.refusal;
			const waitMs = retryDelayMs(requestBackoff, attempt, random, retryAfterMs);
			this.#cancelHello = timers.after(waitMs, () => void this.#greet(attempt + 1));
		}
		// Lost: the connection comes back and greets anew.
	}
}

/** What a closed connection means for whoever waits; `undefined` while it is not closed. */
export function finalRefusal(state: ConnectionState): Refusal | undefined {
	if (state.status !== "closed") return undefined;
	switch (state.reason) {
		case "refused":
			return state.refusal;
		case "removed":
			return seatRefusal("removed");
		case "deleted":
			return seatRefusal("poll_not_found");
		case "too-many-connections":
			return unanswered("This poll is open in too many places at once.");
		case "left":
			return unanswered("The poll was left.");
	}
}
