/** What a limit says to whoever meets it, and to whoever keeps watch. */

export type LimitKind =
	| "lookups"
	| "guessing"
	| "creating"
	| "reading"
	| "seats"
	| "poll-seats"
	| "messages"
	| "unanswered"
	| "flood"
	| "sockets"
	| "silent-connections"
	| "slow-reader";

/** Hears of every limit that was met; the address where one is known. Must not throw. */
export type OnLimited = (kind: LimitKind, address?: string) => void;

/** Thrown to the HTTP layer, which answers 429 or 503 with `Retry-After`: under attack so often that it has no stack. */
export class LimitExceeded extends Error {
	readonly kind: LimitKind;
	/** `unavailable` where the caller has done nothing wrong: too many others want the same. */
	readonly code: "rate_limited" | "unavailable";
	readonly retryAfterMs: number;

	constructor(kind: LimitKind, retryAfterMs: number, code: LimitExceeded["code"] = "rate_limited") {
		const { stackTraceLimit } = Error;
		Error.stackTraceLimit = 0;
		super(
			code === "rate_limited"
				? "Too many requests. Try again a little later."
				: "Too many people at once. Try again in a moment.",
		);
		Error.stackTraceLimit = stackTraceLimit;
		this.kind = kind;
		this.code = code;
		this.retryAfterMs = retryAfterMs;
	}

	/** For the `Retry-After` header: whole seconds, at least one. */
	get retryAfterSeconds(): number {
		return Math.max(1, Math.ceil(this.retryAfterMs / 1_000));
	}
}
