/**
 * The connection to Redis that everything of a process shares, except its subscriptions.
 *
 * Redis may cost routing time, never votes: a command fails at once while the link is down
 * instead of waiting in a queue, and nothing that fails here ends a process.
 */
import { Redis, type RedisOptions } from "ioredis";
import type { Timers } from "../lib/timers.ts";

export interface RedisLink {
	readonly client: Redis;
	readonly isReady: boolean;
	/** Whether the silence of others means something: after Redis was away everybody needs a moment to come back. */
	readonly isTrusted: boolean;
	/** Called each time the link is established, the first time included. */
	onReady(listener: () => void): void;
	/** Never rejects. */
	close(): Promise<void>;
}

/** Longer than any healthy answer, short enough that a frozen Redis holds up nobody's seat for long. */
const COMMAND_TIMEOUT_MS = 1_500;
const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_MAX_MS = 1_000;
/** Everybody is back by then: the longest wait before a reconnection, and what connecting takes. */
const TRUSTED_AFTER_MS = 3_000;

const options: RedisOptions = {
	lazyConnect: true,
	enableOfflineQueue: false,
	// After an outage the old commands would say what is no longer true.
	autoResendUnfulfilledCommands: false,
	maxRetriesPerRequest: null,
	// Presence does it, and hears of it when it fails; ioredis leaves the rejection to nobody.
	autoResubscribe: false,
	// It waits for an answer to that before it calls a link ready, and does so even when the link was
	// lost meanwhile: what then looks ready is never connected again.
	disableClientInfo: true,
	commandTimeout: COMMAND_TIMEOUT_MS,
	connectTimeout: CONNECT_TIMEOUT_MS,
	keepAlive: 10_000,
	retryStrategy: (attempt) =>
		Math.min(RECONNECT_MAX_MS, 50 * 2 ** attempt) * (0.5 + Math.random() / 2),
};

/** Rejects when Redis cannot be reached now. `onError` hears of every failed connection attempt. */
export async function openRedisLink(
	url: string,
	timers: Timers,
	onError: (cause: unknown) => void,
): Promise<RedisLink> {
	const client = new Redis(url, options);
	client.on("error", onError);
	let trustedFrom = Number.POSITIVE_INFINITY;
	client.on("ready", () => {
		trustedFrom = timers.now() + TRUSTED_AFTER_MS;
	});
	client.on("close", () => {
		trustedFrom = Number.POSITIVE_INFINITY;
	});
	try {
		await client.connect();
		// A process that has just started waits for nobody, unless Redis has as well.
		trustedFrom -= Math.min(TRUSTED_AFTER_MS, await uptimeMs(client));
	} catch (cause) {
		client.disconnect();
		throw new RedisUnreachableError(cause);
	}
	return {
		client,
		get isReady() {
			return client.status === "ready";
		},
		get isTrusted() {
			return timers.now() >= trustedFrom;
		},
		onReady(listener) {
			if (client.status === "ready") listener();
			client.on("ready", listener);
		},
		async close() {
			await client.quit().catch(() => client.disconnect());
		},
	};
}

async function uptimeMs(client: Redis): Promise<number> {
	const info = await client.info("server");
	return 1_000 * Number(/uptime_in_seconds:(\d+)/.exec(info)?.[1] ?? 0);
}

export class RedisUnreachableError extends Error {
	constructor(cause: unknown) {
		super("Redis does not answer", { cause });
	}
}
