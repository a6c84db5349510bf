/** nginx in a folder of its own, with the rights of whoever starts it. */
import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { childrenOf } from "./children-of.ts";
import { findProgram, MissingProgramError, packaged } from "./find-program.ts";
import { startProgram, whenReady } from "./program.ts";

const run = promisify(execFile);
const READY_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 20;

/** Every path within the folder: the ones that are compiled in belong to the system's own nginx. */
const MAIN = `worker_processes auto;
daemon off;
pid nginx.pid;
error_log stderr notice;
events {
	worker_connections 8192;
}
http {
	client_body_temp_path temp/body;
	proxy_temp_path temp/proxy;
	fastcgi_temp_path temp/fastcgi;
	uwsgi_temp_path temp/uwsgi;
	scgi_temp_path temp/scgi;
	access_log off;
	include site.conf;
}
`;

export interface NginxOptions {
	/** Made when missing; relative paths in `site` start here. */
	readonly directory: string;
	/** What stands in `http { }`, as in a file of conf.d. */
	readonly site: string;
	/** Out of reach of this terminal's Ctrl-C. */
	readonly apart?: boolean;
	/** Aborted while it starts: it is killed, and starting rejects with the signal's reason. */
	readonly signal?: AbortSignal | undefined;
}

export interface NginxServer {
	readonly pid: number;
	/** Takes another `site`; resolves once only new workers answer. Rejects, unchanged, when it is not valid. */
	reload(site: string): Promise<void>;
	/** Resolves once it is gone, also when it was gone before. */
	stop(): Promise<void>;
}

/** `undefined` when it is not installed. */
export function findNginx(): string | undefined {
	return findProgram(packaged.nginx.programs);
}

/** Rejects with `MissingProgramError`, or with nginx's own words when it does not start. */
export async function startNginx({
	directory,
	site,
	apart,
	signal,
}: NginxOptions): Promise<NginxServer> {
	const command = await checkNginx(directory, site);
	const folder = resolve(directory);
	await writeFile(join(folder, "site.conf"), site);
	const pidFile = join(folder, "nginx.pid");
	await rm(pidFile, { force: true });
	const program = await startProgram(command, argumentsFor(folder), { cwd: folder, apart });
	// Written once it listens.
	const isReady = () =>
		readFile(pidFile, "utf8").then(
			(text) => text.trim() === `${program.pid}`,
			() => false,
		);
	await whenReady("nginx", program, { isReady, withinMs: READY_WITHIN_MS, signal });
	return {
		pid: program.pid,
		async reload(next) {
			await checkNginx(folder, next);
			await writeFile(join(folder, "site.conf"), next);
			const old = await childrenOf(program.pid);
			await program.kill("SIGHUP");
			await areLeaving(old, program.output);
		},
		stop: () => program.stop(),
	};
}

/** `nginx -t`: resolves to the path of nginx, rejects with its words about what is wrong. */
export async function checkNginx(directory: string, site: string): Promise<string> {
	const command = findNginx();
	if (command === undefined) throw new MissingProgramError("nginx");
	const folder = resolve(directory);
	await mkdir(join(folder, "temp"), { recursive: true });
	await writeFile(join(folder, "nginx.conf"), MAIN);
	const checked = join(folder, "checked.conf");
	await writeFile(checked, MAIN.replace("site.conf", "checked-site.conf"));
	await writeFile(join(folder, "checked-site.conf"), site);
	try {
		await run(command, ["-t", ...argumentsFor(folder, "checked.conf")], { cwd: folder });
	} catch (cause) {
		const said = (cause as { stderr?: string }).stderr ?? String(cause);
		throw new Error(`nginx does not take this configuration:\n${said.trim()}`, { cause });
	}
	return command;
}

function argumentsFor(folder: string, file = "nginx.conf"): readonly string[] {
	return ["-p", folder, "-c", join(folder, file), "-e", "stderr"];
}

/** A worker that was told to go may still take a connection until it says this. */
async function areLeaving(workers: readonly number[], output: () => string): Promise<void> {
	const deadline = performance.now() + READY_WITHIN_MS;
	const isLeaving = (pid: number) => output().includes(`${pid}#${pid}: gracefully shutting down`);
	while (performance.now() < deadline) {
		if (workers.every(isLeaving)) return;
		await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
	}
	throw new Error("nginx did not take the new configuration in time");
}
