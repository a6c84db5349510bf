/** Every limit on how often and how much at once, put together; with the switch that turns them off. */
import type { Server } from "node:http";
import type { Limits } from "../../schema/limits.ts";
import type { Role } from "../../schema/wire/session.ts";
import type { Timers } from "../lib/timers.ts";
import type { ProxyTrust } from "./addresses.ts";
import { boundControlFrames, type PingedSocket } from "./control-frames.ts";
import { Counts, type IoRedisLike } from "./counts.ts";
import { type HttpLimits, httpLimits } from "./http-limits.ts";
import type { OnLimited } from "./limit-exceeded.ts";
import { type LookupGate, lookupGate } from "./lookup-gate.ts";
import { type MessageBudget, messageBudget } from "./message-budget.ts";
import { SHARED_MISSES_PER_ADDRESS } from "./numbers.ts";
import { type SeatLimits, type Sitter, seatLimits } from "./seat-limits.ts";
import { dropSlowReaders, type SentSocket } from "./slow-readers.ts";
import { guardSockets, type SocketRefusal } from "./socket-guard.ts";

export interface RateLimits {
	readonly http: HttpLimits;
	readonly lookups: LookupGate;
	readonly seats: SeatLimits;
	/** A budget for one connection, from when it enters; who it is, if known, is remembered for flooding. */
	messages(role: Role | undefined, sitter?: Sitter): MessageBudget;
	/** Once the transport is attached. `isProxy` is Express's own `app.get("trust proxy fn")`. */
	guardSockets(server: Server, isProxy: ProxyTrust, refusal: SocketRefusal): void;
	/** For every WebSocket, once it is open. */
	boundControlFrames(socket: PingedSocket): void;
	/** Returns how to stop. */
	dropSlowReaders(sockets: () => Iterable<SentSocket>): () => void;
}

export interface RateLimitsOptions {
	/** Where processes share their counts; without it each counts for itself. */
	readonly redis?: IoRedisLike | undefined;
	readonly limits: Limits;
	readonly timers: Timers;
	/** ms since 1970. */
	readonly wallClock: () => number;
	/** 0 to 1. */
	readonly random: () => number;
	readonly isOn: boolean;
	readonly onLimited: OnLimited;
}

export function createRateLimits(options: RateLimitsOptions): RateLimits {
	const { redis, limits, timers, wallClock, random, onLimited } = options;
	if (!options.isOn) return noRateLimits;
	const parts = { redis, timers, wallClock };
	const misses = new Counts("misses", SHARED_MISSES_PER_ADDRESS.ms, parts);
	const countShared = (addressKey: string) => misses.countShared(addressKey);
	const seats = seatLimits(timers, random, onLimited);
	return {
		http: httpLimits(parts, onLimited),
		lookups: lookupGate({ timers, wallClock, random, countShared, onLimited }),
		seats,
		messages: (role, sitter) =>
			messageBudget(role, timers, (kind) => {
				if (kind === "flood" && sitter !== undefined) seats.flooded(sitter);
				onLimited(kind);
			}),
		guardSockets: (server, isProxy, refusal) => guardSockets(server, isProxy, refusal, onLimited),
		boundControlFrames: (socket) => boundControlFrames(socket, timers, onLimited),
		dropSlowReaders: (sockets) => dropSlowReaders(sockets, limits, timers, onLimited),
	};
}

/** For load tests. */
const noRateLimits: RateLimits = {
	http: {
		creating: () => (_request, _response, next) => next(),
		reading: async () => {},
		hostSeen() {},
	},
	lookups: { find: (_address, _code, look) => look(), seated() {}, failed: () => undefined },
	seats: { admit: async () => {}, flooded() {} },
	messages: () => ({ isFlood: () => false, refuse: () => undefined, answered() {} }),
	guardSockets() {},
	boundControlFrames() {},
	dropSlowReaders: () => () => {},
};
