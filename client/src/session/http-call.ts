/** One HTTP call: a deadline over answer and body, and the server's errors as values of one class. */
import { type HttpErrorCode, httpStatusOf } from "../../../schema/refusals.ts";
import type { HttpErrorBody } from "../../../schema/wire/http.ts";

/** The server answered with an error. */
export class HttpError extends Error {
	readonly status: number;
	readonly code: HttpErrorCode;
	/** To quote to whoever runs the server; empty when the answer was not the server's own. */
	readonly requestId: string;
	readonly details: HttpErrorBody["error"]["details"];
	readonly retryAfterMs: number | undefined;

	constructor(status: number, error: HttpErrorBody["error"], retryAfterMs: number | undefined) {
		super(error.message);
		this.name = "HttpError";
		this.status = status;
		this.code = error.code;
		this.requestId = error.requestId;
		this.details = error.details;
		this.retryAfterMs = retryAfterMs;
	}
}

/** Nobody answered in time, or the connection broke; what was asked may have been done. */
export class NoAnswerError extends Error {
	constructor(url: string, cause: unknown) {
		super(`no answer from ${url}`, { cause });
		this.name = "NoAnswerError";
	}
}

export interface Call {
	readonly path: string;
	/** GET without a body, POST with one, when not given. */
	readonly method?: string;
	readonly body?: unknown;
	readonly bearer?: string | undefined;
	readonly signal?: AbortSignal | undefined;
}

/** An answer whose body has been read. */
export interface Answer {
	json(): unknown;
	text(): string;
}

export function httpCaller(origin: string, fetcher: typeof fetch, deadlineMs: number) {
	const base = origin.replace(/\/+$/, "");
	return async (call: Call): Promise<Answer> => {
		const url = base + call.path;
		const deadline = new AbortController();
		const abort = () => deadline.abort();
		// By hand: AbortSignal.any is missing on phones of 2023.
		const timer = setTimeout(abort, deadlineMs);
		call.signal?.addEventListener("abort", abort, { once: true });
		if (call.signal?.aborted) abort();
		let response: Response;
		let text: string;
		try {
			response = await fetcher(url, requestOf(call, deadline.signal));
			text = await response.text();
		} catch (cause) {
			throw new NoAnswerError(url, cause);
		} finally {
			clearTimeout(timer);
			call.signal?.removeEventListener("abort", abort);
		}
		if (!response.ok) throw errorOf(response, text);
		return { json: () => parseOwn(url, text), text: () => text };
	};
}

function requestOf(call: Call, signal: AbortSignal): RequestInit {
	const headers: Record<string, string> = {};
	if (call.body !== undefined) headers["content-type"] = "application/json";
	if (call.bearer !== undefined) headers["authorization"] = `Bearer ${call.bearer}`;
	return {
		method: call.method ?? (call.body === undefined ? "GET" : "POST"),
		headers,
		// Whoever holds the token is the person; a cookie of the origin says nothing here.
		credentials: "omit",
		cache: "no-store",
		signal,
		...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
	};
}

/** A proxy's page in place of an answer counts as none. */
function parseOwn(url: string, text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new NoAnswerError(url, cause);
	}
}

function errorOf(response: Response, text: string): HttpError {
	const retryAfterMs = readRetryAfter(response.headers.get("retry-after"));
	return new HttpError(response.status, readError(text) ?? strange(response.status), retryAfterMs);
}

function readError(text: string): HttpErrorBody["error"] | undefined {
	try {
		const { error } = JSON.parse(text) as HttpErrorBody;
		return Object.hasOwn(httpStatusOf, error.code) ? error : undefined;
	} catch {
		return undefined;
	}
}

/** What stands between us and the server answered: a proxy whose server is away, or another program. */
function strange(status: number): HttpErrorBody["error"] {
	const code = status === 429 ? "rate_limited" : status >= 502 ? "unavailable" : "internal";
	return { code, message: `The server answered ${status}.`, requestId: "" };
}

/** Seconds or a date, in milliseconds from now. */
export function readRetryAfter(header: string | null): number | undefined {
	if (header === null) return undefined;
	const seconds = Number(header);
	const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
	return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
