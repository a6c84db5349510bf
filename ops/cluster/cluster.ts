/**
 * Everything that several processes on one machine need, started in the order in which one needs
 * the other: PostgreSQL and Redis, the processes, nginx. `stop` lets the processes drain first, while
 * nginx still answers for them.
 */
import { join, resolve } from "node:path";
import { render } from "../nginx/render.ts";
import { MissingProgramError } from "../services/find-program.ts";
import { freePortFrom, requireFree } from "../services/free-port.ts";
import { findNginx, startNginx } from "../services/nginx-server.ts";
import { startPostgres } from "../services/postgres-server.ts";
import { startRedis } from "../services/redis-server.ts";
import { ServerProcess } from "./server-process.ts";
import type { Settings } from "./settings.ts";
import { addressIn, type Row } from "./table.ts";

/** The port of the first process; the others follow. */
const FIRST_PORT = 2601;

export interface ClusterParts {
	readonly settings: Settings;
	readonly environment: NodeJS.ProcessEnv;
	readonly print: (line: string) => void;
	/** Aborted while it starts: what was started is stopped, and starting rejects. */
	readonly signal: AbortSignal;
}

export interface Cluster {
	/** What runs where. */
	readonly rows: readonly Row[];
	/** Where to go: of nginx, or of each process where there is none. */
	readonly addresses: readonly string[];
	/** Drains and restarts one process after the other; rejects where one does not come back. */
	restart(): Promise<void>;
	/** Resolves once nothing is left of it. */
	stop(): Promise<void>;
}

/** Rejects, after stopping what it had started, with a sentence or with the words of who refused. */
export async function startCluster(parts: ClusterParts): Promise<Cluster> {
	const stops: (() => Promise<void>)[] = [];
	const stop = async (): Promise<void> => {
		for (const each of stops.splice(0).reverse()) await each();
	};
	try {
		return { ...(await startAll(parts, stops)), stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function startAll(
	{ settings, environment, print, signal }: ClusterParts,
	stops: (() => Promise<void>)[],
): Promise<Omit<Cluster, "stop">> {
	const data = resolve(settings.data);
	const rows: Row[] = [];
	const started = { apart: true, signal };
	const hasNginx = findNginx() !== undefined;
	if (hasNginx) await requireFree("nginx", settings.port);
	else print(`plenum: going on without nginx. ${new MissingProgramError("nginx").message}`);

	const shared: NodeJS.ProcessEnv = { ...environment };
	if (!isGiven(environment, "DATABASE_URL")) {
		print("plenum: starting PostgreSQL …");
		const postgres = await startPostgres({ directory: data, ...started });
		stops.push(() => postgres.stop());
		shared["DATABASE_URL"] = postgres.url;
		rows.push(["PostgreSQL", `127.0.0.1:${postgres.port}`, `keeps its data in ${data}/postgres`]);
	} else rows.push(["PostgreSQL", addressIn(environment["DATABASE_URL"]), "from DATABASE_URL"]);
	if (!isGiven(environment, "REDIS_URL")) {
		print("plenum: starting Redis …");
		const redis = await startRedis({ directory: join(data, "redis"), ...started });
		stops.push(() => redis.stop());
		shared["REDIS_URL"] = redis.url;
		rows.push(["Redis", `127.0.0.1:${redis.port}`, "keeps nothing"]);
	} else rows.push(["Redis", addressIn(environment["REDIS_URL"]), "from REDIS_URL"]);

	const ports = await portsFor(settings.processes);
	const processes = ports.map((port) => {
		const own = hasNginx ? behindNginx(port) : onItsOwn(port, ports, environment);
		const all = { ...shared, ...own, PORT: `${port}` };
		return new ServerProcess({ port, environment: all, print });
	});
	const nginx = hasNginx ? join(data, "nginx") : undefined;
	if (nginx !== undefined) {
		// Pushed before the processes, so that it still answers while they drain.
		const site = render({ listenPort: settings.port, processes, logFolder: "." });
		print("plenum: starting nginx …");
		const server = await startNginx({ directory: nginx, site, ...started });
		stops.push(() => server.stop());
	}
	stops.push(() => stopAll(processes));
	signal.addEventListener("abort", () => void stopAll(processes), { once: true });
	// The first one alone: it brings the schema up to date.
	for (const process of processes) {
		signal.throwIfAborted();
		print(`plenum: starting the process on port ${process.port} …`);
		await process.start();
	}
	for (const { port, pid } of processes) rows.push([`process ${port}`, `*:${port}`, `pid ${pid}`]);
	rows.push(
		nginx === undefined
			? ["nginx", "not installed", "browsers on this machine only"]
			: ["nginx", `*:${settings.port}`, `logs in ${nginx}`],
	);
	const open = hasNginx ? [settings.port] : ports;
	return {
		rows,
		addresses: open.map((port) => `http://localhost:${port}`),
		restart: () => restartAll(processes, print),
	};
}

async function restartAll(
	processes: readonly ServerProcess[],
	print: (line: string) => void,
): Promise<void> {
	for (const process of processes) {
		const startedAt = performance.now();
		print(`plenum: restarting the process on port ${process.port} …`);
		await process.restart();
		const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
		print(`plenum: the process on port ${process.port} is back after ${seconds} s`);
	}
}

async function stopAll(processes: readonly ServerProcess[]): Promise<void> {
	await Promise.all(processes.map((process) => process.stop()));
}

async function portsFor(count: number): Promise<readonly number[]> {
	const ports: number[] = [];
	while (ports.length < count) ports.push(await freePortFrom((ports.at(-1) ?? FIRST_PORT - 1) + 1));
	return ports;
}

function behindNginx(port: number): NodeJS.ProcessEnv {
	return { HOST: "127.0.0.1", PUBLIC_ADDRESS: `/w/${port}`, TRUSTED_PROXIES: "loopback" };
}

/** A page of one process then goes to another one's port for its WebSocket. */
function onItsOwn(
	port: number,
	ports: readonly number[],
	{ CORS_ORIGINS }: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
	const origins = ports.map((each) => `http://localhost:${each}`);
	return {
		PUBLIC_ADDRESS: `localhost:${port}`,
		CORS_ORIGINS: [...(CORS_ORIGINS ? [CORS_ORIGINS] : []), ...origins].join(","),
	};
}

function isGiven(environment: NodeJS.ProcessEnv, name: string): boolean {
	return Boolean(environment[name] || environment[`${name}_FILE`]);
}
