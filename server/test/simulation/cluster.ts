/** The servers, which of them is thought to have each poll's room, and what befalls them. */
import type { PollId } from "../../../schema/ids.ts";
import type { GroupCommitOptions } from "../../journal/commit-options.ts";
import { type GroupCommit, groupCommit } from "../../journal/group-commit.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Timers } from "../../lib/timers.ts";
import type { History } from "./history.ts";
import type { Random } from "./random.ts";
import { Runtime } from "./runtime.ts";
import type { SimDatabase } from "./sim-database.ts";
import type { SimRoom } from "./sim-room.ts";

export interface ClusterParts {
	readonly timers: Timers;
	readonly random: Random;
	readonly history: History;
	readonly database: SimDatabase;
	readonly Room: typeof SimRoom;
	readonly journal: (real: Journal) => Journal;
	readonly servers: number;
	readonly commitOptions: Partial<GroupCommitOptions>;
}

interface Server {
	readonly process: Runtime;
	readonly journal: Journal;
	readonly groupCommit: GroupCommit;
	readonly rooms: Map<PollId, SimRoom>;
	/** Of the rooms that are being activated. */
	readonly starting: Map<SimRoom, Promise<void>>;
}

export class Cluster {
	readonly #parts: ClusterParts;
	readonly #servers: Server[] = [];
	readonly #homes = new Map<PollId, Server>();
	readonly #everyRoom = new Set<SimRoom>();
	#started = 0;

	constructor(parts: ClusterParts) {
		this.#parts = parts;
		while (this.#servers.length < parts.servers) this.#servers.push(this.#start());
	}

	/** Finds or starts the poll's room, on the process that it then belongs to. */
	roomFor(pollId: PollId, code: string): SimRoom {
		const { random } = this.#parts;
		let home = this.#homes.get(pollId);
		// Whoever asks cannot tell a frozen process from a slow one.
		if (
			home === undefined ||
			home.process.state === "dead" ||
			(home.process.state === "paused" && random.chance(0.5))
		) {
			home = this.#other(home);
			this.#homes.set(pollId, home);
		}
		return this.#roomOn(home, pollId, code);
	}

	/** Resolves once the room is live; rejects when it could not be activated. */
	async ready(room: SimRoom): Promise<void> {
		for (const { starting } of this.#servers) await starting.get(room);
	}

	/** Another process takes the poll while the old room lives on and knows of nothing. */
	takeOver(pollId: PollId, code: string): void {
		const { history } = this.#parts;
		const home = this.#other(this.#homes.get(pollId));
		history.count("takeover");
		history.note(pollId, () => `${home.process.name} takes over`);
		this.#homes.set(pollId, home);
		this.#roomOn(home, pollId, code);
	}

	/** kill -9 and a new process in its place; statements under way go on without it. */
	crash(): void {
		const { random, history } = this.#parts;
		const place = random.int(0, this.#servers.length - 1);
		const server = this.#servers[place];
		if (server === undefined) return;
		history.count("crash");
		history.note(undefined, () => `${server.process.name} is killed`);
		for (const room of server.rooms.values()) {
			for (const connection of room.connections) {
				// A machine that dies says nothing; a process that dies has a kernel that does.
				if (random.chance(0.7)) connection.break("tab");
			}
		}
		server.process.kill();
		this.#servers[place] = this.#start();
	}

	pause(ms: number): void {
		const { random, timers, history } = this.#parts;
		const { process } = random.pick(this.#servers);
		history.count("pause");
		history.note(undefined, () => `${process.name} stands still for ${ms.toFixed(0)} ms`);
		process.pause();
		timers.after(ms, () => process.resume());
	}

	cutSomeConnection(): void {
		const { random, history } = this.#parts;
		const connections = this.#servers.flatMap(({ rooms }) =>
			[...rooms.values()].flatMap((room) => [...room.connections]),
		);
		if (connections.length === 0) return;
		history.count("connection cut");
		random.pick(connections).break(random.pick(["tab", "server", "both"]));
	}

	resumeAll(): void {
		for (const { process } of this.#servers) process.resume();
	}

	/** Rooms that were passed over find out, as every room must from time to time: an idle one never learns it by writing. */
	recheckEpochs(): void {
		for (const room of this.#everyRoom) {
			if (room.isGone || room.parts.process.state === "dead") continue;
			room.parts.process.deliver(() => void room.recheckEpoch().catch(() => {}));
		}
	}

	#roomOn(server: Server, pollId: PollId, code: string): SimRoom {
		const { Room, history } = this.#parts;
		const known = server.rooms.get(pollId);
		if (known !== undefined && !known.isGone) return known;
		const { process, journal } = server;
		const room = new Room({
			pollId,
			code,
			process,
			journal,
			groupCommit: server.groupCommit,
			history,
		});
		server.rooms.set(pollId, room);
		this.#everyRoom.add(room);
		const starting = new Promise<void>((resolve, reject) => {
			process.deliver(() => void room.activate().then(resolve, reject));
		}).finally(() => server.starting.delete(room));
		starting.catch((cause: unknown) => {
			if (isOurs(cause)) history.violate("no bug", String(cause), pollId);
		});
		server.starting.set(room, starting);
		return room;
	}

	#other(than: Server | undefined): Server {
		const { random } = this.#parts;
		const running = this.#servers.filter(({ process }) => process.state === "running");
		const others = running.filter((server) => server !== than);
		return random.pick(others.length > 0 ? others : this.#servers);
	}

	#start(): Server {
		const { timers, random, history, database, commitOptions } = this.#parts;
		this.#started += 1;
		const process = new Runtime(`server ${this.#started}`, timers);
		const journal = this.#parts.journal(database.journal(process));
		return {
			process,
			journal,
			groupCommit: groupCommit(
				journal,
				process.timers,
				{ ...commitOptions, random: random.next },
				(event) => {
					if (event.kind === "callback-failed") history.violate("no bug", String(event.cause));
					if (event.kind === "batch-unknown") history.count("batch unknown");
					if (event.kind === "batch-retried") history.count("batch retried");
				},
			),
			rooms: new Map(),
			starting: new Map(),
		};
	}
}

/** The database's faults are expected; anything else that ends an activation is a bug. */
function isOurs(cause: unknown): boolean {
	const { code, message } = cause as { code?: unknown; message?: unknown };
	return code === undefined && message !== "Connection terminated unexpectedly";
}
