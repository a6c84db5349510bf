/** A machine as in production, in a folder of its own: nginx, PostgreSQL, Redis, pm2 and releases. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { render } from "../../../nginx/render.ts";
import { freePort } from "../../../services/free-port.ts";
import { startNginx } from "../../../services/nginx-server.ts";
import { startPostgres } from "../../../services/postgres-server.ts";
import { startRedis } from "../../../services/redis-server.ts";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const ROLLOUT = join(ROOT, "ops/deploy/pm2-rollout.mjs");
const PROCESSES = 2;
const OPS_TOKEN = "of-nobody-but-this-test";

export interface Machine {
	readonly origin: string;
	readonly base: string;
	readonly databaseUrl: string;
	readonly ports: readonly number[];
	/** Built and not yet installed; `spoil` may plant a fault in it. */
	checkout(version: string, spoil?: (folder: string) => void): string;
	/** Already among the releases, as after a first `npm ci`. */
	putFirstRelease(version: string): void;
	rollOut(...args: string[]): Promise<{ readonly code: number; readonly output: string }>;
	/** What each process says it runs; "nothing" where nobody answers. */
	versions(): Promise<readonly string[]>;
	/** The ids of server processes that run though pm2 does not list them. */
	strays(): Promise<readonly number[]>;
	/** As the kernel does when memory is short: pm2 is gone, and what it started is not. */
	killPm2(): void;
	stop(): Promise<void>;
}

export async function startMachine(): Promise<Machine> {
	const base = realpathSync(mkdtempSync(join(tmpdir(), "plenum-machine-")));
	let left: readonly number[] = [];
	const stops: (() => unknown)[] = [
		() => assert.deepEqual(left, [], "pm2 has left processes behind"),
		() => rmSync(base, { recursive: true, force: true }),
	];
	const stop = async () => {
		for (const cleanup of stops.splice(0).reverse()) await cleanup();
	};
	try {
		const [postgres, redis] = await Promise.all([
			startPostgres({ directory: base }),
			startRedis({ directory: join(base, "redis") }),
		]);
		stops.push(postgres.stop, redis.stop);
		const ports = await Promise.all(Array.from({ length: PROCESSES }, () => freePort()));
		const listenPort = await freePort();
		const site = render({
			...{ listenPort, logFolder: "." },
			processes: ports.map((port) => ({ port })),
		});
		const nginx = await startNginx({ directory: join(base, "nginx"), site });
		stops.push(nginx.stop);
		const bin = join(realpathSync(join(ROOT, "node_modules")), ".bin");
		const { PATH, HOME, TMPDIR } = process.env;
		const env = {
			...{ HOME, TMPDIR, OPS_TOKEN, PATH: `${bin}${delimiter}${PATH}` },
			...{ DATABASE_URL: postgres.url, REDIS_URL: redis.url, RATE_LIMITS: "off" },
			...{ PM2_HOME: join(base, "pm2"), PLENUM_PROCESSES: `${PROCESSES}` },
		};
		const start = (command: string, ...args: string[]) =>
			new Promise<{ code: number; output: string }>((resolve) => {
				execFile(command, args, { env }, (error, stdout, stderr) =>
					resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
				);
			});
		const pm2 = (...args: string[]) => start(join(bin, "pm2"), ...args);
		stops.push(async () => {
			await pm2("kill");
			left = processesIn(join(base, "releases"));
			for (const pid of left) process.kill(pid, "SIGKILL");
		});

		const checkout = (version: string, spoil?: (folder: string) => void) => {
			const folder = join(base, "checkouts", version);
			mkdirSync(folder, { recursive: true });
			cpSync(realpathSync(join(ROOT, "dist")), join(folder, "dist"), { recursive: true });
			writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", version }));
			writeFileSync(join(folder, "package-lock.json"), "{}");
			writeFileSync(join(folder, ".npmrc"), "");
			writeFileSync(join(folder, "ecosystem.config.cjs"), ecosystem(ports));
			spoil?.(folder);
			return folder;
		};
		return {
			origin: `http://127.0.0.1:${listenPort}`,
			base,
			databaseUrl: postgres.url,
			ports,
			checkout,
			putFirstRelease(version) {
				const release = join(base, "releases", version);
				cpSync(checkout(version), release, { recursive: true });
				symlinkSync(realpathSync(join(ROOT, "node_modules")), join(release, "node_modules"));
			},
			rollOut: (...args) => start(process.execPath, ROLLOUT, "--base", base, ...args),
			versions: () => Promise.all(ports.map(versionAt)),
			async strays() {
				const running = processesIn(join(base, "releases"));
				const { output } = await pm2("jlist");
				return running.filter((pid) => !output.includes(`"pid":${pid},`));
			},
			killPm2: () => {
				process.kill(Number(readFileSync(join(base, "pm2/pm2.pid"), "utf8")), "SIGKILL");
			},
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

/** The one of the project, but for the ports. */
function ecosystem(ports: readonly number[]): string {
	return `const { apps } = require(${JSON.stringify(join(ROOT, "ecosystem.config.cjs"))});
const ports = ${JSON.stringify(ports)};
module.exports = { apps: apps.map((app, index) => ({
	...app,
	name: "plenum-" + ports[index],
	env: { ...app.env, PORT: String(ports[index]), PUBLIC_ADDRESS: "/w/" + ports[index] },
})) };`;
}

/** By their working folder, which pm2 has no say in. */
function processesIn(folder: string): readonly number[] {
	const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
	return pids.filter((pid) => folderOf(pid).startsWith(folder)).map(Number);
}

function folderOf(pid: string): string {
	try {
		return readlinkSync(`/proc/${pid}/cwd`);
	} catch {
		return "";
	}
}

async function versionAt(port: number): Promise<string> {
	try {
		const headers = { authorization: `Bearer ${OPS_TOKEN}` };
		const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
		return /^plenum_\w+\{[^}]*version="([^"]*)"/m.exec(await answer.text())?.[1] ?? "unknown";
	} catch {
		return "nothing";
	}
}
