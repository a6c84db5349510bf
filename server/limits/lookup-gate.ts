/**
 * The way to a poll by its code. Right codes never cost anything; wrong codes and wrong tokens of
 * an address share a budget. Once it is spent, codes that nobody at the address was seated for are
 * looked up slowly, right or wrong: a hit is no faster to learn than a miss.
 */
import type { ClientRateLimitInfo } from "express-rate-limit";
import { LRUCache } from "lru-cache";
import type { PollCode } from "../../schema/ids.ts";
import type { Timers } from "../lib/timers.ts";
import { addressKey } from "./addresses.ts";
import { LimitExceeded, type OnLimited } from "./limit-exceeded.ts";
import {
	ADDRESSES_REMEMBERED,
	ALARM_EVERY_MS,
	FAMILIAR_CODES_REMEMBERED,
	MISSES_OVERALL,
	MISSES_PER_ADDRESS,
	SHARED_MISSES_PER_ADDRESS,
	SHARED_SPENT_MS_MAX,
} from "./numbers.ts";
import { SlowLookups, type Turn } from "./slow-lookups.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface LookupGate {
	/** What `look` finds, after a wait where one is due. Rejects with `LimitExceeded`, or as `look` does. */
	find<Found>(
		address: string | undefined,
		code: PollCode,
		look: () => Promise<Found | undefined>,
	): Promise<Found | undefined>;
	/** Somebody at this address has a seat in the poll, or has made it: its code is free from now on. */
	seated(address: string | undefined, code: PollCode): void;
	/** A wrong token came from this address: what it is told for that, once the budget is spent. */
	failed(address: string | undefined): LimitExceeded | undefined;
}

export interface LookupGateParts {
	readonly timers: Timers;
	readonly wallClock: () => number;
	/** 0 to 1. */
	readonly random: () => number;
	/** Counts a miss of an address among those of all processes; `undefined` where they share nothing. */
	readonly countShared: (addressKey: string) => Promise<ClientRateLimitInfo | undefined>;
	readonly onLimited: OnLimited;
}

interface Visitor {
	readonly key: string;
	readonly misses: TokenBucket;
	readonly slow: SlowLookups;
	/** Codes that are being looked up, with how many who asked: each has taken one of the misses, in case. */
	readonly underWay: Map<PollCode, number>;
	/** Until then the misses count as spent, because all processes together say so. */
	spentUntil: number;
}

export function lookupGate(parts: LookupGateParts): LookupGate {
	const { timers, wallClock, random, countShared, onLimited } = parts;
	const visitors = new LRUCache<string, Visitor>({ max: ADDRESSES_REMEMBERED });
	const familiar = new LRUCache<string, true>({ max: FAMILIAR_CODES_REMEMBERED });
	const overall = new TokenBucket(MISSES_OVERALL, timers);
	let alarmAt = Number.NEGATIVE_INFINITY;

	return {
		async find(address, code, look) {
			const visitor = visitorFrom(address);
			if (familiar.get(pair(visitor.key, code))) return look();
			if (!mayLookNow(visitor, code)) {
				const turn = await slowly(visitor, code, address);
				const isMiss = turn.isMiss !== undefined && (await turn.isMiss);
				const found = isMiss ? undefined : await asked(turn, look());
				if (found === undefined) countMiss(visitor);
				return found;
			}
			let found: Awaited<ReturnType<typeof look>>;
			try {
				found = await look();
			} catch (fault) {
				lookedUp(visitor, code, true);
				throw fault;
			}
			lookedUp(visitor, code, found !== undefined);
			if (found === undefined) countMiss(visitor);
			return found;
		},

		seated: (address, code) => void familiar.set(pair(addressKey(address), code), true),

		failed(address) {
			const visitor = visitorFrom(address);
			const { misses, spentUntil } = visitor;
			const isSpent = !misses.take() || timers.now() < spentUntil;
			countMiss(visitor);
			if (!isSpent) return undefined;
			onLimited("lookups", address);
			return new LimitExceeded("lookups", Math.max(misses.waitMs, spentUntil - timers.now()));
		},
	};

	/** Takes a miss in advance, once a code: many guesses at the same time find the budget as spent as it will be. */
	function mayLookNow(visitor: Visitor, code: PollCode): boolean {
		const others = visitor.underWay.get(code);
		if (others === undefined && (timers.now() < visitor.spentUntil || !visitor.misses.take())) {
			return false;
		}
		visitor.underWay.set(code, (others ?? 0) + 1);
		return true;
	}

	function lookedUp(visitor: Visitor, code: PollCode, isHit: boolean): void {
		const others = (visitor.underWay.get(code) ?? 1) - 1;
		if (others > 0) {
			visitor.underWay.set(code, others);
			return;
		}
		visitor.underWay.delete(code);
		if (isHit) visitor.misses.giveBack();
	}

	/** The first of a turn tells the others whether there was anything. */
	function asked<Found>(turn: Turn, looking: Promise<Found | undefined>) {
		turn.isMiss ??= looking.then(
			(found) => found === undefined,
			() => false,
		);
		return looking;
	}

	async function slowly(visitor: Visitor, code: PollCode, address: string | undefined) {
		try {
			return await visitor.slow.turn(code);
		} catch (refusal) {
			if (refusal instanceof LimitExceeded) onLimited(refusal.kind, address);
			throw refusal;
		}
	}

	function countMiss(visitor: Visitor): void {
		if (!overall.take() && timers.now() >= alarmAt) {
			alarmAt = timers.now() + ALARM_EVERY_MS;
			onLimited("guessing");
		}
		// Nobody waits for it: the answer only says what the next look-up is worth.
		void countShared(visitor.key).then((counted) => {
			if (counted?.resetTime === undefined) return;
			if (counted.totalHits < SHARED_MISSES_PER_ADDRESS.count) return;
			const leftMs = Math.min(counted.resetTime.getTime() - wallClock(), SHARED_SPENT_MS_MAX);
			visitor.spentUntil = Math.max(visitor.spentUntil, timers.now() + leftMs);
		});
	}

	function visitorFrom(address: string | undefined): Visitor {
		const key = addressKey(address);
		const known = visitors.get(key);
		if (known !== undefined) return known;
		const visitor: Visitor = {
			key,
			misses: new TokenBucket(MISSES_PER_ADDRESS, timers),
			slow: new SlowLookups(timers, random),
			underWay: new Map(),
			spentUntil: Number.NEGATIVE_INFINITY,
		};
		visitors.set(key, visitor);
		return visitor;
	}
}

function pair(addressKey: string, code: PollCode): string {
	return `${addressKey}|${code}`;
}
