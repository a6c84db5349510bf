/** Counts and times every HTTP answer, by the pattern of its route: never by the path that was asked. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Request, RequestHandler } from "express";
import type { Metrics } from "../telemetry/metrics.ts";
import { contextOf } from "./request-context.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export const SEATS = "/api/polls/:code/seats";

/** What a seat request came to; the refusals of one status share a name. */
const seatOutcomes: Readonly<Record<number, string>> = {
	200: "given",
	400: "invalid",
	401: "unauthorized",
	403: "forbidden",
	404: "poll_not_found",
	409: "full_or_taken",
	429: "rate_limited",
	503: "unavailable",
};

/**
 * Counts an answer once it is closed, after the last byte or when the caller has gone; whoever asks
 * for that first names the route.
 */
export type CountAnswer = (
	request: IncomingMessage,
	response: ServerResponse,
	routeOf: () => string,
) => void;

/** To be used first, so that nothing that is answered goes by unseen. */
export function httpMetrics(metrics: Metrics, count = countAnswers(metrics)): RequestHandler {
	return (request, response, next) => {
		count(request, response, () => routeOf(request));
		next();
	};
}

export function countAnswers(metrics: Metrics): CountAnswer {
	// A rate needs a zero to rise from.
	for (const outcome of [...Object.values(seatOutcomes), "failed"]) {
		metrics.seats.inc({ outcome }, 0);
	}
	// Looked up once: resolving labels is most of what counting costs.
	const counted = kept((route: string, method: string, statusClass: string) =>
		metrics.httpRequests.labels(route, method, statusClass),
	);
	const seats = kept((outcome: string) => metrics.seats.labels(outcome));
	const timed = kept((route: string) => metrics.httpDuration.labels(route));

	return (request, response, routeOf) => {
		const context = contextOf(request);
		if (context.isCounted) return;
		context.isCounted = true;
		response.once("close", () => {
			const route = routeOf();
			const method = METHODS.find((known) => known === request.method) ?? "other";
			const statusClass = classOf(response);
			counted(route, method, statusClass).inc();
			timed(route).observe((performance.now() - context.startedAt) / 1000);
			// A probe that says "not ready" has done its work.
			const isError = !route.startsWith("/health/");
			if (isError && statusClass === "4xx") metrics.errors.inc({ class: "client" });
			if (isError && statusClass === "5xx") metrics.errors.inc({ class: "server" });
			if (route !== SEATS || method !== "POST") return;
			const outcome = response.headersSent ? seatOutcomes[response.statusCode] : undefined;
			seats(outcome ?? "failed").inc();
		});
	};
}

/** By its arguments; of few and fixed values. */
function kept<Child>(make: (...labels: string[]) => Child): (...labels: string[]) => Child {
	const children = new Map<string, Child>();
	return (...labels) => {
		const key = labels.join(" ");
		const known = children.get(key);
		if (known !== undefined) return known;
		const child = make(...labels);
		children.set(key, child);
		return child;
	};
}

/** Only what the code itself has written down: patterns that matched. */
function routeOf({ route }: Request): string {
	const path: unknown = route?.path;
	return typeof path === "string" ? path : "other";
}

function classOf({ statusCode, writableFinished }: ServerResponse): string {
	return writableFinished ? `${Math.floor(statusCode / 100)}xx` : "aborted";
}
