/** A private Redis (or Valkey) of this machine's own binary: in memory only, on loopback only. */
import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { findProgram, MissingProgramError, packaged } from "./find-program.ts";
import { freePort, requireFree } from "./free-port.ts";
import { type Program, startProgram, whenReady } from "./program.ts";

const READY_WITHIN_MS = 20_000;
const PING_WITHIN_MS = 1_000;

export interface RedisOptions {
	/** Its working directory, made when missing; nothing is kept in it. */
	readonly directory: string;
	/** A free one when not given. */
	readonly port?: number;
	/** Out of reach of this terminal's Ctrl-C. */
	readonly apart?: boolean;
	/** Aborted while it starts: it is killed, and starting rejects with the signal's reason. */
	readonly signal?: AbortSignal | undefined;
}

export interface RedisServer {
	readonly url: string;
	readonly port: number;
	readonly pid: number;
	/** SIGKILL when not given. Resolves once it is gone; with SIGSTOP and SIGCONT once it is sent. */
	kill(signal?: NodeJS.Signals): Promise<void>;
	/** Kills it when it still runs, then comes back on the same port, empty. */
	restart(): Promise<void>;
	/** Resolves once it is gone, also when it was gone before. */
	stop(): Promise<void>;
}

/** Rejects with `MissingProgramError`, or with the server's own words when it does not start. */
export async function startRedis({
	directory,
	port: wanted,
	apart,
	signal,
}: RedisOptions): Promise<RedisServer> {
	const command = findProgram(packaged.Redis.programs);
	if (command === undefined) throw new MissingProgramError("Redis");
	await mkdir(directory, { recursive: true });
	const port = wanted ?? (await freePort());
	const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
	const start = async (): Promise<Program> => {
		await requireFree("Redis", port);
		const program = await startProgram(command, args, { cwd: directory, apart });
		await whenReady("Redis", program, {
			isReady: () => answersPing(port),
			withinMs: READY_WITHIN_MS,
			signal,
		});
		return program;
	};
	let program = await start();
	return {
		url: `redis://127.0.0.1:${port}`,
		port,
		get pid() {
			return program.pid;
		},
		kill: (signal = "SIGKILL") => program.kill(signal),
		async restart() {
			await program.kill("SIGKILL");
			program = await start();
		},
		stop: () => program.stop(),
	};
}

function answersPing(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
		const answer = (isUp: boolean): void => {
			socket.destroy();
			resolve(isUp);
		};
		socket.setTimeout(PING_WITHIN_MS, () => answer(false));
		socket.once("data", (chunk) => answer(chunk.toString().startsWith("+PONG")));
		socket.once("error", () => answer(false));
		socket.once("close", () => resolve(false));
	});
}
