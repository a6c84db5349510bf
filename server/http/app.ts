/** The HTTP side, assembled. Core's own routes are never mounted: whatever is not here is 404. */
import express, { type Express, type RequestHandler } from "express";
import helmet from "helmet";
import { type OriginCheck, onlyKnownOrigins } from "./origins.ts";
import { type PageParts, pageRoutes } from "./pages.ts";
import { type PollRoutesParts, pollRoutes } from "./polls.ts";
import { type ProbeParts, probeRoutes } from "./probes.ts";
import { noSuchRoute, Problem, problemHandler } from "./problem.ts";
import { requestContext } from "./request-context.ts";
import { type SeatRoutesParts, seatRoutes } from "./seats.ts";

export interface AppParts extends PollRoutesParts, SeatRoutesParts, ProbeParts, PageParts {
	readonly isKnownOrigin: OriginCheck;
	/** Addresses or networks whose forwarded headers are believed. */
	readonly trustedProxies: readonly string[];
	readonly onFault: (cause: unknown, requestId: string) => void;
	readonly isDatabaseFault: (cause: unknown) => boolean;
}

export function app(parts: AppParts): Express {
	const { limits } = parts;
	const http = express();
	http.disable("x-powered-by");
	http.disable("etag");
	http.set("query parser", "simple");
	http.set("trust proxy", parts.trustedProxies.length > 0 ? parts.trustedProxies : false);

	http.use(requestContext, onlyPlausibleHosts, helmet());
	http.use(probeRoutes(parts));
	http.use(pageRoutes(parts));
	http.use(onlyKnownOrigins(parts.isKnownOrigin));
	http.use(express.json({ limit: limits.bodyMaxBytes }));
	http.get("/api/limits", (_request, response) => void response.json(limits));
	http.use(pollRoutes(parts));
	http.use(seatRoutes(parts));
	http.use(noSuchRoute);
	http.use(problemHandler(parts.onFault, parts.isDatabaseFault));
	return http;
}

/** The host goes into join addresses, and into URLs that libraries parse. */
const PLAUSIBLE_HOST = /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i;

const onlyPlausibleHosts: RequestHandler = (request, _response, next) => {
	if (PLAUSIBLE_HOST.test(request.headers.host ?? "")) next();
	else throw new Problem("invalid_input", "The Host header is not valid.");
};
