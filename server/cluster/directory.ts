/** Where polls live: finds the room of a poll or starts one, and reserves seats in it. */
import type { matchMaker } from "@colyseus/core";
import type { PollCode, PollId } from "../../schema/ids.ts";
import type { SeatAuth } from "../identity/seat-auth.ts";
import type { LocalRooms } from "./local-rooms.ts";

/** A Colyseus seat reservation: what `consumeSeatReservation` takes. */
export type SeatReservation = Awaited<ReturnType<typeof matchMaker.reserveSeatFor>>;

export interface PollAddress {
	readonly id: PollId;
	readonly code: PollCode;
	/** The process that led the poll last, as the database has it. */
	readonly owner: string | null;
}

export interface PollDirectory {
	/** The poll of this code if its room is here and lets people in; asks nobody. */
	open(code: PollCode): PollId | undefined;
	/**
	 * Reserves a seat in the poll's room, which is started if need be. `undefined` when no room
	 * could be had in time: ask again later.
	 */
	seat(poll: PollAddress, auth: SeatAuth): Promise<SeatReservation | undefined>;
	/** Closes the poll's room, wherever it lives, with this close code. Never waits, never fails. */
	close(poll: PollAddress, code: number): void;
}

const ATTEMPTS = 3;

/** The directory of a single process. */
export function localDirectory(rooms: LocalRooms): PollDirectory {
	return {
		open: (code) => rooms.open(code),
		async seat(poll, auth) {
			for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
				await rooms.start(poll);
				const reservation = await rooms.seat(poll.id, auth);
				if (reservation !== undefined) return reservation;
			}
			return undefined;
		},
		close(poll, code) {
			rooms.close(poll.id, code);
		},
	};
}
