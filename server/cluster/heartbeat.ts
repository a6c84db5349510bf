/**
 * Says that this process lives, and knows whether others do. A beat is a key that expires by
 * itself; a process whose key is gone, or whose channel nobody listens to any more, can be taken
 * over: being wrong about that costs its clients a reconnection, never a vote.
 */
import type { Timers } from "../lib/timers.ts";
import type { PollPresence } from "./poll-presence.ts";
import type { RedisLink } from "./redis-link.ts";

/** Every process listens on a channel of its own. */
export function channelOf(processId: string): string {
	return `plenum:calls:${processId}`;
}

function keyOf(processId: string): string {
	return `plenum:beat:${processId}`;
}

const BEAT_EVERY_MS = 1_000;
/** A pause of the whole process shorter than this costs nobody anything. */
const BEAT_LASTS_MS = 3_000;
/** Beats without an answer, or without hearing our own voice, after which a link that looks alive is replaced. */
const DEAF_BEATS_MAX = 4;

export interface Heartbeat {
	/**
	 * `surely`: its key is gone and nobody listens to its channel. `perhaps`: one of the two.
	 * `unknown`: the link is down, or too young for everybody to be back.
	 */
	isGone(processId: string): Promise<"surely" | "perhaps" | "no" | "unknown">;
	/** The other processes that listen; rejects while Redis is away. */
	others(): Promise<readonly string[]>;
	/** Our own channel was heard. */
	heard(): void;
	/** Takes the key away, so that successors need not wait for it to expire. */
	stop(): Promise<void>;
}

export interface HeartbeatParts {
	readonly processId: string;
	readonly link: RedisLink;
	readonly presence: PollPresence;
	readonly timers: Timers;
	/** Redis has lost what we had written: it was emptied or started anew. */
	readonly onDataLost: () => void;
}

export function startHeartbeat(parts: HeartbeatParts): Heartbeat {
	const { processId, link, presence, timers, onDataLost } = parts;
	const { client } = link;
	let beats = 0;
	let unanswered = 0;
	let unheard = 0;
	let isStopped = false;
	let cancel = (): void => {};

	async function beat(): Promise<void> {
		try {
			const before = await client.set(keyOf(processId), "1", "PX", BEAT_LASTS_MS, "GET");
			unanswered = 0;
			beats += 1;
			if (before === null && beats > 1) onDataLost();
			await presence.deliver(channelOf(processId), "beat");
			unheard += 1;
		} catch {
			unanswered += 1;
		}
		if (link.isReady && unanswered >= DEAF_BEATS_MAX) {
			unanswered = 0;
			client.disconnect(true);
		}
		if (unheard >= DEAF_BEATS_MAX) {
			unheard = 0;
			presence.reconnect();
		}
	}

	function again(): void {
		cancel();
		if (isStopped) return;
		cancel = timers.after(BEAT_EVERY_MS, again);
		void beat();
	}
	link.onReady(again);

	return {
		async isGone(other) {
			if (!link.isTrusted) return "unknown";
			try {
				const [isBeating, listening] = await Promise.all([
					client.exists(keyOf(other)),
					client.pubsub("NUMSUB", channelOf(other)),
				]);
				const signs = Number(isBeating === 0) + Number(Number(listening[1]) === 0);
				return signs === 2 ? "surely" : signs === 1 ? "perhaps" : "no";
			} catch {
				return "unknown";
			}
		},
		async others() {
			const channels = await client.pubsub("CHANNELS", channelOf("*"));
			const ids = channels.map((channel) => String(channel).slice(channelOf("").length));
			return ids.filter((id) => id !== processId);
		},
		heard() {
			unheard = 0;
		},
		async stop() {
			isStopped = true;
			cancel();
			await client.del(keyOf(processId)).catch(() => {});
		},
	};
}
