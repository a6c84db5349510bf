/** What becomes of requests to upgrade: only WebSockets are, and whoever may not open one is told why. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
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

/**
 * Some clients offer HTTP/2 with their first request. Node takes that for an upgrade, whatever it is
 * to; RFC 9110 has a server that does not know a protocol answer as if it had not been offered. Call
 * it once everybody listens for upgrades: of others they do not hear.
 */
export function onlyWebSockets(server: Server): void {
	const listeners = server.listeners("upgrade");
	server.removeAllListeners("upgrade");
	server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		if (request.headers.upgrade?.toLowerCase() === "websocket") {
			for (const listener of listeners) listener.call(server, request, socket, head);
			return;
		}
		socket.unshift(Buffer.concat([withoutUpgrade(request), head]));
		server.emit("connection", socket);
		socket.resume();
	});
}

function withoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
	let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
	for (let at = 0; at < rawHeaders.length; at += 2) {
		const name = rawHeaders[at] ?? "";
		if (!/^(upgrade|connection)$/i.test(name)) head += `${name}: ${rawHeaders[at + 1]}\r\n`;
	}
	return Buffer.from(`${head}Connection: close\r\n\r\n`, "latin1");
}

function hasSeat({ url = "" }: IncomingMessage): boolean {
	const query = url.indexOf("?");
	return query >= 0 && Boolean(new URLSearchParams(url.slice(query)).get("sessionId"));
}
