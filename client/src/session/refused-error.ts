/** A refusal of the server as a rejection, and refusals read from the wire. */
import {
	type Refusal,
	type RequestRefusalCode,
	refusal,
	retryableRefusal,
	type SeatRefusalCode,
	seatRefusalCodes,
} from "../../../schema/refusals.ts";

export class RefusedError extends Error {
	readonly code: RequestRefusalCode | SeatRefusalCode;
	readonly refusal: Refusal;

	constructor(refusal: Refusal) {
		super(refusal.message);
		this.name = "RefusedError";
		this.code = refusal.code;
		this.refusal = refusal;
	}
}

/** A refusal on entering arrives as a bare code; these are its words. */
const seatSentences: { readonly [Code in SeatRefusalCode]: string } = {
	poll_not_found: "There is no poll with this code.",
	poll_full: "This poll is full.",
	nickname_taken: "Somebody in this poll has this nickname; choose another one.",
	invalid_input: "The nickname or the token cannot be used.",
	unauthorized: "This token is not known to the poll.",
	removed: "The host has removed you from this poll.",
	rate_limited: "Too many attempts; trying again soon.",
	unavailable: "The server cannot take anybody in just now; trying again soon.",
};

export function seatRefusal(code: SeatRefusalCode): Refusal<SeatRefusalCode> {
	return { ...refusal(code, seatSentences[code]), retryable: isRetryable(code) };
}

export function isSeatRefusalCode(value: unknown): value is SeatRefusalCode {
	return (seatRefusalCodes as readonly unknown[]).includes(value);
}

/** A request that never got its answer in time, said as a refusal. */
export function unanswered(message: string): Refusal<"unavailable"> {
	return retryableRefusal("unavailable", message, 0);
}

/** The `reason` of a rejected request, or `undefined` when it is none. Codes of later versions pass. */
export function readRefusal(reason: unknown): Refusal | undefined {
	if (typeof reason !== "object" || reason === null) return undefined;
	const { code, message, retryable, retryAfterMs, current } = reason as Partial<Refusal>;
	if (typeof code !== "string") return undefined;
	return {
		code,
		message: typeof message === "string" ? message : code,
		retryable: typeof retryable === "boolean" ? retryable : isRetryable(code),
		...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
		...(isVote(current) ? { current } : {}),
	};
}

function isRetryable(code: string): boolean {
	return code === "rate_limited" || code === "unavailable";
}

function isVote(value: Refusal["current"]): value is NonNullable<Refusal["current"]> {
	return typeof value?.revision === "number" && Array.isArray(value.choices);
}
