/** Which web pages may talk to this server: its own, and those named in the configuration. */
import type { RequestHandler } from "express";
import { Problem } from "./problem.ts";

/** True without an origin: that is no browser, and cookies are never used here. */
export type OriginCheck = (origin: string | undefined, host: string | undefined) => boolean;

export function originCheck(allowed: ReadonlySet<string>): OriginCheck {
	/** By origin; almost always there is one. */
	const hosts = new Map<string, string | undefined>();
	return (origin, host) => {
		if (origin === undefined) return true;
		if (allowed.has(origin)) return true;
		if (!hosts.has(origin)) {
			if (hosts.size === ORIGINS_REMEMBERED) hosts.clear();
			hosts.set(origin, URL.canParse(origin) ? new URL(origin).host : undefined);
		}
		const own = hosts.get(origin);
		return own !== undefined && own === host?.toLowerCase();
	};
}

const ORIGINS_REMEMBERED = 100;

const PREFLIGHT = {
	"Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
	"Access-Control-Allow-Headers": "authorization, content-type, x-request-id",
	"Access-Control-Max-Age": "600",
};

/** Lets the pages of this origin read the answer. */
export const readableBy = (origin: string) => ({
	"Access-Control-Allow-Origin": origin,
	"Access-Control-Expose-Headers": "x-request-id, Retry-After",
});

/** Refuses foreign origins, and lets the pages of allowed ones read the answers. */
export function onlyKnownOrigins(isKnown: OriginCheck): RequestHandler {
	return (request, response, next) => {
		const origin = request.get("origin");
		response.vary("Origin");
		if (!isKnown(origin, request.get("host"))) {
			const message = "Pages of this origin may not use this server.";
			throw new Problem("forbidden", message, { audit: "foreign-origin" });
		}
		if (origin === undefined) return next();
		response.set(readableBy(origin));
		if (request.method === "OPTIONS") response.set(PREFLIGHT).status(204).end();
		else next();
	};
}
