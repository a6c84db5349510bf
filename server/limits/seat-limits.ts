/** How fast seats are given: to one person, to those who only watch, in one poll, and after a flood. */
import type { PollId, TokenHash } from "../../schema/ids.ts";
import type { Role } from "../../schema/wire/session.ts";
import type { Timers } from "../lib/timers.ts";
import { addressKey } from "./addresses.ts";
import { GrowingPenalty } from "./growing-penalty.ts";
import { keyedBuckets } from "./keyed-buckets.ts";
import { LimitExceeded, type OnLimited } from "./limit-exceeded.ts";
import {
	FLOODERS_ADDRESS,
	FLOODERS_REMEMBERED,
	FLOODERS_TOKEN,
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

/** Whom a seat was given to. */
export interface Sitter {
	readonly pollId: PollId;
	readonly tokenHash: TokenHash | undefined;
	readonly address: string | undefined;
}

export interface SeatLimits {
	/** Resolves when the seat may be given, at once unless the poll is being stormed. Rejects with `LimitExceeded`. */
	admit(seat: SeatAsked): Promise<void>;
	/** The connection was cut off for flooding: the next seat takes longer each time. */
	flooded(sitter: Sitter): void;
}

/** @param random 0 to 1. */
export function seatLimits(timers: Timers, random: () => number, onLimited: OnLimited): SeatLimits {
	const byToken = keyedBuckets(SEATS_PER_TOKEN, SEATS_REMEMBERED, timers);
	const byPoll = keyedBuckets(SEATS_PER_POLL, SEATS_REMEMBERED, timers);
	const viewers = keyedBuckets(VIEWER_SEATS_PER_POLL, SEATS_REMEMBERED, timers);
	const tokens = new GrowingPenalty(FLOODERS_TOKEN, FLOODERS_REMEMBERED, timers);
	const addresses = new GrowingPenalty(FLOODERS_ADDRESS, FLOODERS_REMEMBERED, timers);

	return {
		async admit({ pollId, role, tokenHash, address }) {
			const person = tokenHash === undefined ? undefined : pollId + tokenHash;
			const barredMs = person === undefined ? 0 : tokens.leftMs(person);
			const isNew = person === undefined || !byToken.knows(person);
			const own =
				role === "viewer" ? viewers(pollId) : person === undefined ? undefined : byToken(person);
			if (barredMs > 0 || own?.take() === false) {
				onLimited("seats", address);
				throw new LimitExceeded("seats", Math.max(barredMs, own?.waitMs ?? 0));
			}
			// A host's token has been checked, and the host must get in while the hall storms the doors.
			if (role !== "participant") return;
			const turnMs = byPoll(pollId).reserve(SEAT_WAIT_MS_MAX);
			if (turnMs === undefined) {
				onLimited("poll-seats", address);
				const { least, most } = SEAT_RETRY_MS;
				throw new LimitExceeded("poll-seats", least + random() * (most - least), "unavailable");
			}
			const waitMs = Math.max(turnMs, isNew ? addresses.penaltyMs(place(pollId, address)) : 0);
			if (waitMs > 0) await new Promise<void>((resolve) => void timers.after(waitMs, resolve));
		},

		flooded({ pollId, tokenHash, address }) {
			if (tokenHash !== undefined) tokens.offended(pollId + tokenHash);
			addresses.offended(place(pollId, address));
		},
	};
}

function place(pollId: PollId, address: string | undefined): string {
	return `${pollId}|${addressKey(address)}`;
}
