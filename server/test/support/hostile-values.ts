/** Values that nobody means to send, and what the contract makes of them. */
import { deepEqual, doesNotMatch, equal, ok } from "node:assert/strict";
import { inspect } from "node:util";
import { type HttpErrorCode, httpStatusOf, requestRefusalCodes } from "../../../schema/refusals.ts";
import type { RawReply } from "./raw-seat.ts";
import type { HttpAnswer } from "./wire-client.ts";

const prototypeKeys = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];

const numbers = [0, -1, 1.5, 2 ** 31, 2 ** 32 + 1, 2 ** 53, -(2 ** 53), 1e308, -1e308, 5e-324];

const texts = [
	["", " ", "0", "1e3", "NaN", "null", "undefined", "true", "[object Object]"],
	["\0", "a\0b", "\u0007", "two\nlines", "\t", "\u007f", "\u0085", "\u009f"],
	["\ud800", "\udc00", "a\ud83d", "\udfff\ud800", "\ud800\ud800"],
	["\u202e", "\u202egnp.exe", "\u200b\u200b", "\ufeff", "\u0301", "\u2028"],
	["שלום", "مرحبا", "日本語", "😀", "👨‍👩‍👧", "e\u0301", "ﬁ", "\ufffd"],
	["'; DROP TABLE polls; --", "<img src=x onerror=alert(1)>", "=1+1", "../../etc/passwd"],
	["%00", "%", "\\u0000", "\\", '"', "{{7*7}}", "-0", "0x10", " 1 "],
].flat();

const objects: readonly unknown[] = [
	{},
	{ a: 1 },
	{ length: 2, 0: "a", 1: "b" },
	{ toString: "x", valueOf: 1 },
	{ toJSON: "x" },
	// An own key of this name, as only JSON makes it.
	JSON.parse('{"__proto__": {"isPolluted": true}}'),
	{ constructor: { prototype: { isPolluted: true } } },
	nested(500, (inner) => ({ a: inner })),
];

const arrays: readonly unknown[] = [
	[],
	[[]],
	[null, null],
	["a", "a"],
	[{}, {}],
	Array(4_000).fill("x"),
	nested(500, (inner) => [inner]),
];

/** What JSON can say. Everything fits into a message of 16 KiB. */
export const hostileValues: readonly unknown[] = [
	null,
	true,
	false,
	...numbers,
	...texts,
	...prototypeKeys,
	...objects,
	...arrays,
];

/** What only MessagePack can say as well. */
export const hostileBinaryValues: readonly unknown[] = [
	Number.NaN,
	Number.POSITIVE_INFINITY,
	Number.NEGATIVE_INFINITY,
	2n ** 63n - 1n,
	-(2n ** 62n),
	new Date(0),
	new Date(Number.NaN),
	Buffer.from("binary"),
	Buffer.alloc(10_000),
];

function nested(depth: number, around: (inner: unknown) => unknown): unknown {
	let value: unknown = "deep";
	for (let level = 0; level < depth; level += 1) value = around(value);
	return value;
}

/** The contract's rule for every text, written down a second time. */
export function isText(value: unknown, max: number): boolean {
	if (typeof value !== "string") return false;
	const codePoints = Array.from(value).length;
	// Half a surrogate pair becomes U+FFFD on any wire that speaks UTF-8.
	const isBroken = Buffer.from(value).toString().includes("\ufffd");
	const hasControls = /\p{Cc}/u.test(value);
	const showsSomething = /[^\p{Z}\p{C}\p{M}]/u.test(value);
	return codePoints >= 1 && codePoints <= max && !isBroken && !hasControls && showsSomething;
}

export function isWhole(value: unknown, min: number, max: number): boolean {
	return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}

/** No stack trace, no SQL, no path, no class of ours or of a library. */
const LEAKS =
	/node_modules|\bat (async )?[\w.<>]+ \(|\.[jt]s:\d|file:\/\/|\/(home|usr|tmp|work|root)\/|\b(SELECT|INSERT INTO|UPDATE|VALUES|relation|syntax error)\b|ZodError|TypeError|SqlState/;

/** The answer is an error of exactly the contract's shape. */
export function isProblem(answer: HttpAnswer, code: HttpErrorCode, context: string): void {
	const { status, body, text, headers } = answer;
	deepEqual([status, body?.error?.code], [httpStatusOf[code], code], `${context}: ${text}`);
	deepEqual(Object.keys(body), ["error"]);
	const { message, requestId, details, ...more } = body.error;
	deepEqual(Object.keys(more), ["code"]);
	ok(typeof message === "string" && message.length > 0 && message.length < 300, context);
	equal(requestId, headers.get("x-request-id"));
	for (const detail of details ?? []) {
		deepEqual(Object.keys(detail), ["field", "message"]);
		ok(detail.field.length <= 100 && detail.message.length > 0, context);
	}
	doesNotMatch(text, LEAKS);
}

/** The request was refused in exactly the contract's shape; returns the code. */
export function refusalCode({ status, value }: RawReply, context: string): string {
	equal(status, 1, `${context}: ${status} ${JSON.stringify(value)}`);
	const { code, message, retryable, retryAfterMs, current, ...more } = value;
	deepEqual(more, {}, context);
	ok(requestRefusalCodes.includes(code), `${context}: ${code}`);
	ok(typeof message === "string" && message.length > 0 && message.length < 300, context);
	equal(typeof retryable, "boolean", context);
	ok(retryAfterMs === undefined || Number.isInteger(retryAfterMs), context);
	equal(current !== undefined, code === "stale_revision", context);
	doesNotMatch(JSON.stringify(value), LEAKS);
	return code;
}

/** A value for a failure's message. */
export function shown(value: unknown): string {
	return inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY }).slice(0, 80);
}
