/** Several processes of the built server on one PostgreSQL and one Redis, to be killed one by one. */
import { Redis } from "ioredis";
import { freePort } from "../../../ops/services/free-port.ts";
import { type RedisServer, startRedis } from "../../../ops/services/redis-server.ts";
import type { PollId } from "../../../schema/ids.ts";
import { roomIdOf } from "../../room/poll-room.ts";
import { freshDatabaseUrl, tempDir } from "./databases.ts";
import { type ServerUnderTest, startServer } from "./server-under-test.ts";

export interface ClusterOptions {
	readonly processes: number;
	/** A new, empty database when not given. */
	readonly databaseUrl?: string;
	/** Through which the processes reach Redis, when not directly. */
	readonly redisUrl?: (redis: RedisServer, process: number) => string | Promise<string>;
	/** Of all processes. */
	readonly environment?: NodeJS.ProcessEnv;
	/** Under which a browser reaches the process on this port. */
	readonly publicAddress?: (port: number) => string;
}

export class ClusterUnderTest {
	readonly redis: RedisServer;
	readonly databaseUrl: string;
	readonly #environments: readonly NodeJS.ProcessEnv[];
	readonly #servers: (ServerUnderTest | undefined)[] = [];
	#output = "";

	private constructor(
		redis: RedisServer,
		databaseUrl: string,
		environments: readonly NodeJS.ProcessEnv[],
	) {
		this.redis = redis;
		this.databaseUrl = databaseUrl;
		this.#environments = environments;
	}

	static async start(options: ClusterOptions): Promise<ClusterUnderTest> {
		const redis = await startRedis({ directory: await tempDir() });
		const databaseUrl = options.databaseUrl ?? (await freshDatabaseUrl());
		const { publicAddress = (port: number) => `127.0.0.1:${port}` } = options;
		const environments: NodeJS.ProcessEnv[] = [];
		for (let process = 0; process < options.processes; process += 1) {
			const port = await freePort();
			environments.push({
				PORT: String(port),
				PUBLIC_ADDRESS: publicAddress(port),
				DATABASE_URL: databaseUrl,
				REDIS_URL: (await options.redisUrl?.(redis, process)) ?? redis.url,
				...options.environment,
			});
		}
		const cluster = new ClusterUnderTest(redis, databaseUrl, environments);
		await cluster.startAll();
		return cluster;
	}

	get size(): number {
		return this.#environments.length;
	}

	get ports(): readonly number[] {
		return this.#environments.map(({ PORT }) => Number(PORT));
	}

	server(process: number): ServerUnderTest {
		const server = this.#servers[process];
		if (server === undefined) throw new Error(`process ${process} is not running`);
		return server;
	}

	origin(process: number): string {
		return this.server(process).origin;
	}

	/** SIGSTOP and SIGCONT only reach the process, anything else ends it. */
	async kill(process: number, signal: NodeJS.Signals = "SIGKILL"): Promise<number | string> {
		const server = this.server(process);
		const code = await server.kill(signal);
		this.#output += server.output();
		this.#servers[process] = undefined;
		return code;
	}

	signal(process: number, signal: "SIGSTOP" | "SIGCONT"): void {
		globalThis.process.kill(this.server(process).pid, signal);
	}

	/** On the same port as before. */
	async startAgain(process: number): Promise<ServerUnderTest> {
		const server = await startServer(this.#environments[process]);
		this.#servers[process] = server;
		return server;
	}

	async startAll(): Promise<void> {
		await Promise.all(this.#environments.map((_, process) => this.startAgain(process)));
	}

	/** Those that run now. */
	get running(): readonly number[] {
		return this.#servers.flatMap((server, process) => (server ? [process] : []));
	}

	/** The process that has the poll's room, by its listing; `undefined` while it has none. */
	async ownerOf(pollId: string): Promise<number | undefined> {
		const client = new Redis(this.redis.url, { lazyConnect: true });
		await client.connect();
		const listing = await client.hget("roomcaches", roomIdOf(pollId as PollId));
		client.disconnect();
		const port = /:(\d+)$|\/w\/(\d+)$/.exec(JSON.parse(listing ?? "{}").publicAddress ?? "");
		const owner = this.ports.indexOf(Number(port?.[1] ?? port?.[2]));
		return owner < 0 ? undefined : owner;
	}

	/** The log lines of all processes, of all their lives. */
	output(): string {
		return this.#output + this.#servers.map((server) => server?.output() ?? "").join("");
	}

	/** Lines of the log that tell of a fault or a bug. */
	errors(): readonly string[] {
		return this.output()
			.split("\n")
			.filter((line) => /"level":"(error|fatal)"/.test(line));
	}

	async stop(): Promise<void> {
		await Promise.all(this.running.map((process) => this.kill(process)));
		await this.redis.stop();
	}
}
