/** Every way in which Plenum says no. Names are part of the wire contract. */

/** Refusals of a room request. */
export const requestRefusalCodes = [
	"question_not_open",
	"question_not_found",
	"poll_ended",
	"invalid_input",
	"stale_revision",
	"forbidden",
	"rate_limited",
	"unavailable",
] as const;
export type RequestRefusalCode = (typeof requestRefusalCodes)[number];

/** Refusals of a seat: by the HTTP call, or as the message of a rejected join. */
export const seatRefusalCodes = [
	"poll_not_found",
	"poll_full",
	"nickname_taken",
	"invalid_input",
	"unauthorized",
	"removed",
	"rate_limited",
	"unavailable",
] as const;
export type SeatRefusalCode = (typeof seatRefusalCodes)[number];

/** Error codes of the HTTP API with their status. */
export const httpStatusOf = {
	invalid_input: 400,
	unauthorized: 401,
	forbidden: 403,
	removed: 403,
	poll_not_found: 404,
	not_found: 404,
	poll_full: 409,
	nickname_taken: 409,
	payload_too_large: 413,
	rate_limited: 429,
	internal: 500,
	unavailable: 503,
} as const;
export type HttpErrorCode = keyof typeof httpStatusOf;

export interface Refusal<Code extends string = RequestRefusalCode | SeatRefusalCode> {
	readonly code: Code;
	/** A sentence for people; says what to do where something can be done. */
	readonly message: string;
	/** True when the same request may succeed later without a change. */
	readonly retryable: boolean;
	readonly retryAfterMs?: number;
	/** With `stale_revision`: the ballot as it stands. */
	readonly current?: { readonly revision: number; readonly choices: readonly number[] };
}

/** Why a server closed a connection on purpose. */
export const closeCodes = {
	/** The room lives elsewhere now, or this server shuts down: take a new seat. */
	moved: 4100,
	removed: 4101,
	deleted: 4102,
	/** The poll has another host token now; this connection came in with an earlier one. */
	hostTokenRotated: 4103,
	/** One participant held too many connections; this was the oldest. */
	tooManyConnections: 4104,
} as const;

export function refusal<Code extends RequestRefusalCode | SeatRefusalCode>(
	code: Code,
	message: string,
): Refusal<Code> {
	return { code, message, retryable: false };
}

export function retryableRefusal<Code extends "rate_limited" | "unavailable">(
	code: Code,
	message: string,
	retryAfterMs: number,
): Refusal<Code> {
	return { code, message, retryable: true, retryAfterMs };
}
