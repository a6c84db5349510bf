/**
 * Colyseus's messages between processes over Redis, made harmless: core does not wait for most of
 * these calls, so that while Redis is away each would be an unhandled rejection, and a room that
 * is being made would hang on its subscription.
 */
import { RedisPresence } from "@colyseus/redis-presence";
import type { Redis } from "ioredis";
import { within } from "../lib/deferred.ts";
import type { Timers } from "../lib/timers.ts";

type Listener = Parameters<RedisPresence["subscribe"]>[1];

/** A subscription is waited for this long; the next `ready` makes up for what was missed. */
const SUBSCRIBE_WITHIN_MS = 1_000;

export class PollPresence extends RedisPresence {
	readonly #timers: Timers;

	constructor(client: Redis, timers: Timers) {
		super(client);
		this.#timers = timers;
		// Each failed attempt would be a warning on the console; the link's owner hears of it once.
		this.sub.removeAllListeners("error").on("error", () => {});
		this.pub.off("error", this.pub.listeners("error").at(-1) as () => void);
		const { handleSubscription } = this;
		// Core's listeners take a message apart unseen: one that is not ours must not end up as an uncaught exception.
		this.handleSubscription = (...heard: [channel: string, message: string]) => {
			try {
				handleSubscription(...heard);
			} catch {}
		};
	}

	/** Rejects when Redis cannot be reached now. */
	async connect(): Promise<void> {
		await (this.sub as Redis).connect();
	}

	/** Subscriptions over a link that looks alive and is dead: reconnecting subscribes again. */
	reconnect(): void {
		(this.sub as Redis).disconnect(true);
	}

	override async subscribe(topic: string, listener: Listener): Promise<this> {
		const subscribed = super.subscribe(topic, listener).catch(() => this);
		return within(SUBSCRIBE_WITHIN_MS, this.#timers, subscribed, () => this);
	}

	/** After each connection. Where it fails, the heartbeat hears nothing of itself and connects anew. */
	protected override resubscribeAll(): void {
		const topics = this.subscriptions.eventNames().map(String);
		if (topics.length > 0) (this.sub as Redis).subscribe(...topics).catch(() => {});
	}

	override async unsubscribe(topic: string, listener?: Listener): Promise<this> {
		return super.unsubscribe(topic, listener).catch(() => this);
	}

	override async publish(topic: string, message: unknown): Promise<void> {
		await super.publish(topic, message).catch(() => {});
	}

	/** Resolves to how many processes were listening; rejects while Redis is away. */
	async deliver(topic: string, message: unknown): Promise<number> {
		return this.pub.publish(topic, JSON.stringify(message));
	}

	override async hset(key: string, field: string, value: string): Promise<boolean> {
		return super.hset(key, field, value).catch(() => false);
	}

	override async hdel(key: string, field: string): Promise<boolean> {
		return super.hdel(key, field).catch(() => false);
	}

	/** Of the subscriptions only: the other link is closed by whoever opened it. */
	override shutdown(): void {
		(this.sub as Redis).disconnect();
	}
}
