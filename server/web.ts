/** The ports: HTTP and WebSockets for everybody, and the operators' own where they have one. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Express } from "express";
import type { App } from "./http/app.ts";
import type { OriginCheck } from "./http/origins.ts";
import { answerUnreadableRequests } from "./http/unreadable-requests.ts";
import { onlyWebSockets, tooManySockets, upgradeRefusal } from "./http/upgrades.ts";
import type { Arrivals } from "./lib/arrivals.ts";
import { within } from "./lib/deferred.ts";
import type { Timers } from "./lib/timers.ts";
import { FRAMES_PER_MESSAGE_MAX, serverTimeouts } from "./limits/numbers.ts";
import type { RateLimits } from "./limits/rate-limits.ts";
import { refuseUnreadableUpgrades } from "./room/framework-guards.ts";
import { PollTransport } from "./room/poll-transport.ts";

/** A sweep of pings walks every socket: seldom enough to be cheap, often enough to notice the dead. */
const PING_EVERY_MS = 10_000;

export interface WebParts {
	readonly port: number;
	/** The address to listen on; `undefined`: all of the machine's. */
	readonly host: string | undefined;
	readonly app: App;
	readonly timers: Timers;
	readonly arrivals: Arrivals;
	/** `undefined`: what operators ask for is part of `app`. */
	readonly ops: { readonly port: number; readonly app: Express } | undefined;
	readonly messageMaxBytes: number;
	readonly isKnownOrigin: OriginCheck;
	readonly rateLimits: Pick<RateLimits, "guardSockets" | "boundControlFrames" | "dropSlowReaders">;
}

export interface Web {
	/** The port that was bound. */
	readonly port: number;
	/** Resolves once what was asked is answered, or after `GOODBYE_MS`. */
	close(): Promise<void>;
}

/** Requests under way may take this long after the last poll is handed over. */
const GOODBYE_MS = 5_000;

/** Rejects with the system's error when a port cannot be bound. */
export async function openWeb(parts: WebParts): Promise<Web> {
	const { app, arrivals, messageMaxBytes, isKnownOrigin, rateLimits } = parts;
	const server = httpServer(app.answer);
	// Bound before the transport hears of it: that would print every error of a server, with its stack.
	const port = await listen(server, parts);
	refuseUnreadableUpgrades(server);
	const transport = new PollTransport(
		{
			noServer: true,
			maxPayload: messageMaxBytes,
			maxFragments: FRAMES_PER_MESSAGE_MAX,
			pingInterval: PING_EVERY_MS,
		},
		(request) => upgradeRefusal(request, isKnownOrigin),
		arrivals,
	);
	transport.attachToServer(server);
	rateLimits.guardSockets(server, app.isProxy, tooManySockets);
	onlyWebSockets(server);
	transport.onSocket((socket) => rateLimits.boundControlFrames(socket));
	const stopDropping = rateLimits.dropSlowReaders(() => transport.sockets);
	const ops =
		parts.ops &&
		(await openOps({ ...parts.ops, host: parts.host }).catch((cause) => {
			server.close();
			throw cause;
		}));

	return {
		port,
		async close() {
			stopDropping();
			transport.shutdown();
			await Promise.all([server, ...(ops ? [ops] : [])].map((open) => closed(open, parts.timers)));
		},
	};
}

/** Node itself would refuse what has no Host, or expects something, in a form of its own. */
function httpServer(answer: RequestListener): Server {
	const server = createServer({ ...serverTimeouts, requireHostHeader: false }, answer);
	server.on("checkExpectation", answer);
	answerUnreadableRequests(server);
	return server;
}

async function openOps({ port, host, app }: Address & { readonly app: Express }): Promise<Server> {
	const server = httpServer(app);
	await listen(server, { port, host });
	return server;
}

/** A creation that is cut off in the middle could not be repeated by a proxy. */
async function closed(server: Server, timers: Timers): Promise<void> {
	const isClosed = new Promise<void>((resolve) => server.close(() => resolve()));
	server.closeIdleConnections();
	await within(GOODBYE_MS, timers, isClosed, () => undefined);
	server.closeAllConnections();
}

type Address = Pick<WebParts, "port" | "host">;

function listen(server: Server, { port, host }: Address): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen({ port, ...(host !== undefined && { host }) }, () => {
			server.off("error", reject);
			resolve((server.address() as AddressInfo).port);
		});
	});
}
