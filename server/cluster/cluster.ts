/** This process among others: one switch, `redis`, between a single process and any number of them. */
import { LocalDriver, LocalPresence, matchMaker } from "@colyseus/core";
import type { Timers } from "../lib/timers.ts";
import type { PollRoom } from "../room/poll-room.ts";
import type { PollLoad, ProcessStatus } from "../telemetry/status.ts";
import { clusterDirectory } from "./cluster-directory.ts";
import { localDirectory, type PollDirectory } from "./directory.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { LocalRooms, POLL_ROOM } from "./local-rooms.ts";
import { answerPeers, askStatus } from "./peer-requests.ts";
import { Peers } from "./peers.ts";
import { PollDriver } from "./poll-driver.ts";
import { PollPresence } from "./poll-presence.ts";
import type { RedisLink } from "./redis-link.ts";

export interface ClusterParts {
	/** Open already, and closed by whoever opened it; `undefined`: a single process. */
	readonly redis: RedisLink | undefined;
	/** Through which a browser reaches this very process; `undefined`: the address it was loaded from. */
	readonly publicAddress: string | undefined;
	readonly roomType: new () => PollRoom;
	readonly timers: Timers;
	readonly isDraining: () => boolean;
	/** What this process says of itself when another one asks. */
	readonly status: (polls: Cluster["polls"]) => Promise<ProcessStatus>;
}

export interface Cluster {
	readonly directory: PollDirectory;
	/** The live polls of this process, the fullest first. */
	polls(): readonly PollLoad[];
	/** What the other processes say of themselves, as far as they answer. Never rejects. */
	peers(): Promise<readonly ProcessStatus[]>;
	/** Hands over every poll of this process and leaves the others alone; resolves when no room is left. */
	leave(): Promise<void>;
}

export async function startCluster(parts: ClusterParts): Promise<Cluster> {
	return parts.redis === undefined ? single(parts) : oneOfMany(parts, parts.redis);
}

async function single(parts: ClusterParts): Promise<Cluster> {
	await acceptRooms(parts, new LocalPresence(), new LocalDriver());
	const rooms = new LocalRooms(parts.timers);
	return {
		directory: localDirectory(rooms),
		polls: () => rooms.loads(),
		peers: async () => [],
		leave: () => matchMaker.gracefullyShutdown(),
	};
}

async function oneOfMany(parts: ClusterParts, link: RedisLink): Promise<Cluster> {
	const { timers, isDraining } = parts;
	const presence = new PollPresence(link.client, timers);
	await presence.connect();
	const driver = new PollDriver(link.client, timers);
	// Core's checks take a stalled process for dead and remove the listings of its live rooms.
	matchMaker.setHealthChecksEnabled(false);
	await acceptRooms(parts, presence, driver);

	const { processId } = matchMaker;
	const rooms = new LocalRooms(timers);
	const relist = (): void => void matchMaker.restoreMissingRoomCaches().catch(() => {});
	const heartbeat = startHeartbeat({ processId, link, presence, timers, onDataLost: relist });
	const polls = () => rooms.loads();
	const answer = answerPeers({ rooms, isDraining, status: () => parts.status(polls) });
	const peers = new Peers({ processId, presence, heartbeat, timers, answer });
	await peers.listen();

	return {
		directory: clusterDirectory({ processId, rooms, driver, peers, timers }),
		polls,
		peers: async () => askStatus(peers, await heartbeat.others().catch(() => [])),
		async leave() {
			await matchMaker.gracefullyShutdown();
			await heartbeat.stop();
			presence.shutdown();
		},
	};
}

async function acceptRooms(
	{ publicAddress, roomType }: ClusterParts,
	presence: LocalPresence | PollPresence,
	driver: LocalDriver | PollDriver,
): Promise<void> {
	const here = async (): Promise<string> => matchMaker.processId;
	await matchMaker.setup(presence, driver, publicAddress, here);
	matchMaker
		.defineRoomType(POLL_ROOM, roomType)
		.on("create", (room) => void (room as PollRoom).activate());
	await matchMaker.accept();
}
