/** The HTTP side, assembled. Core's own routes are never mounted: whatever is not here is 404. */
import type { RequestListener } from "node:http";
import express, { type Express, type RequestHandler } from "express";
import helmet from "helmet";
import type { Addresses } from "../../schema/wire/http.ts";
import type { Arrivals } from "../lib/arrivals.ts";
import { type ProxyTrust, rememberedTrust } from "../limits/addresses.ts";
import { isPlausibleHost } from "./hosts.ts";
import { type CountAnswer, countAnswers, httpMetrics } from "./http-metrics.ts";
import { isLocal } from "./is-local.ts";
import { lookupLane } from "./lookup-lane.ts";
import { type OpsParts, opsRoutes } from "./ops.ts";
import { type OriginCheck, onlyKnownOrigins } from "./origins.ts";
import { type PageParts, pageRoutes } from "./pages.ts";
import { type PollRoutesParts, pollFinder, pollRoutes } from "./polls.ts";
import { type ProbeParts, probeRoutes } from "./probes.ts";
import { noSuchRoute, Problem, type ProblemParts, problemHandler, refuser } from "./problem.ts";
import { requestContext } from "./request-context.ts";
import { seatLane } from "./seat-lane.ts";
import { type SeatRoutesParts, seatGiver, seatRoutes } from "./seats.ts";

export interface AppParts
	extends PollRoutesParts,
		SeatRoutesParts,
		ProbeParts,
		PageParts,
		ProblemParts {
	readonly ops: OpsParts;
	readonly arrivals: Arrivals;
	/** False where the ops routes have a port of their own. */
	readonly isOpsHere: boolean;
	readonly isKnownOrigin: OriginCheck;
	/** Addresses or networks whose forwarded headers are believed. */
	readonly trustedProxies: readonly string[];
	/** Where the same network reaches this machine, as it is now. */
	readonly lanAddresses: () => readonly string[];
}

export interface App {
	readonly answer: RequestListener;
	/** Whether this address, so many hops away, is one of ours. */
	readonly isProxy: ProxyTrust;
}

export function app(parts: AppParts): App {
	const { limits } = parts;
	const count = countAnswers(parts.ops.metrics);
	const give = seatGiver(parts);
	const find = pollFinder(parts);
	const http = common(parts, count);
	// Before the check of origins and the parser of bodies: they have their own.
	if (parts.isOpsHere) http.use(opsRoutes(parts.ops));
	http.use(pageRoutes(parts));
	http.use(onlyKnownOrigins(parts.isKnownOrigin));
	http.use(express.json({ limit: limits.bodyMaxBytes }));
	http.get("/api/limits", (_request, response) => void response.json(limits));
	http.get("/api/addresses", (request, response) => {
		// A page opened as localhost needs them for phones; nobody else is told of the machine's networks.
		response.json({ addresses: isLocal(request) ? parts.lanAddresses() : [] } satisfies Addresses);
	});
	http.use(pollRoutes(parts, find));
	http.use(seatRoutes(give));
	// Of addresses and networks alone, never of the number of hops.
	const isProxy = rememberedTrust(http.get("trust proxy fn"));
	const { bodyMaxBytes } = limits;
	const lane = { ...parts, count, isProxy, refuse: refuser(parts) };
	const lookups = lookupLane({ ...lane, find }, ended(http, parts));
	return { answer: seatLane({ ...lane, give, bodyMaxBytes }, lookups), isProxy };
}

/** For a port that is not published: what operators and their tools ask for, and nothing else. */
export function opsApp(parts: AppParts): Express {
	return ended(common(parts).use(opsRoutes(parts.ops)), parts);
}

function common(parts: AppParts, count?: CountAnswer): Express {
	const http = express();
	http.disable("x-powered-by");
	http.disable("etag");
	http.set("query parser", "simple");
	http.set("trust proxy", parts.trustedProxies.length > 0 ? parts.trustedProxies : false);
	http.use((_request, response, next) => {
		// Whoever keeps connections finds another server for the next request.
		if (parts.isDraining()) response.set("Connection", "close");
		next();
	});
	http.use(httpMetrics(parts.ops.metrics, count), requestContext, onlyPlausibleHosts, helmet());
	http.use(probeRoutes(parts));
	return http;
}

function ended(http: Express, parts: ProblemParts): Express {
	http.use(noSuchRoute);
	http.use(problemHandler(parts));
	return http;
}

const onlyPlausibleHosts: RequestHandler = (request, _response, next) => {
	if (isPlausibleHost(request.headers.host)) next();
	else throw new Problem("invalid_input", "The Host header is not valid.");
};
