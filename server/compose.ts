/**
 * The composition root: the one file that knows every concrete part. Read downwards it is the
 * order of starting; `stop` is that order backwards.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { LocalDriver, LocalPresence, matchMaker } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { activate } from "./actor/hydrate.ts";
import { catalog } from "./catalog/catalog.ts";
import { pollReader } from "./catalog/poll-reader.ts";
import { LocalDirectory, POLL_ROOM } from "./cluster/directory.ts";
import type { Config } from "./config.ts";
import { app } from "./http/app.ts";
import { originCheck } from "./http/origins.ts";
import { answerUnreadableRequests } from "./http/unreadable-requests.ts";
import { hashToken } from "./identity/tokens.ts";
import { groupCommit } from "./journal/group-commit.ts";
import { pgJournal } from "./journal/pg-journal.ts";
import { realTimers } from "./lib/timers.ts";
import { provideWebSocket, refuseUnreadableUpgrades } from "./room/framework-guards.ts";
import { PollRoom, type PollRoomParts } from "./room/poll-room.ts";
import { migrate } from "./storage/migrate.ts";
import { openDatabase } from "./storage/open-database.ts";
import { isDatabaseAway } from "./storage/pg-errors.ts";
import { checkServer } from "./storage/startup-checks.ts";
import type { Log } from "./telemetry/log.ts";
import { logRoomEvents } from "./telemetry/log-events.ts";

export interface RunningServer {
	/** The port that was bound: the configured one, or a free one for 0. */
	readonly port: number;
	/** Hands over every poll and closes everything; resolves when nothing is left to do. */
	stop(): Promise<void>;
}

/** How long the queue may take to drain on the way out. */
const LAST_FLUSH_MS = 10_000;

/** A sweep of pings walks every socket: seldom enough to be cheap, often enough to notice the dead. */
const PING_EVERY_MS = 10_000;

/** The built pages; beside the compiled server, and in dist/ when it runs from its sources. */
const PAGES = new URL(
	import.meta.url.endsWith(".ts") ? "../dist/client/" : "../client/",
	import.meta.url,
);

/** Rejects, with a sentence for whoever started it, when a part cannot be had. */
export async function compose(config: Config, log: Log): Promise<RunningServer> {
	const { limits } = config;
	const timers = realTimers;
	const wallClock = Date.now;
	let isDraining = false;

	const database = await openDatabase(config, log);
	try {
		await checkServer(database);
		const { applied } = await migrate(database);
		if (applied.length > 0) log.info({ applied }, "database migrated");

		const polls = catalog(database);
		const journal = pgJournal(database);
		const commits = groupCommit(journal, timers);
		const directory = new LocalDirectory(timers);

		provideWebSocket();
		const select = async () => matchMaker.processId;
		await matchMaker.setup(new LocalPresence(), new LocalDriver(), config.publicAddress, select);
		const roomParts: PollRoomParts = {
			activate: (pollId) => activate(journal, pollId, matchMaker.processId),
			groupCommit: commits,
			limits,
			timers,
			wallClock,
			observer: logRoomEvents(log),
		};
		matchMaker
			.defineRoomType(POLL_ROOM, roomType(roomParts))
			.on("create", (room) => void (room as PollRoom).activate());
		await matchMaker.accept();

		const isKnownOrigin = originCheck(new Set(config.corsOrigins));
		const server = createServer(
			app({
				catalog: polls,
				reader: pollReader(journal, database),
				directory,
				limits,
				timers,
				wallClock,
				isDraining: () => isDraining,
				checks: { database: () => database.query({ text: "SELECT 1" }) },
				isKnownOrigin,
				isDatabaseFault: isDatabaseAway,
				trustedProxies: config.trustedProxies,
				publicAddress: config.publicAddress,
				pagesFolder: fileURLToPath(PAGES),
				hostKeyHash: config.hostKey === undefined ? undefined : hashToken(config.hostKey),
				onFault: (err, requestId) => log.error({ err, requestId }, "request failed"),
			}),
		);
		answerUnreadableRequests(server);
		// Bound before the transport hears of it: that would print every error of a server, with its stack.
		const port = await listen(server, config.port);
		refuseUnreadableUpgrades(server);
		const transport = new WebSocketTransport({
			noServer: true,
			maxPayload: limits.messageMaxBytes,
			pingInterval: PING_EVERY_MS,
			beforeUpgrade: ({ headers }) =>
				isKnownOrigin(headers.get("origin") ?? undefined, headers.get("host") ?? undefined)
					? undefined
					: new Response(null, { status: 403 }),
		}).attachToServer(server);

		polls.sweepDeleted().catch((err: unknown) => log.warn({ err }, "left-over polls not erased"));

		return {
			port,
			async stop() {
				isDraining = true;
				await matchMaker.gracefullyShutdown();
				await commits.drain(LAST_FLUSH_MS);
				commits.stop();
				transport.shutdown();
				server.close();
				server.closeAllConnections();
				await journal.close();
				await database.close();
			},
		};
	} catch (cause) {
		await database.close();
		throw cause;
	}
}

/** Core makes rooms by their class alone, so the parts are bound to a class. */
function roomType(parts: PollRoomParts): new () => PollRoom {
	return class extends PollRoom {
		protected override readonly parts = parts;
	};
}

function listen(server: Server, port: number): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, () => {
			server.off("error", reject);
			resolve((server.address() as AddressInfo).port);
		});
	});
}
