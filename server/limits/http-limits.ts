/** What may be asked over HTTP how often. */
import type { Request, RequestHandler } from "express";
import { type AugmentedRequest, rateLimit } from "express-rate-limit";
import { LRUCache } from "lru-cache";
import type { TokenHash } from "../../schema/ids.ts";
import { hashToken } from "../identity/tokens.ts";
import { addressKey } from "./addresses.ts";
import { Counts, type CountsParts } from "./counts.ts";
import { LimitExceeded, type LimitKind, type OnLimited } from "./limit-exceeded.ts";
import {
	HOSTS_REMEMBERED,
	POLLS_PER_ADDRESS,
	READS_PER_ADDRESS_AND_POLL,
	READS_PER_HOST,
	type Window,
} from "./numbers.ts";

export interface HttpLimits {
	/** For creating polls; who is exempt is not counted. */
	creating(isExempt: (request: Request) => boolean): RequestHandler;
	/**
	 * For reading, on a route with `:code`. A host token that was right lately counts for itself,
	 * everybody else by address and poll.
	 */
	reading(hostTokenHash: (request: Request) => TokenHash | undefined): RequestHandler;
	/** The poll of this hash has seen its right host token. */
	hostSeen(hash: TokenHash): void;
}

export function httpLimits(parts: CountsParts, onLimited: OnLimited): HttpLimits {
	const hosts = new LRUCache<TokenHash, true>({ max: HOSTS_REMEMBERED });

	function limiter(kind: LimitKind, name: string, window: Window, key: (_: Request) => string) {
		return rateLimit({
			windowMs: window.ms,
			limit: window.count,
			store: new Counts(name, window.ms, parts),
			keyGenerator: key,
			standardHeaders: false,
			legacyHeaders: false,
			handler: (request, _response, next) => {
				onLimited(kind, request.ip);
				// The library notes the count on the request, under a name that it types by index only.
				const { resetTime } = (request as AugmentedRequest)["rateLimit"] ?? {};
				next(new LimitExceeded(kind, (resetTime?.getTime() ?? 0) - parts.wallClock()));
			},
		});
	}

	return {
		creating(isExempt) {
			const limit = limiter("creating", "polls", POLLS_PER_ADDRESS, ({ ip }) => addressKey(ip));
			return (request, response, next) =>
				isExempt(request) ? next() : limit(request, response, next);
		},

		reading(hostTokenHash) {
			// Hashed once more: what is kept in Redis is not what the database compares with.
			const byHost = limiter("reading", "host-reads", READS_PER_HOST, (request) =>
				hashToken(String(hostTokenHash(request))),
			);
			const byAddress = limiter(
				"reading",
				"reads",
				READS_PER_ADDRESS_AND_POLL,
				({ ip, params }) =>
					`${addressKey(ip)}|${String(params["code"]).slice(0, 16).toUpperCase()}`,
			);
			return (request, response, next) => {
				const hash = hostTokenHash(request);
				const isHost = hash !== undefined && hosts.has(hash);
				return (isHost ? byHost : byAddress)(request, response, next);
			};
		},

		hostSeen: (hash) => void hosts.set(hash, true),
	};
}
