/** Where polls live: finds the room of a poll or starts one, and reserves seats in it. */
import { type IRoomCache, matchMaker } from "@colyseus/core";
import type { PollCode, PollId } from "../../schema/ids.ts";
import type { SeatAuth } from "../identity/seat-auth.ts";
import { within } from "../lib/deferred.ts";
import type { Timers } from "../lib/timers.ts";
import { type PollRoom, roomIdOf } from "../room/poll-room.ts";

export const POLL_ROOM = "poll";

/** A Colyseus seat reservation: what `consumeSeatReservation` takes. */
export type SeatReservation = Awaited<ReturnType<typeof matchMaker.reserveSeatFor>>;

export interface PollDirectory {
	/**
	 * Reserves a seat in the poll's room, which is started if need be. `undefined` when no room
	 * could be had in time: ask again later.
	 */
	seat(poll: PollAddress, auth: SeatAuth): Promise<SeatReservation | undefined>;
	/** Closes the poll's room, if it lives, with this close code. */
	close(pollId: PollId, code: number): void;
}

interface PollAddress {
	readonly id: PollId;
	readonly code: PollCode;
}

/** A room on its way out is waited for this long before another one takes its id. */
const CLOSING_MS = 6_000;
const ATTEMPTS = 3;

/** The directory of a single process. */
export class LocalDirectory implements PollDirectory {
	/** Also while a room is being started, so that everybody who asks meanwhile gets the same one. */
	readonly #rooms = new Map<PollId, Promise<IRoomCache>>();
	readonly #timers: Timers;

	constructor(timers: Timers) {
		this.#timers = timers;
	}

	async seat(poll: PollAddress, auth: SeatAuth): Promise<SeatReservation | undefined> {
		for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
			const listing = await this.#listing(poll);
			try {
				return await matchMaker.reserveSeatFor(listing, {}, auth);
			} catch {
				// The room is closing: its id is free once it is gone.
				const room = localRoom(poll.id);
				if (room !== undefined) await within(CLOSING_MS, this.#timers, room.gone.promise, () => {});
				else this.#rooms.delete(poll.id);
			}
		}
		return undefined;
	}

	close(pollId: PollId, code: number): void {
		localRoom(pollId)?.closeAll(code);
	}

	#listing(poll: PollAddress): Promise<IRoomCache> {
		const known = this.#rooms.get(poll.id);
		if (known !== undefined) return known;
		const starting = this.#start(poll);
		this.#rooms.set(poll.id, starting);
		return starting;
	}

	async #start({ id: pollId, code }: PollAddress): Promise<IRoomCache> {
		const forget = (): unknown => this.#rooms.delete(pollId);
		try {
			const listing = await matchMaker.createRoom(POLL_ROOM, { pollId, code });
			const room = localRoom(pollId);
			void room?.gone.promise.then(forget);
			return listing;
		} catch (cause) {
			forget();
			throw cause;
		}
	}
}

function localRoom(pollId: PollId): PollRoom | undefined {
	return matchMaker.getLocalRoomById(roomIdOf(pollId)) as PollRoom | undefined;
}
