/** Who may look inside: the holder of the ops token, and in development whoever sits at the machine. */
import type { Request, RequestHandler } from "express";
import type { TokenHash } from "../../schema/ids.ts";
import { hashToken, isSameHash } from "../identity/tokens.ts";
import { isLocal } from "./is-local.ts";
import { Problem } from "./problem.ts";
import { bearerToken } from "./request-context.ts";

/** `Authorization: Bearer TOKEN`, or HTTP Basic as user `ops` with the token as password. */
export function opsAccess(token: string | undefined, isDevelopment: boolean): RequestHandler {
	const tokenHash = token === undefined ? undefined : hashToken(token);
	return (request, response, next) => {
		response.set("Cache-Control", "no-store");
		if (tokenHash === undefined) {
			if (isDevelopment && isLocal(request)) return next();
			throw new Problem("not_found", "There is nothing at this address.");
		}
		if (isHolder(request, tokenHash)) return next();
		response.set("WWW-Authenticate", 'Basic realm="Plenum ops", charset="UTF-8"');
		throw new Problem("unauthorized", "This needs the ops token.", { audit: "ops-refused" });
	};
}

/**
 * For calls that change something: a browser sends Basic credentials along with whatever a foreign
 * page makes it send, but not JSON without asking first, and never without naming the origin.
 */
export const sameSiteJson: RequestHandler = (request, _response, next) => {
	const origin = request.get("origin");
	const isOwn =
		origin === undefined ||
		(URL.canParse(origin) && new URL(origin).host === request.get("host")?.toLowerCase());
	const site = request.get("sec-fetch-site");
	if (!isOwn || (site !== undefined && site !== "same-origin" && site !== "none")) {
		const message = "Pages of this origin may not use this server.";
		throw new Problem("forbidden", message, { audit: "foreign-origin" });
	}
	if (request.is("application/json") !== "application/json") {
		throw new Problem("invalid_input", "The body must be JSON, and say so in its content-type.");
	}
	next();
};

/**
 * For calls that act although they are a GET: a browser says of its own accord where a call comes
 * from, over TLS and from this machine; elsewhere only whoever sends the token itself may act.
 */
export const sameOriginCall: RequestHandler = (request, _response, next) => {
	const site = request.get("sec-fetch-site");
	const isOwn = site === undefined ? bearerToken(request) !== undefined : site === "same-origin";
	if (isOwn) return next();
	const message = "Only the panel itself, over TLS, or a Bearer token may act.";
	throw new Problem("forbidden", message, { audit: "foreign-origin" });
};

function isHolder(request: Request, tokenHash: TokenHash): boolean {
	const token = bearerToken(request) ?? basicPassword(request);
	return token !== undefined && isSameHash(hashToken(token), tokenHash);
}

/** The password of user `ops`; bounded, because it will be hashed. */
function basicPassword(request: Request): string | undefined {
	const encoded = /^Basic ([A-Za-z0-9+/=_-]{1,1024})$/i.exec(
		request.get("authorization") ?? "",
	)?.[1];
	if (encoded === undefined) return undefined;
	const [user, ...password] = Buffer.from(encoded, "base64").toString().split(":");
	return user === "ops" ? password.join(":") : undefined;
}
