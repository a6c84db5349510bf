/**
 * The composition root: the one file that knows every concrete part. Read downwards it is the
 * order of starting; `stop` is that order backwards.
 */
import { fileURLToPath } from "node:url";
import { matchMaker } from "@colyseus/core";
import type { PollId } from "../schema/ids.ts";
import { epochWatch } from "./actor/epoch-watch.ts";
import { activate } from "./actor/hydrate.ts";
import { addressHasher } from "./audit/address-hash.ts";
import { auditLog } from "./audit/audit-log.ts";
import { auditWriter } from "./audit/audit-table.ts";
import { auditRoomEvents } from "./audit/room-audit.ts";
import { catalog } from "./catalog/catalog.ts";
import { pollReader } from "./catalog/poll-reader.ts";
import { retention } from "./catalog/retention.ts";
import { scheduleRetention } from "./catalog/retention-schedule.ts";
import { type Cluster, startCluster } from "./cluster/cluster.ts";
import { roomMonitor } from "./cluster/monitor.ts";
import { openRedisLink } from "./cluster/redis-link.ts";
import type { Config } from "./config.ts";
import { type AppParts, app, opsApp } from "./http/app.ts";
import { originCheck } from "./http/origins.ts";
import { hashToken } from "./identity/tokens.ts";
import { groupCommitDefaults } from "./journal/commit-options.ts";
import { groupCommit } from "./journal/group-commit.ts";
import { pgJournal } from "./journal/pg-journal.ts";
import { Arrivals } from "./lib/arrivals.ts";
import { lanAddresses } from "./lib/lan-addresses.ts";
import { realTimers } from "./lib/timers.ts";
import { createRateLimits } from "./limits/rate-limits.ts";
import { watchOverload } from "./resilience/overload.ts";
import { isTurnedAway } from "./resilience/policies.ts";
import { provideWebSocket } from "./room/framework-guards.ts";
import { PatchAllowance } from "./room/patch-allowance.ts";
import { PollRoom, type PollRoomParts } from "./room/poll-room.ts";
import { migrate } from "./storage/migrate.ts";
import { openDatabase } from "./storage/open-database.ts";
import { isDatabaseAway } from "./storage/pg-errors.ts";
import { readingEnded } from "./storage/replica.ts";
import { resilientDatabase } from "./storage/resilient-database.ts";
import { checkServer } from "./storage/startup-checks.ts";
import type { Log } from "./telemetry/log.ts";
import type { LogLevels } from "./telemetry/log-levels.ts";
import { meteredDatabase } from "./telemetry/metered-database.ts";
import { meterRedis } from "./telemetry/metered-redis.ts";
import { startObservation } from "./telemetry/observation.ts";
import { refresher } from "./telemetry/readings.ts";
import { observeAll } from "./telemetry/room-events.ts";
import { readStatus } from "./telemetry/status.ts";
import { version } from "./version.ts";
import { openWeb } from "./web.ts";

export interface RunningServer {
	/** The port that was bound: the configured one, or a free one for 0. */
	readonly port: number;
	/** Hands over every poll and closes everything; resolves when nothing is left to do. */
	stop(): Promise<void>;
}

/** How long the queue may take to drain on the way out. */
const LAST_FLUSH_MS = 10_000;

/** The built pages; beside the compiled server, and in dist/ when it runs from its sources. */
const PAGES = new URL(
	import.meta.url.endsWith(".ts") ? "../dist/client/" : "../client/",
	import.meta.url,
);

/** Rejects, with a sentence for whoever started it, when a part cannot be had. */
export async function compose(config: Config, log: Log, levels: LogLevels): Promise<RunningServer> {
	const { limits, redisUrl, publicAddress, trustedProxies, hostKey, opsToken, opsPort } = config;
	const { databaseReplicaUrl } = config;
	const timers = realTimers;
	const wallClock = Date.now;
	let isDraining = false;
	/** In the order of starting. */
	const cleanups: (() => unknown)[] = [];
	const stop = async (): Promise<void> => {
		isDraining = true;
		for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
	};

	try {
		const observation = startObservation(log, version);
		const { metrics } = observation;
		cleanups.push(observation.stop);

		const database = meteredDatabase(await openDatabase(config, log), metrics);
		cleanups.push(() => database.close());
		await checkServer(database);
		const { applied } = await migrate(database, {
			acceptNewer: config.acceptNewerSchema,
		});
		if (applied.length > 0) log.info({ applied }, "database migrated");
		// For all but the vote path, which has a connection and rules of its own.
		const resilient = resilientDatabase(database);
		const polls = catalog(resilient);

		const audit = auditLog({
			write: auditWriter(database),
			log,
			hashAddress: addressHasher(opsToken, wallClock),
			timers,
			wallClock,
		});
		cleanups.push(() => audit.stop());

		const journal = pgJournal(resilient);
		cleanups.push(() => journal.close());
		const commits = groupCommit(journal, timers, {}, observation.journal);
		cleanups.push(async () => {
			await commits.drain(LAST_FLUSH_MS);
			commits.stop();
		});
		const epochs = epochWatch(journal, timers);
		cleanups.push(epochs.stop);
		const { processRowsMax, processBytesMax } = groupCommitDefaults;
		const overload = watchOverload({
			timers,
			queueFill: () =>
				Math.max(commits.depth.rows / processRowsMax, commits.depth.bytes / processBytesMax),
		});
		cleanups.push(overload.stop);

		const redis =
			redisUrl === undefined
				? undefined
				: await openRedisLink(redisUrl, timers, (err) =>
						log.warn({ err }, "redis does not answer"),
					);
		if (redis !== undefined) {
			cleanups.push(() => redis.close());
			meterRedis(redis.client, metrics);
		}

		const rateLimits = createRateLimits({
			redis: redis?.client,
			limits,
			timers,
			wallClock,
			random: Math.random,
			isOn: config.rateLimits,
			onLimited(limit, address) {
				metrics.rateLimited.inc({ kind: limit });
				audit.record({ kind: "limit-met", outcome: "refused", address, details: { limit } });
			},
		});

		provideWebSocket();
		const roomParts: PollRoomParts = {
			activate: (pollId) => activate(journal, pollId, matchMaker.processId),
			groupCommit: commits,
			epochs,
			messageBudget: rateLimits.messages,
			rotateHostToken: polls.rotateHostToken,
			limits,
			timers,
			patchAllowance: new PatchAllowance(timers),
			wallClock,
			observer: observeAll(observation.rooms, auditRoomEvents(audit), (event) => {
				if (event.type !== "seat-refused" || event.code !== "unauthorized") return;
				// A participant's token is only known to be wrong in the room.
				rateLimits.lookups.failed(event.address);
			}),
		};
		const checks = {
			database: () => database.query({ text: "SELECT 1" }),
			...(redis && { redis: () => redis.client.ping() }),
		};
		const refreshMetrics = refresher(
			metrics,
			{
				rooms: () => matchMaker.stats.local.roomCount,
				journal: () => commits.depth,
				storage: () => commits.storage,
				isDraining: () => isDraining,
				...(database.load && { pool: database.load }),
				circuits: () => ({ database: resilient.circuit.state }),
				checks,
			},
			timers,
		);
		const status = (polls: Cluster["polls"]) =>
			readStatus({
				metrics,
				refresh: refreshMetrics,
				process: matchMaker.processId,
				version,
				wallClock,
				polls,
			});
		const cluster = await startCluster({
			redis,
			publicAddress,
			roomType: roomType(roomParts),
			timers,
			isDraining: () => isDraining,
			status,
		});
		cleanups.push(() => cluster.leave());

		const replica =
			databaseReplicaUrl === undefined
				? undefined
				: await openDatabase({ databaseUrl: databaseReplicaUrl, dataDir: config.dataDir }, log);
		if (replica !== undefined) cleanups.push(() => replica.close());
		const ended = replica && readingEnded(resilient, replica, timers);
		const reading = (id: PollId) => ended?.of(id) ?? resilient;
		const arrivals = new Arrivals(timers);
		const isKnownOrigin = originCheck(new Set(config.corsOrigins));
		const appParts: AppParts = {
			catalog: polls,
			reader: pollReader(
				{ read: (id, after) => pgJournal({ ...resilient, ...reading(id) }).read(id, after) },
				reading,
			),
			directory: cluster.directory,
			rateLimits,
			limits,
			timers,
			wallClock,
			isDraining: () => isDraining,
			checks,
			isKnownOrigin,
			isDatabaseFault: (cause) => isDatabaseAway(cause) || isTurnedAway(cause),
			audit,
			overload,
			arrivals,
			onShed: (kind) => metrics.shed.inc({ kind }),
			trustedProxies,
			publicAddress,
			lanAddresses: () => lanAddresses(config.host),
			pagesFolder: fileURLToPath(PAGES),
			hostKeyHash: hostKey === undefined ? undefined : hashToken(hostKey),
			onSeat: (seat) => log.debug(seat, "seat given"),
			onFault: (err, requestId) => log.error({ err, requestId }, "request failed"),
			isOpsHere: opsPort === undefined,
			ops: {
				opsToken,
				isDevelopment: config.isDevelopment,
				metrics,
				refreshMetrics,
				levels,
				status: () => status(cluster.polls),
				peers: cluster.peers,
				monitor: roomMonitor(),
				onAction: ({ action, ...context }) =>
					audit.record({ kind: "ops-action", outcome: "done", ...context, details: { action } }),
			},
		};
		const web = await openWeb({
			port: config.port,
			host: config.host,
			timers,
			arrivals,
			app: app(appParts),
			ops: opsPort === undefined ? undefined : { port: opsPort, app: opsApp(appParts) },
			messageMaxBytes: limits.messageMaxBytes,
			isKnownOrigin,
			rateLimits,
		});
		// Before the polls are handed over nobody may be shut out: it is closed after them.
		cleanups.splice(-1, 0, web.close);

		const sweeper = retention({
			database: resilient,
			catalog: polls,
			periods: { pollDays: config.retentionDays, auditDays: config.auditRetentionDays },
			wallClock,
			inUse: () => epochs.held,
		});
		cleanups.push(
			scheduleRetention({
				retention: sweeper,
				timers,
				random: Math.random,
				onSwept(swept) {
					metrics.retentionDeleted.inc({ kind: "polls" }, swept.polls);
					metrics.retentionDeleted.inc({ kind: "audit_rows" }, swept.auditRows);
					log.info(swept, "swept what has outlived its time");
				},
				onFault: (err) => log.warn({ err }, "the sweep is left for the next time"),
			}),
		);
		return { port: web.port, stop };
	} catch (cause) {
		await stop();
		throw cause;
	}
}

/** Core makes rooms by their class alone, so the parts are bound to a class. */
function roomType(parts: PollRoomParts): new () => PollRoom {
	return class extends PollRoom {
		protected override readonly parts = parts;
	};
}
