/**
 * All of it on one machine: PostgreSQL, Redis and the processes, nginx in front, and on every edge
 * between two of them a proxy that can misbehave.
 */
import { join } from "node:path";
import { Redis } from "ioredis";
import { render } from "../../nginx/render.ts";
import { freePort } from "../../services/free-port.ts";
import { startNginx } from "../../services/nginx-server.ts";
import type { PostgresServer } from "../../services/postgres-server.ts";
import { type RedisServer, startRedis } from "../../services/redis-server.ts";
import { type FaultyProxy, faultyProxy } from "./faulty-proxy.ts";
import { jumpingClock } from "./jumping-clock.ts";
import { rememberActivations, serverVersion, startLedgerDatabase } from "./ledger-database.ts";
import { ServerUnderDrill } from "./server-under-drill.ts";

export interface ClusterOptions {
	/** For everything but the database's data; nobody else may have to enter it. */
	readonly directory: string;
	/** Enterable by the database's account. */
	readonly dataDirectory: string;
	readonly processes: number;
	/** The last process lives with a wall clock that jumps. */
	readonly hasJumpingClock: boolean;
	/** Of every process, besides what it needs. */
	readonly environment?: NodeJS.ProcessEnv;
	/** What people hear from the processes, over all their edges. */
	readonly onReply: (piece: Buffer) => void;
	/** Hears the errors in the logs; processes count from 0. */
	readonly onError: (process: number, message: string) => void;
}

export interface ProcessUnderDrill {
	readonly server: ServerUnderDrill;
	/** From nginx to it. */
	readonly fromPeople: FaultyProxy;
	readonly toPostgres: FaultyProxy;
	readonly toRedis: FaultyProxy;
}

export interface ClusterUnderDrill {
	/** Of the proxy in front of nginx: where people go. */
	readonly origin: string;
	readonly entry: FaultyProxy;
	readonly processes: readonly ProcessUnderDrill[];
	readonly postgres: PostgresServer;
	readonly redis: RedisServer;
	readonly versions: { readonly postgres: string; readonly redis: string };
	/** The index of the process behind an address of a seat. */
	processAt(publicAddress: string): number | undefined;
	stop(): Promise<void>;
}

export async function startClusterUnderDrill(options: ClusterOptions): Promise<ClusterUnderDrill> {
	const stops: (() => Promise<unknown>)[] = [];
	const stop = async (): Promise<void> => {
		for (const each of stops.splice(0).reverse()) await each();
	};
	try {
		return { ...(await startAll(options, stops)), stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function startAll(
	options: ClusterOptions,
	stops: (() => Promise<unknown>)[],
): Promise<Omit<ClusterUnderDrill, "stop">> {
	const { directory, onReply, onError } = options;
	const proxied = async (port: number, onPiece?: (piece: Buffer) => void): Promise<FaultyProxy> => {
		const proxy = await faultyProxy(port, {
			port: await freePort(),
			...(onPiece === undefined ? {} : { onReply: onPiece }),
		});
		stops.push(() => proxy.close());
		return proxy;
	};
	const postgres = await startLedgerDatabase(options.dataDirectory);
	stops.push(() => postgres.stop());
	const redis = await startRedis({ directory: join(directory, "redis"), apart: true });
	stops.push(() => redis.stop());

	const processes: ProcessUnderDrill[] = [];
	for (let index = 0; index < options.processes; index += 1) {
		const port = await freePort();
		const fromPeople = await proxied(port, onReply);
		const toPostgres = await proxied(postgres.port);
		const toRedis = await proxied(redis.port);
		const isLast = index === options.processes - 1;
		const { PATH, HOME, TMPDIR } = process.env;
		const environment = {
			...{ PATH, HOME, TMPDIR, PORT: `${port}`, HOST: "127.0.0.1" },
			PUBLIC_ADDRESS: `/w/${fromPeople.port}`,
			TRUSTED_PROXIES: "loopback",
			DATABASE_URL: `postgres://postgres@127.0.0.1:${toPostgres.port}/postgres`,
			REDIS_URL: `redis://127.0.0.1:${toRedis.port}`,
			// Everybody comes from one address here; how much one may ask for is another test's matter.
			RATE_LIMITS: "off",
			LOG_LEVEL: "warn",
			...options.environment,
			...(options.hasJumpingClock && isLast ? jumpingClock() : {}),
		};
		const server = new ServerUnderDrill(port, environment, directory, (message) =>
			onError(index, message),
		);
		processes.push({ server, fromPeople, toPostgres, toRedis });
	}
	const listenPort = await freePort();
	const ports = processes.map(({ fromPeople }) => ({ port: fromPeople.port }));
	const site = render({ listenPort, processes: ports, logFolder: "." });
	const nginx = await startNginx({ directory: join(directory, "nginx"), site, apart: true });
	stops.push(() => nginx.stop());
	const entry = await proxied(listenPort);

	for (const { server } of processes) stops.push(() => server.stop());
	const [first, ...others] = processes;
	// Alone: it brings the schema up to date.
	await first?.server.start();
	await rememberActivations(postgres.url);
	await Promise.all(others.map(({ server }) => server.start()));

	return {
		origin: `http://127.0.0.1:${entry.port}`,
		...{ entry, processes, postgres, redis },
		versions: {
			postgres: await serverVersion(postgres.url),
			redis: await redisVersion(redis.url),
		},
		processAt(publicAddress) {
			const port = Number(/\/w\/(\d+)/.exec(publicAddress)?.[1]);
			const index = ports.findIndex((each) => each.port === port);
			return index < 0 ? undefined : index;
		},
	};
}

async function redisVersion(url: string): Promise<string> {
	const client = new Redis(url);
	const info = await client.info("server");
	client.disconnect();
	return /redis_version:(\S+)/.exec(info)?.[1] ?? "unknown";
}
