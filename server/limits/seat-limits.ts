/** How fast seats are given: to one person, to those who only watch, and in one poll. */
import type { PollId, TokenHash } from "../../schema/ids.ts";
import type { Role } from "../../schema/wire/session.ts";
import type { Timers } from "../lib/timers.ts";
import { keyedBuckets } from "./keyed-buckets.ts";
import { LimitExceeded, type OnLimited } from "./limit-exceeded.ts";
import {
	SEAT_RETRY_MS,
	SEAT_WAIT_MS_MAX,
	SEATS_PER_POLL,
	SEATS_PER_TOKEN,
	SEATS_REMEMBERED,
	VIEWER_SEATS_PER_POLL,
} from "./numbers.ts";

export interface SeatAsked {
	readonly pollId: PollId;
	readonly role: Role;
	/** Of the token that was sent; `undefined` for one that the server has just minted, and for viewers. */
	readonly tokenHash: TokenHash | undefined;
	readonly address: string | undefined;
}

export interface SeatLimits {
	/** Resolves when the seat may be given, at once unless the poll is being stormed. Rejects with `LimitExceeded`. */
	admit(seat: SeatAsked): Promise<void>;
}

/** @param random 0 to 1. */
export function seatLimits(timers: Timers, random: () => number, onLimited: OnLimited): SeatLimits {
	const byToken = keyedBuckets(SEATS_PER_TOKEN, SEATS_REMEMBERED, timers);
	const byPoll = keyedBuckets(SEATS_PER_POLL, SEATS_REMEMBERED, timers);
	const viewers = keyedBuckets(VIEWER_SEATS_PER_POLL, SEATS_REMEMBERED, timers);

	return {
		async admit({ pollId, role, tokenHash, address }) {
			const own = role === "viewer" ? viewers(pollId) : tokenHash && byToken(pollId + tokenHash);
			if (own !== undefined && !own.take()) {
				onLimited("seats", address);
				throw new LimitExceeded("seats", own.waitMs);
			}
			// A host's token has been checked, and the host must get in while the hall storms the doors.
			if (role !== "participant") return;
			const waitMs = byPoll(pollId).reserve(SEAT_WAIT_MS_MAX);
			if (waitMs === undefined) {
				onLimited("poll-seats", address);
				const { least, most } = SEAT_RETRY_MS;
				throw new LimitExceeded("poll-seats", least + random() * (most - least), "unavailable");
			}
			if (waitMs > 0) await new Promise<void>((resolve) => void timers.after(waitMs, resolve));
		},
	};
}
