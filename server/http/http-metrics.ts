/** Counts and times every HTTP answer, by the pattern of its route: never by the path that was asked. */
import type { Request, RequestHandler, Response } from "express";
import type { Metrics } from "../telemetry/metrics.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const SEATS = "/api/polls/:code/seats";

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

/** To be used first, so that nothing that is answered goes by unseen. */
export function httpMetrics(metrics: Metrics): RequestHandler {
	// A rate needs a zero to rise from.
	for (const outcome of [...Object.values(seatOutcomes), "failed"]) {
		metrics.seats.inc({ outcome }, 0);
	}
	return (request, response, next) => {
		const startedAt = performance.now();
		// `close` comes once, after the last byte or when the caller has gone.
		response.once("close", () => {
			const route = routeOf(request);
			const method = METHODS.includes(request.method) ? request.method : "other";
			const statusClass = classOf(response);
			metrics.httpRequests.inc({ route, method, class: statusClass });
			metrics.httpDuration.observe({ route }, (performance.now() - startedAt) / 1000);
			// A probe that says "not ready" has done its work.
			const isError = !route.startsWith("/health/");
			if (isError && statusClass === "4xx") metrics.errors.inc({ class: "client" });
			if (isError && statusClass === "5xx") metrics.errors.inc({ class: "server" });
			if (route !== SEATS || request.method !== "POST") return;
			metrics.seats.inc({ outcome: seatOutcomes[response.statusCode] ?? "failed" });
		});
		next();
	};
}

/** Only what the code itself has written down: patterns that matched. */
function routeOf({ route }: Request): string {
	const path: unknown = route?.path;
	return typeof path === "string" ? path : "other";
}

function classOf({ statusCode, writableFinished }: Response): string {
	return writableFinished ? `${Math.floor(statusCode / 100)}xx` : "aborted";
}
