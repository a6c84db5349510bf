/** What may be asked over HTTP how often. */
import type { Request, RequestHandler } from "express";
import { type AugmentedRequest, rateLimit } from "express-rate-limit";
import { LRUCache } from "lru-cache";
import type { PollCode, TokenHash } from "../../schema/ids.ts";
import { hashToken } from "../identity/tokens.ts";
import { addressKey } from "./addresses.ts";
import { Counts, type CountsParts } from "./counts.ts";
import { LimitExceeded, type LimitKind, type OnLimited } from "./limit-exceeded.ts";
import {
	HOSTS_REMEMBERED,
	POLLS_PER_ADDRESS,
	READS_PER_ADDRESS_AND_POLL,
	READS_PER_HOST,
} from "./numbers.ts";

export interface HttpLimits {
	/** For creating polls; who is exempt is not counted. */
	creating(isExempt: (request: Request) => boolean): RequestHandler;
	/**
	 * Before a poll is read; rejects with `LimitExceeded`. A host token that was right lately counts
	 * for itself, everybody else by address and poll.
	 */
	reading(asked: PollRead): Promise<void>;
	/** The poll of this hash has seen its right host token. */
	hostSeen(hash: TokenHash): void;
}

export interface PollRead {
	readonly code: PollCode;
	readonly address: string | undefined;
	/** Of the token that was sent, right or wrong. */
	readonly tokenHash: TokenHash | undefined;
}

export function httpLimits(parts: CountsParts, onLimited: OnLimited): HttpLimits {
	const hosts = new LRUCache<TokenHash, true>({ max: HOSTS_REMEMBERED });
	const hostReads = new Counts("host-reads", READS_PER_HOST.ms, parts);
	const reads = new Counts("reads", READS_PER_ADDRESS_AND_POLL.ms, parts);

	function refusal(kind: LimitKind, address: string | undefined, resetTime: Date | undefined) {
		onLimited(kind, address);
		return new LimitExceeded(kind, (resetTime?.getTime() ?? 0) - parts.wallClock());
	}

	return {
		creating(isExempt) {
			const limit = rateLimit({
				windowMs: POLLS_PER_ADDRESS.ms,
				limit: POLLS_PER_ADDRESS.count,
				store: new Counts("polls", POLLS_PER_ADDRESS.ms, parts),
				keyGenerator: ({ ip }) => addressKey(ip),
				standardHeaders: false,
				legacyHeaders: false,
				// The library notes the count on the request, under a name that it types by index only.
				handler: (request, _response, next) => {
					const { resetTime } = (request as AugmentedRequest)["rateLimit"] ?? {};
					next(refusal("creating", request.ip, resetTime));
				},
			});
			return (request, response, next) =>
				isExempt(request) ? next() : limit(request, response, next);
		},

		async reading({ code, address, tokenHash }) {
			const isHost = tokenHash !== undefined && hosts.has(tokenHash);
			const limit = isHost ? READS_PER_HOST : READS_PER_ADDRESS_AND_POLL;
			// Hashed once more: what is kept in Redis is not what the database compares with.
			const counted = await (isHost
				? hostReads.increment(hashToken(tokenHash))
				: reads.increment(`${addressKey(address)}|${code}`));
			if (counted.totalHits > limit.count) throw refusal("reading", address, counted.resetTime);
		},

		hostSeen: (hash) => void hosts.set(hash, true),
	};
}
