/**
 * Hits in windows of time: in memory, and in Redis as well where there is one, which then has the
 * word. When Redis fails, the count in memory goes on from what this process has seen itself: the
 * limit is never open and never shut.
 */
import type { ClientRateLimitInfo, Store } from "express-rate-limit";
import { LRUCache } from "lru-cache";
import { type RedisReply, RedisStore } from "rate-limit-redis";
import { within } from "../lib/deferred.ts";
import type { Timers } from "../lib/timers.ts";
import { COUNTS_REMEMBERED, SHARED_COUNT_RETRY_MS, SHARED_COUNT_WITHIN_MS } from "./numbers.ts";

/** The one call of an ioredis client that is used. */
export interface IoRedisLike {
	call(command: string, ...args: string[]): Promise<unknown>;
}

export interface CountsParts {
	readonly redis: IoRedisLike | undefined;
	readonly timers: Timers;
	/** ms since 1970. */
	readonly wallClock: () => number;
}

interface Hits {
	count: number;
	readonly endsAt: number;
}

/** A store of express-rate-limit; `name` keeps apart what different limits count. */
export class Counts implements Store {
	readonly prefix: string;
	readonly #windowMs: number;
	readonly #parts: CountsParts;
	readonly #memory = new LRUCache<string, Hits>({ max: COUNTS_REMEMBERED });
	readonly #redis: RedisStore | undefined;
	#isRedisReady = false;
	#redisRestsUntil = Number.NEGATIVE_INFINITY;

	constructor(name: string, windowMs: number, parts: CountsParts) {
		this.prefix = `plenum:limit:${name}:`;
		this.#windowMs = windowMs;
		this.#parts = parts;
		this.#redis = parts.redis && redisStore(parts.redis, this.prefix, windowMs);
	}

	async increment(key: string): Promise<ClientRateLimitInfo> {
		const here = this.#count(key);
		return (await this.countShared(key)) ?? here;
	}

	/** In Redis alone: `undefined` without one, when it is away, or too slow to wait for. Never rejects. */
	async countShared(key: string): Promise<ClientRateLimitInfo | undefined> {
		const { timers } = this.#parts;
		const redis = this.#redis;
		if (redis === undefined || timers.now() < this.#redisRestsUntil) return undefined;
		const counted = await within(
			SHARED_COUNT_WITHIN_MS,
			timers,
			this.#incrementIn(redis, key).catch(() => undefined),
			() => undefined,
		);
		if (counted === undefined) {
			this.#redisRestsUntil = timers.now() + SHARED_COUNT_RETRY_MS;
			this.#isRedisReady = false;
		}
		return counted;
	}

	decrement(key: string): void {
		const hits = this.#memory.get(key);
		if (hits !== undefined) hits.count = Math.max(0, hits.count - 1);
		this.#redis?.decrement(key).catch(() => {});
	}

	resetKey(key: string): void {
		this.#memory.delete(key);
		this.#redis?.resetKey(key).catch(() => {});
	}

	#count(key: string): ClientRateLimitInfo {
		const { timers, wallClock } = this.#parts;
		const now = timers.now();
		let hits = this.#memory.get(key);
		if (hits === undefined || hits.endsAt <= now) {
			hits = { count: 0, endsAt: now + this.#windowMs };
			this.#memory.set(key, hits);
		}
		hits.count += 1;
		return { totalHits: hits.count, resetTime: new Date(wallClock() + hits.endsAt - now) };
	}

	#incrementIn(redis: RedisStore, key: string): Promise<ClientRateLimitInfo> {
		// The store loads its script once, and a load that failed would fail every count after it.
		if (!this.#isRedisReady) redis.incrementScriptSha = redis.loadIncrementScript();
		this.#isRedisReady = true;
		return redis.increment(key);
	}
}

function redisStore(redis: IoRedisLike, prefix: string, windowMs: number): RedisStore {
	const store = new RedisStore({
		prefix,
		// ioredis answers with what the command answers with, and types it as unknown.
		sendCommand: (command: string, ...args: string[]) =>
			redis.call(command, ...args) as Promise<RedisReply>,
	});
	store.windowMs = windowMs;
	return store;
}
