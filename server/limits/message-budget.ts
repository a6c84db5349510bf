/** What one connection may send into a room. */
import { type Refusal, retryableRefusal } from "../../schema/refusals.ts";
import type { Role } from "../../schema/wire/session.ts";
import type { Timers } from "../lib/timers.ts";
import type { OnLimited } from "./limit-exceeded.ts";
import {
	BEFORE_JOINED_MAX,
	FLOOD,
	HOST_FACTOR,
	MESSAGES,
	OUTSTANDING_MAX,
	type Rate,
} from "./numbers.ts";
import { TokenBucket } from "./token-bucket.ts";

/** "Policy violation" of RFC 6455: with it a connection that floods is closed. */
export const FLOOD_CLOSE_CODE = 1008;

/** How soon to ask again when too many requests are unanswered: by then some have been. */
const UNANSWERED_RETRY_MS = 1_000;

export interface MessageBudget {
	/** For every frame, whatever is in it. True once the connection floods: cut it off. */
	isFlood(): boolean;
	/** For every request: `undefined` to answer it, a refusal to answer with, or `drop`. */
	refuse(hasJoined: boolean): Refusal<"rate_limited"> | "drop" | undefined;
	/** For every request that was not refused, once its answer is sent. */
	answered(): void;
}

/** @param role `undefined` before it is known: then as everybody. */
export function messageBudget(
	role: Role | undefined,
	timers: Timers,
	onLimited: OnLimited,
): MessageBudget {
	const factor = role === "host" ? HOST_FACTOR : 1;
	const frames = new TokenBucket(times(factor, FLOOD), timers);
	const requests = new TokenBucket(times(factor, MESSAGES), timers);
	let unanswered = 0;
	let beforeJoined = 0;

	return {
		isFlood() {
			if (frames.take()) return false;
			onLimited("flood");
			return true;
		},

		refuse(hasJoined) {
			if (!hasJoined) {
				beforeJoined += 1;
				if (beforeJoined > BEFORE_JOINED_MAX) return "drop";
			}
			if (!requests.take()) {
				onLimited("messages");
				const message = "That was too fast. Ask again a little later.";
				return retryableRefusal("rate_limited", message, Math.ceil(requests.waitMs));
			}
			if (unanswered >= OUTSTANDING_MAX) {
				onLimited("unanswered");
				const message = "Too many requests are waiting for their answers.";
				return retryableRefusal("rate_limited", message, UNANSWERED_RETRY_MS);
			}
			unanswered += 1;
			return undefined;
		},

		answered() {
			unanswered -= 1;
		},
	};
}

function times(factor: number, { burst, perSecond }: Rate): Rate {
	return { burst: burst * factor, perSecond: perSecond * factor };
}
