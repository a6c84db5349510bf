/**
 * The directory of many processes. A poll's room is found by one look-up of its listing, else by
 * the owner that the database names; a seat in it is reserved by the process that has it. A poll
 * without a room gets one in the process that was asked; twins are arbitrated by the claim of the
 * listing, and where Redis misleads both, by the epoch in the database.
 */
import { z } from "zod";
import type { PollId } from "../../schema/ids.ts";
import type { SeatAuth } from "../identity/seat-auth.ts";
import type { Timers } from "../lib/timers.ts";
import { roomIdOf } from "../room/poll-room.ts";
import type { PollAddress, PollDirectory, SeatReservation } from "./directory.ts";
import type { LocalRooms } from "./local-rooms.ts";
import type { PeerRequest } from "./peer-requests.ts";
import type { Peers } from "./peers.ts";
import type { PollDriver } from "./poll-driver.ts";

/** Below what a client waits for a seat, with the time to answer. */
const SEAT_WITHIN_MS = 4_500;
const RETRY_MS = 100;
/** Before a poll is started again whose room has closed at once: each time twice as long. */
const RESTART_FIRST_MS = 50;
const RESTART_MAX_MS = 800;

export interface ClusterDirectoryParts {
	readonly processId: string;
	readonly rooms: Pick<LocalRooms, "open" | "seat" | "has" | "start" | "close">;
	readonly driver: Pick<PollDriver, "ownerOf" | "release">;
	readonly peers: Pick<Peers, "ask">;
	readonly timers: Timers;
	/** 0 to 1. */
	readonly random?: () => number;
}

// Only outlines: what another process of ours has made is taken as it is.
const reservation = z.custom<SeatReservation>(
	(value) => z.looseObject({ roomId: z.string(), sessionId: z.string() }).safeParse(value).success,
);

export function clusterDirectory(parts: ClusterDirectoryParts): PollDirectory {
	const { processId, rooms, driver, peers, timers, random = Math.random } = parts;
	const pause = (ms: number) => new Promise<void>((resolve) => timers.after(ms, resolve));

	async function seat(poll: PollAddress, auth: SeatAuth): Promise<SeatReservation | undefined> {
		const askedAt = timers.now();
		const until = askedAt + SEAT_WITHIN_MS;
		let suspect = poll.owner;
		let ownerlessSince: number | undefined;
		let restartMs = 0;
		while (timers.now() < until) {
			// First of all, and without Redis: polls of this process take people while it is away.
			const here = await rooms.seat(poll.id, auth);
			if (here !== undefined) return here;
			try {
				const listed = await driver.ownerOf(roomIdOf(poll.id));
				const owner = listed ?? suspect ?? processId;
				if (owner === processId) {
					// Others who ask wait for as long, so by half of it at random.
					if (restartMs > 0) await pause(restartMs * (0.5 + random() / 2));
					restartMs = Math.min(Math.max(RESTART_FIRST_MS, restartMs * 2), RESTART_MAX_MS);
					// Of a room that is no more; one that has been started meanwhile claims it anew or has it already.
					if (!rooms.has(poll.id)) await driver.release(roomIdOf(poll.id), processId);
					await rooms.start(poll, ownerlessSince);
					continue;
				}
				const there = await seatAt(owner, poll.id, auth);
				if (there === "silent") {
					await pause(RETRY_MS);
				} else if (there === "none" || there === "gone") {
					// Who stops in order takes the listing along; the database names also those long gone.
					if (there === "gone" && listed === owner) ownerlessSince = askedAt;
					await driver.release(roomIdOf(poll.id), owner);
					if (suspect === owner) suspect = null;
				} else {
					return there;
				}
			} catch {
				// Redis is away: nobody can say where the poll is.
				return undefined;
			}
		}
		return undefined;
	}

	/** `none`: the room is not there. `gone`: nobody is there at all. */
	async function seatAt(
		owner: string,
		pollId: PollId,
		auth: SeatAuth,
	): Promise<SeatReservation | "none" | "gone" | "silent"> {
		const answer = await peers.ask(owner, { kind: "seat", pollId, auth } satisfies PeerRequest);
		if (answer.kind !== "answered") return answer.kind;
		return reservation.safeParse(answer.value).data ?? "none";
	}

	async function closeAnywhere(poll: PollAddress, code: number): Promise<void> {
		if (rooms.close(poll.id, code)) return;
		const owner = (await driver.ownerOf(roomIdOf(poll.id))) ?? poll.owner;
		if (owner === null || owner === processId) return;
		await peers.ask(owner, { kind: "close", pollId: poll.id, code } satisfies PeerRequest);
	}

	return {
		open: (code) => rooms.open(code),
		seat,
		close(poll, code) {
			// Where this does not get through, the room finds out by its next look at the epoch.
			closeAnywhere(poll, code).catch(() => {});
		},
	};
}
