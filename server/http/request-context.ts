/** The correlation id of a request: the caller's own when it is well-formed, else a new one. */
import { randomUUID } from "node:crypto";
import type { Request, RequestHandler } from "express";

const WELL_FORMED = /^[A-Za-z0-9_-]{8,64}$/;
const ids = new WeakMap<Request, string>();

export const requestContext: RequestHandler = (request, response, next) => {
	const sent = request.get("x-request-id");
	const id = sent !== undefined && WELL_FORMED.test(sent) ? sent : randomUUID();
	ids.set(request, id);
	response.set("x-request-id", id);
	next();
};

export function requestIdOf(request: Request): string {
	return ids.get(request) ?? "";
}

/** The token of `Authorization: Bearer TOKEN`; bounded, because it will be hashed. */
export function bearerToken(request: Request): string | undefined {
	return /^Bearer ([^\s]{1,512})$/i.exec(request.get("authorization") ?? "")?.[1];
}
