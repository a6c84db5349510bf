/** Liveness and readiness for load balancers and people. */
import { Router } from "express";
import type { Health } from "../../schema/wire/http.ts";
import { within } from "../lib/deferred.ts";
import type { Timers } from "../lib/timers.ts";

const CHECK_WITHIN_MS = 1_000;

export interface ProbeParts {
	readonly timers: Timers;
	readonly isDraining: () => boolean;
	/** Each resolves when its dependency answers. */
	readonly checks: Readonly<Record<string, () => Promise<unknown>>>;
}

export function probeRoutes({ timers, isDraining, checks }: ProbeParts): Router {
	const router = Router();

	router.get("/health/live", (_request, response) => {
		response.json({ status: isDraining() ? "draining" : "ok", checks: {} } satisfies Health);
	});

	router.get("/health/ready", async (_request, response) => {
		const results = await Promise.all(
			Object.entries(checks).map(async ([name, ask]) => [name, await check(timers, ask)] as const),
		);
		const areUp = results.every(([, { status }]) => status === "up");
		const status = isDraining() ? "draining" : areUp ? "ok" : "failing";
		const health: Health = { status, checks: Object.fromEntries(results) };
		response.status(status === "ok" ? 200 : 503).json(health);
	});

	return router;
}

async function check(
	timers: Timers,
	ask: () => Promise<unknown>,
): Promise<Health["checks"][string]> {
	const startedAt = timers.now();
	const isUp = await within(
		CHECK_WITHIN_MS,
		timers,
		ask().then(
			() => true,
			() => false,
		),
		() => false,
	);
	const latencyMs = Math.round((timers.now() - startedAt) * 10) / 10;
	return { status: isUp ? "up" : "down", latencyMs };
}
