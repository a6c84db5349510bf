/** The poll rooms of this process. */
import { type IRoomCache, matchMaker } from "@colyseus/core";
import type { PollCode, PollId } from "../../schema/ids.ts";
import type { SeatAuth } from "../identity/seat-auth.ts";
import { within } from "../lib/deferred.ts";
import type { Timers } from "../lib/timers.ts";
import { type PollRoom, roomIdOf } from "../room/poll-room.ts";
import type { PollLoad } from "../telemetry/status.ts";
import type { PollAddress, SeatReservation } from "./directory.ts";

export const POLL_ROOM = "poll";

/** A room on its way out is waited for this long before another one takes its id. */
const CLOSING_MS = 6_000;

type Listing = Promise<IRoomCache>;

export class LocalRooms {
	/** Also while a room is being started, so that everybody who asks meanwhile gets the same one. */
	readonly #rooms = new Map<PollId, { readonly code: PollCode; readonly listing: Listing }>();
	readonly #codes = new Map<PollCode, PollId>();
	readonly #timers: Timers;

	constructor(timers: Timers) {
		this.#timers = timers;
	}

	/** Whether the poll's room is here, being started here or closing here. */
	has(pollId: PollId): boolean {
		return this.#rooms.has(pollId);
	}

	/** The poll of this code if people are let into it here; asks nobody. */
	open(code: PollCode): PollId | undefined {
		const pollId = this.#codes.get(code);
		return pollId !== undefined && localRoom(pollId)?.isOpen ? pollId : undefined;
	}

	/** Reserves a seat if the poll's room is here or being started here; waits for one that is closing. Never rejects. */
	async seat(pollId: PollId, auth: SeatAuth): Promise<SeatReservation | undefined> {
		const known = this.#rooms.get(pollId);
		if (known === undefined) return undefined;
		try {
			const listing = await known.listing;
			if (localRoom(pollId) !== undefined)
				return await matchMaker.reserveSeatFor(listing, {}, auth);
		} catch {
			// The room is closing: its id is free once it is gone.
			const room = localRoom(pollId);
			if (room !== undefined) await within(CLOSING_MS, this.#timers, room.gone.promise, () => {});
		}
		if (localRoom(pollId) === undefined) this.#forget(pollId);
		return undefined;
	}

	/** Of the live ones, the fullest first. */
	loads(): readonly PollLoad[] {
		return [...this.#rooms.keys()]
			.flatMap((pollId) => localRoom(pollId)?.load ?? [])
			.sort((one, other) => other.connections - one.connections);
	}

	/**
	 * Resolves to the process that has the room now: this one, or whoever was faster. Rejects when no
	 * room could be made.
	 *
	 * @param ownerlessSince see `PollRoomOptions`.
	 */
	async start({ id: pollId, code }: PollAddress, ownerlessSince?: number): Promise<string> {
		const known = this.#rooms.get(pollId);
		if (known !== undefined) return (await known.listing).processId;
		const forget = (): void => this.#forget(pollId);
		const listing = matchMaker.createRoom(POLL_ROOM, { pollId, code, ownerlessSince });
		this.#rooms.set(pollId, { code, listing });
		this.#codes.set(code, pollId);
		try {
			const { processId } = await listing;
			if (processId !== matchMaker.processId) forget();
			else void localRoom(pollId)?.gone.promise.then(forget);
			return processId;
		} catch (cause) {
			forget();
			throw cause;
		}
	}

	/** Closes the poll's room, if it is here, with this close code. */
	close(pollId: PollId, code: number): boolean {
		const room = localRoom(pollId);
		room?.closeAll(code);
		return room !== undefined;
	}

	#forget(pollId: PollId): void {
		const code = this.#rooms.get(pollId)?.code;
		this.#rooms.delete(pollId);
		if (code !== undefined && this.#codes.get(code) === pollId) this.#codes.delete(code);
	}
}

function localRoom(pollId: PollId): PollRoom | undefined {
	return matchMaker.getLocalRoomById(roomIdOf(pollId)) as PollRoom | undefined;
}
