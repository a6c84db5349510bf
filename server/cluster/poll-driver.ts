/**
 * Colyseus's room listings in Redis, made safe for one room per poll: a listing is claimed by
 * whoever writes it first, and only its owner changes or removes it.
 */
import { type IRoomCache, matchMaker } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";
import type { Redis } from "ioredis";
import type { Timers } from "../lib/timers.ts";

const LISTINGS = "roomcaches";
/** The counts in a listing are for people who watch; one write a second and room is enough. */
const UPDATE_EVERY_MS = 1_000;

const OWNED = `local listing = redis.call("HGET", KEYS[1], ARGV[1])
local owner = listing and cjson.decode(listing).processId`;
const SET_IF_OWNED = `${OWNED}
if owner and owner ~= ARGV[2] then return 0 end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
return 1`;
const REMOVE_IF_OWNED = `${OWNED}
if owner ~= ARGV[2] then return 0 end
return redis.call("HDEL", KEYS[1], ARGV[1])`;

/** How the listing is kept by the stock driver; its types do not say. */
interface Shared {
	_concurrentRoomCacheRequest: unknown;
	_roomCacheRequestByName: Record<string, unknown>;
}

export class PollDriver extends RedisDriver {
	readonly #client: Redis;
	readonly #timers: Timers;
	readonly #updates = new Map<string, () => void>();

	constructor(client: Redis, timers: Timers) {
		super(client);
		this.#client = client;
		this.#timers = timers;
	}

	/** Claims the room's id. `false`: somebody has it, or it is not known whether we got it. */
	async insert(room: IRoomCache): Promise<boolean> {
		const claimed = this.#client.hsetnx(LISTINGS, room.roomId, JSON.stringify(room));
		return claimed.then(
			(created) => created === 1,
			() => false,
		);
	}

	/** With `create`, core lists rooms again after their listing was lost, never over somebody else's; else what is listed of a room has changed. */
	override async persist(room: IRoomCache, create = false): Promise<boolean> {
		if (room.roomId === undefined) return false;
		if (create) return this.insert(room);
		this.#writeSoon(room);
		return true;
	}

	override async update(
		room: IRoomCache,
		{ $set = {}, $inc = {} }: Parameters<RedisDriver["update"]>[1],
	): Promise<boolean> {
		Object.assign(room, $set);
		if ($inc.clients !== undefined) room.clients += $inc.clients;
		this.#writeSoon(room);
		return true;
	}

	override async remove(roomId: string | undefined): Promise<boolean> {
		if (roomId === undefined) return false;
		this.#updates.get(roomId)?.();
		return this.release(roomId, matchMaker.processId);
	}

	/** Removes the listing if it is this process's; what cannot be removed now is found to be stale by whoever follows it. */
	async release(roomId: string, processId: string): Promise<boolean> {
		return this.#client.eval(REMOVE_IF_OWNED, 1, LISTINGS, roomId, processId).then(
			(removed) => removed === 1,
			() => false,
		);
	}

	/** The process that has the room, by its listing; rejects while Redis is away. */
	async ownerOf(roomId: string): Promise<string | undefined> {
		const listing = await this.#client.hget(LISTINGS, roomId);
		return listing === null ? undefined : (JSON.parse(listing) as IRoomCache).processId;
	}

	override async cleanup(processId: string): Promise<void> {
		const rooms = await this.query({ processId }).catch(() => []);
		for (const { roomId } of rooms) await this.release(roomId, processId);
	}

	override async query(...args: Parameters<RedisDriver["query"]>): Promise<IRoomCache[]> {
		try {
			return await super.query(...args);
		} catch (cause) {
			// The stock driver keeps a failed request for ever and gives it to everybody after.
			const shared = this as unknown as Shared;
			shared._concurrentRoomCacheRequest = undefined;
			shared._roomCacheRequestByName = {};
			throw cause;
		}
	}

	/** The link is closed by whoever opened it. */
	override async shutdown(): Promise<void> {
		for (const cancel of this.#updates.values()) cancel();
	}

	#writeSoon(room: IRoomCache): void {
		const { roomId } = room;
		if (roomId === undefined || this.#updates.has(roomId)) return;
		const cancel = this.#timers.after(UPDATE_EVERY_MS, () => {
			this.#updates.delete(roomId);
			const values = [roomId, matchMaker.processId, JSON.stringify(room)];
			this.#client.eval(SET_IF_OWNED, 1, LISTINGS, ...values).catch(() => {});
		});
		this.#updates.set(roomId, () => {
			cancel();
			this.#updates.delete(roomId);
		});
	}
}
