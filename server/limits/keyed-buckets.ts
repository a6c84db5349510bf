/** A bucket a key. Past the bound the one longest unused is forgotten, which is to say full again. */
import { LRUCache } from "lru-cache";
import type { Timers } from "../lib/timers.ts";
import type { Rate } from "./numbers.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface KeyedBuckets {
	(key: string): TokenBucket;
	/** Whether it was asked for lately; asks for nothing. */
	knows(key: string): boolean;
}

export function keyedBuckets(rate: Rate, keysMax: number, timers: Timers): KeyedBuckets {
	const buckets = new LRUCache<string, TokenBucket>({ max: keysMax });
	const bucketOf = (key: string): TokenBucket => {
		const known = buckets.get(key);
		if (known !== undefined) return known;
		const bucket = new TokenBucket(rate, timers);
		buckets.set(key, bucket);
		return bucket;
	};
	return Object.assign(bucketOf, { knows: (key: string) => buckets.has(key) });
}
