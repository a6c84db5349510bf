/** What every role's session has: connection, snapshot, leaving. By itself it is a viewer's: a projector. */
import { colyseusSeats } from "./colyseus-seat.ts";
import type { ConnectionState } from "./connection.ts";
import { httpApi } from "./http-api.ts";
import { PollLink, type PollLinkOptions } from "./poll-link.ts";
import type { SeatTaker } from "./seat.ts";
import { realTimers, type Timers } from "./timers.ts";
import type { PollSnapshot } from "./view.ts";

/** Where to, and the parts that tests replace. */
export interface SessionOptions {
	/** Origin of the server, as `https://polls.example`. */
	readonly origin: string;
	readonly code: string;
	/** Gives up on the first entering after this long; tries for ever when not given. */
	readonly enterWithinMs?: number;
	/** After this long without a word from the server it is asked for one; 10 s when not given. */
	readonly heartbeatMs?: number;
	readonly seats?: SeatTaker;
	readonly timers?: Timers;
	/** 0 to 1. */
	readonly random?: () => number;
}

/** Each `on…` calls its listener after every change, and returns the listener's removal. */
export class WatchSession {
	readonly #link: PollLink;

	constructor(link: PollLink) {
		this.#link = link;
	}

	get connection(): ConnectionState {
		return this.#link.connection.state;
	}

	onConnection(listener: (state: ConnectionState) => void): () => void {
		return this.#link.connection.onState(listener);
	}

	/** The newest state that was shown; it never goes back, not over reconnections either. */
	get snapshot(): PollSnapshot {
		const { snapshot } = this.#link;
		if (snapshot === undefined) throw new Error("a session is handed out once it has a snapshot");
		return snapshot;
	}

	onSnapshot(listener: (snapshot: PollSnapshot) => void): () => void {
		return this.#link.onSnapshot(listener);
	}

	/** Looks now instead of soon: the device woke up, the network is back, another tab has voted. */
	refresh(): void {
		this.#link.refresh();
	}

	/** Says goodbye. What has no receipt stays in the store, for the next session of the same person. */
	leave(): void {
		this.#link.connection.leave();
	}
}

/** Watches without taking part. Rejects as `joinPoll` does. */
export async function watchPoll(options: SessionOptions): Promise<WatchSession> {
	const link = openLink(options, { seatRequest: () => ({ role: "viewer" }) });
	await link.enter(options.enterWithinMs);
	return new WatchSession(link);
}

export function openLink(
	options: SessionOptions,
	role: Pick<PollLinkOptions, "seatRequest" | "onRoster">,
	seats = seatsOf(options),
): PollLink {
	const { heartbeatMs } = options;
	return new PollLink({
		seats,
		timers: options.timers ?? realTimers,
		random: options.random ?? Math.random,
		...(heartbeatMs === undefined ? {} : { heartbeatMs }),
		...role,
	});
}

export function seatsOf({ origin, code, seats }: SessionOptions): SeatTaker {
	return seats ?? colyseusSeats(origin, code, httpApi(origin));
}
