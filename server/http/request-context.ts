/** What is kept of a request: its correlation id, the caller's own when it is well-formed, and since when it is here. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import type { PollRecord } from "../catalog/catalog.ts";

const WELL_FORMED = /^[A-Za-z0-9_-]{8,64}$/;

export interface RequestContext {
	readonly id: string;
	/** `performance.now()` when somebody first looked at it. */
	readonly startedAt: number;
	/** Found by its code before Express was handed the request: it need not be looked up again. */
	poll?: PollRecord;
	/** Somebody counts its answer already. */
	isCounted?: true;
}

const contexts = new WeakMap<IncomingMessage, RequestContext>();

export function contextOf(request: IncomingMessage): RequestContext {
	const known = contexts.get(request);
	if (known !== undefined) return known;
	const sent = request.headers["x-request-id"];
	const isWellFormed = typeof sent === "string" && WELL_FORMED.test(sent);
	const context = { id: isWellFormed ? sent : randomUUID(), startedAt: performance.now() };
	contexts.set(request, context);
	return context;
}

export const requestContext: RequestHandler = (request, response, next) => {
	response.set("x-request-id", requestIdOf(request));
	next();
};

export function requestIdOf(request: IncomingMessage): string {
	return contextOf(request).id;
}

export function pollFoundFor(request: IncomingMessage): PollRecord | undefined {
	return contextOf(request).poll;
}

/** The token of `Authorization: Bearer TOKEN`; bounded, because it will be hashed. */
export function bearerToken({ headers }: IncomingMessage): string | undefined {
	return /^Bearer (\S.{0,511})$/i.exec(headers.authorization ?? "")?.[1];
}
