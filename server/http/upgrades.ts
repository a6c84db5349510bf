/** What is told to whoever may not open a WebSocket. */
import type { IncomingMessage } from "node:http";
import { isPlausibleHost } from "./hosts.ts";
import type { OriginCheck } from "./origins.ts";
import { rawRefusal } from "./raw-refusals.ts";
import { requestIdOf } from "./request-context.ts";

/** The whole answer; `undefined` lets it pass. */
export function upgradeRefusal(request: IncomingMessage, isKnown: OriginCheck): string | undefined {
	const { origin, host } = request.headers;
	const refuse = (code: "invalid_input" | "forbidden" | "not_found", message: string) =>
		rawRefusal({ code, message }, requestIdOf(request));
	if (!isPlausibleHost(host)) return refuse("invalid_input", "The Host header is not valid.");
	if (!isKnown(origin, host)) {
		return refuse("forbidden", "Pages of this origin may not use this server.");
	}
	// Without a seat core keeps the socket for a second, and answers whatever comes.
	if (!hasSeat(request)) return refuse("not_found", "There is no seat at this address.");
	return undefined;
}

export function tooManySockets(request: IncomingMessage): string {
	const message = "Too many connections from this address. Try again a little later.";
	const refusal = { code: "rate_limited", message, retryAfterSeconds: 5 } as const;
	return rawRefusal(refusal, requestIdOf(request));
}

function hasSeat({ url = "" }: IncomingMessage): boolean {
	const query = url.indexOf("?");
	return query >= 0 && Boolean(new URLSearchParams(url.slice(query)).get("sessionId"));
}
