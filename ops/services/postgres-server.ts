/**
 * A private PostgreSQL of this machine's own binaries: durable as in production (fsync is on), on
 * loopback only, where everybody is trusted.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { childrenOf } from "./children-of.ts";
import { freePort, requireFree } from "./free-port.ts";
import { type Account, accountForPostgres, postgresBinaries } from "./postgres-binaries.ts";
import { type Program, startProgram, whenReady } from "./program.ts";

const run = promisify(execFile);
/** After a crash it reads its log again before it answers. */
const READY_WITHIN_MS = 60_000;
const CONNECT_WITHIN_MS = 1_000;
/** How long killed processes may still hold the shared memory. */
const RELEASED_WITHIN_MS = 10_000;
const STILL_HELD = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/;

export interface PostgresOptions {
	/** Made when missing; the data stays in it, for the next start. */
	readonly directory: string;
	/** The folder that has its programs; found on this machine when not given. */
	readonly binaries?: string | undefined;
	/** A free one when not given. */
	readonly port?: number;
	/** Out of reach of this terminal's Ctrl-C. */
	readonly apart?: boolean;
	/** Aborted while it starts: it is killed, and starting rejects with the signal's reason. */
	readonly signal?: AbortSignal | undefined;
}

export interface PostgresServer {
	/** Of the superuser, who needs no password. */
	readonly url: string;
	readonly port: number;
	readonly pid: number;
	/** A crash: SIGKILL to it and to every process of it. Resolves once it is gone. */
	kill(): Promise<void>;
	/** Kills it when it still runs, then comes back on the same port with what was committed. */
	restart(): Promise<void>;
	/** Ends connections and shuts down; resolves once it is gone, also when it was gone before. */
	stop(): Promise<void>;
}

/** Rejects with `MissingProgramError`, or with the server's own words when it does not start. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
	const binaries = options.binaries ?? postgresBinaries();
	const account = accountForPostgres();
	const directory = resolve(options.directory);
	const port = options.port ?? (await freePort());
	const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
	const data = await dataFolder(binaries, directory, account, options.signal);

	const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "on" };
	const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
	const command = join(binaries, "postgres");
	const args = ["-D", data, "-p", `${port}`, ...flags];
	const start = async (): Promise<Program> => {
		await requireFree("PostgreSQL", port);
		const { apart, signal } = options;
		const program = await startProgram(command, args, { cwd: directory, account, apart });
		await whenReady("PostgreSQL", program, {
			isReady: () => answers(url),
			withinMs: READY_WITHIN_MS,
			signal,
		});
		return program;
	};
	let program = await start();
	const kill = async (): Promise<void> => {
		if (program.hasEnded) return;
		// Stopped first: it would start new ones while we look at the list.
		await program.kill("SIGSTOP");
		for (const child of await childrenOf(program.pid)) killIfThere(child);
		await program.kill("SIGKILL");
	};
	return {
		url,
		port,
		get pid() {
			return program.pid;
		},
		kill,
		async restart() {
			await kill();
			program = await onceReleased(start);
		},
		// SIGINT is PostgreSQL's "fast": it does not wait for clients to leave.
		stop: () => program.stop({ signal: "SIGINT" }),
	};
}

/** The folder of the data, made and filled when it is not there yet. */
async function dataFolder(
	binaries: string,
	directory: string,
	account: Account | undefined,
	signal: AbortSignal | undefined,
): Promise<string> {
	const data = join(directory, "postgres");
	await mkdir(directory, { recursive: true });
	// Others may pass through, not look around: the account that is not root has to reach its data.
	if (account !== undefined) await chmod(directory, (await stat(directory)).mode | 0o011);
	if (existsSync(data)) return data;
	const fresh = join(directory, "postgres.new");
	await rm(fresh, { recursive: true, force: true });
	await mkdir(fresh, { mode: 0o700 });
	if (account !== undefined) await chown(fresh, account.uid, account.gid);
	const initdb = ["-D", fresh, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"];
	try {
		const as = account && { uid: account.uid, gid: account.gid };
		await run(join(binaries, "initdb"), initdb, { cwd: directory, signal, ...as });
	} catch (cause) {
		signal?.throwIfAborted();
		const who =
			account === undefined
				? ""
				: ` as ${account.name}, who must be able to enter every folder above it`;
		const said = (cause as { stderr?: string }).stderr ?? String(cause);
		throw new Error(`initdb failed in ${directory}${who}:\n${said.trim()}`, { cause });
	}
	// Last of all: whatever interrupts this leaves nothing that looks complete.
	await rename(fresh, data);
	return data;
}

async function onceReleased(start: () => Promise<Program>): Promise<Program> {
	const deadline = performance.now() + RELEASED_WITHIN_MS;
	while (true) {
		try {
			return await start();
		} catch (error) {
			if (!STILL_HELD.test(String(error)) || performance.now() > deadline) throw error;
		}
	}
}

async function answers(url: string): Promise<boolean> {
	const client = new pg.Client({
		connectionString: url,
		connectionTimeoutMillis: CONNECT_WITHIN_MS,
	});
	client.on("error", () => {});
	try {
		await client.connect();
		await client.query("SELECT 1");
		return true;
	} catch {
		return false;
	} finally {
		await client.end().catch(() => {});
	}
}

function killIfThere(pid: number): void {
	try {
		process.kill(pid, "SIGKILL");
	} catch {
		// It has ended by itself in the meantime.
	}
}
