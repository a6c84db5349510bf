/** A program as a child of this process: its last words, its end, and when it is ready. */
import { spawn } from "node:child_process";
import { once } from "node:events";

const OUTPUT_KEPT_MAX = 64 * 1024;
const LOOK_EVERY_MS = 20;
const STOP_WITHIN_MS = 10_000;

export interface ProgramOptions {
	readonly cwd: string;
	readonly env?: NodeJS.ProcessEnv;
	/** Another account to run as; only root may. */
	readonly account?: { readonly uid: number; readonly gid: number } | undefined;
	/**
	 * In a process group of its own, so that Ctrl-C in a terminal reaches only this process, which
	 * then stops its children in their order.
	 */
	readonly apart?: boolean | undefined;
	/** Hears every piece of stdout and stderr. */
	readonly onOutput?: (text: string) => void;
}

export interface Program {
	readonly pid: number;
	/** What it wrote to stdout and stderr, the last 64 KiB. */
	output(): string;
	/** Resolves to the exit code, or to the signal's name, once it is gone. */
	readonly ended: Promise<number | string>;
	readonly hasEnded: boolean;
	/** Resolves once the signal is sent, and for one that ends it once it is gone. */
	kill(signal: NodeJS.Signals): Promise<void>;
	/** SIGTERM, and SIGKILL after `withinMs` (ten seconds); resolves once it is gone. */
	stop(options?: { signal?: NodeJS.Signals; withinMs?: number }): Promise<void>;
}

const DOES_NOT_END: readonly NodeJS.Signals[] = ["SIGSTOP", "SIGCONT", "SIGHUP"];

/** Rejects when it cannot be started at all. */
export async function startProgram(
	command: string,
	args: readonly string[],
	{ cwd, env, account, apart = false, onOutput }: ProgramOptions,
): Promise<Program> {
	const child = spawn(command, args, {
		...{ cwd, env, ...account, detached: apart },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let text = "";
	const collect = (piece: string): void => {
		text = (text + piece).slice(-OUTPUT_KEPT_MAX);
		onOutput?.(piece);
	};
	child.stdout.setEncoding("utf8").on("data", collect);
	child.stderr.setEncoding("utf8").on("data", collect);
	let hasEnded = false;
	// "exit" and not "close": a grandchild that lives on may keep the pipes open.
	const ended = new Promise<number | string>((resolve) => {
		child.once("exit", (code, signal) => {
			hasEnded = true;
			resolve(code ?? signal ?? "nothing");
		});
	});
	await once(child, "spawn");
	const { pid = 0 } = child;
	const program: Program = {
		pid,
		output: () => text,
		ended,
		get hasEnded() {
			return hasEnded;
		},
		async kill(signal) {
			child.kill(signal);
			if (!DOES_NOT_END.includes(signal)) await ended;
		},
		async stop({ signal = "SIGTERM", withinMs = STOP_WITHIN_MS } = {}) {
			const hard = setTimeout(() => child.kill("SIGKILL"), withinMs);
			await program.kill(signal);
			clearTimeout(hard);
		},
	};
	return program;
}

export interface Readiness {
	readonly isReady: () => Promise<boolean>;
	readonly withinMs: number;
	/** Aborted: it is killed, and the promise rejects with the signal's reason. */
	readonly signal?: AbortSignal | undefined;
}

/** Resolves once it is ready; rejects with its own words when it ends or takes too long, and kills it. */
export async function whenReady(
	name: string,
	program: Program,
	{ isReady, withinMs, signal }: Readiness,
): Promise<void> {
	const deadline = performance.now() + withinMs;
	while (!program.hasEnded && !signal?.aborted && performance.now() < deadline) {
		if (await isReady()) return;
		await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
	}
	if (signal?.aborted) await program.kill("SIGKILL");
	signal?.throwIfAborted();
	const how = program.hasEnded ? "ended" : `was not ready after ${withinMs / 1000} s`;
	await program.kill("SIGKILL");
	throw new Error(`${name} did not start, it ${how}:\n${program.output().trim()}`);
}
