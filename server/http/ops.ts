/** What operators ask for: metrics, the state of the processes, their rooms, and how much is logged. */
import express, { Router } from "express";
import helmet from "helmet";
import { z } from "zod";
import type { PollId } from "../../schema/ids.ts";
import { type LogLevels, logLevels } from "../telemetry/log-levels.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { ProcessStatus } from "../telemetry/status.ts";
import { statusPage } from "../telemetry/status-page.ts";
import { opsAccess, sameSiteJson } from "./ops-access.ts";
import { type MonitorRoutesParts, monitorRoutes } from "./ops-monitor.ts";
import { Problem, parse } from "./problem.ts";

export interface OpsParts extends MonitorRoutesParts {
	readonly opsToken: string | undefined;
	/** Without a token: open to this machine in development, absent otherwise. */
	readonly isDevelopment: boolean;
	readonly metrics: Metrics;
	/** Brings the gauges up to date. */
	readonly refreshMetrics: () => Promise<void>;
	readonly levels: LogLevels;
	readonly status: () => Promise<ProcessStatus>;
	/** The other processes, as far as they answer. */
	readonly peers?: () => Promise<readonly ProcessStatus[]>;
}

/** A poll's own log level ends by itself: nobody remembers to switch it off. */
const POLL_LEVEL_MINUTES = 15;

const levelChange = z.object({ level: z.enum(logLevels), pollId: z.uuid().optional() });

export function opsRoutes(parts: OpsParts): Router {
	const { levels, metrics } = parts;
	const router = Router();
	router.use(["/metrics", "/ops", "/monitor"], opsAccess(parts.opsToken, parts.isDevelopment));

	router.get("/metrics", async (_request, response) => {
		await parts.refreshMetrics();
		response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
	});

	router.get("/ops/log-level", (_request, response) => void response.json(levelsNow(levels)));

	router.put(
		"/ops/log-level",
		sameSiteJson,
		express.json({ limit: 1_024 }),
		(request, response) => {
			const { level, pollId } = parse(levelChange, request.body);
			setLevel(levels, level, pollId);
			response.json(levelsNow(levels));
		},
	);

	router.get("/ops/status.json", async (_request, response) => {
		const [own, others] = await Promise.all([parts.status(), parts.peers?.() ?? []]);
		response.json({ processes: [own, ...others] });
	});

	for (const [path, { type, text }] of Object.entries(statusPage)) {
		router.get(path, onlyOwnFiles, (_request, response) => void response.type(type).send(text));
	}

	router.use(monitorRoutes(parts));
	return router;
}

function setLevel(levels: LogLevels, level: LogLevels["level"], pollId: string | undefined): void {
	if (pollId === undefined) {
		levels.set(level);
		return;
	}
	if (levels.setForPoll(pollId as PollId, level, POLL_LEVEL_MINUTES * 60_000)) return;
	throw new Problem("invalid_input", "Too many polls have a level of their own; wait a while.");
}

function levelsNow({ level, polls }: LogLevels) {
	return { level, polls };
}

/** `upgrade-insecure-requests` is left out: the page is also looked at without TLS. */
const onlyOwnFiles = helmet.contentSecurityPolicy({
	useDefaults: false,
	directives: {
		defaultSrc: ["'none'"],
		scriptSrc: ["'self'"],
		styleSrc: ["'self'"],
		imgSrc: ["data:"],
		connectSrc: ["'self'"],
		baseUri: ["'none'"],
		formAction: ["'none'"],
		frameAncestors: ["'none'"],
	},
});
