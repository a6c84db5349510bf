/** One server process, kept running until it is stopped: it starts again, ever later, when it dies. */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Program, startProgram, whenReady } from "../services/program.ts";
import { byLine } from "./by-line.ts";

const MAIN = fileURLToPath(new URL("../../server/main.js", import.meta.url));
/** A first start may have migrations to do. */
const READY_WITHIN_MS = 60_000;
/** It ends itself after 20 seconds of draining; this is for one that cannot. */
const DRAIN_WITHIN_MS = 25_000;
const ASK_WITHIN_MS = 1_000;
const FIRST_DELAY_MS = 500;
const DELAY_MAX_MS = 15_000;
/** Up for so long, the next death counts as the first one. */
const STEADY_AFTER_MS = 60_000;

export interface ServerProcessOptions {
	readonly port: number;
	readonly environment: NodeJS.ProcessEnv;
	/** Hears every line of it, and what becomes of it. */
	readonly print: (line: string) => void;
}

export class ServerProcess {
	readonly port: number;
	readonly #options: ServerProcessOptions;
	readonly #stopped = new AbortController();
	/** All that exist, one that drains among them. */
	readonly #programs = new Set<Program>();
	/** The one that should run; another one that ends was told to. */
	#program: Program | undefined;
	#delayMs = FIRST_DELAY_MS;

	constructor(options: ServerProcessOptions) {
		this.port = options.port;
		this.#options = options;
	}

	get pid(): number {
		return this.#program?.pid ?? 0;
	}

	/** Resolves once it is ready; rejects with its own words when it does not get there. */
	async start(): Promise<void> {
		const { signal } = this.#stopped;
		signal.throwIfAborted();
		const { environment, print } = this.#options;
		const program = await startProgram(process.execPath, ["--enable-source-maps", MAIN], {
			...{ cwd: process.cwd(), env: environment, apart: true },
			onOutput: byLine((line) => print(`[${this.port}] ${line}`)),
		});
		this.#program = program;
		this.#programs.add(program);
		void program.ended.then(() => this.#programs.delete(program));
		const isReady = () => this.#isReady();
		const name = `The process on port ${this.port}`;
		await whenReady(name, program, { isReady, withinMs: READY_WITHIN_MS, signal });
		void this.#startAgainWhenDead(program);
	}

	/** Drains it and starts it anew; rejects when the new one does not get ready, and goes on trying. */
	async restart(): Promise<void> {
		await this.#drain();
		try {
			await this.start();
		} catch (error) {
			void this.#startAgain();
			throw error;
		}
	}

	/** Resolves once it is gone, also while it is starting or waiting to. */
	async stop(): Promise<void> {
		this.#stopped.abort(new Error("stopped"));
		await this.#drain();
	}

	async #drain(): Promise<void> {
		this.#program = undefined;
		const stops = [...this.#programs].map((each) => each.stop({ withinMs: DRAIN_WITHIN_MS }));
		await Promise.all(stops);
	}

	async #startAgainWhenDead(program: Program): Promise<void> {
		const startedAt = performance.now();
		const how = await program.ended;
		if (this.#program !== program) return;
		if (performance.now() - startedAt > STEADY_AFTER_MS) this.#delayMs = FIRST_DELAY_MS;
		this.#options.print(`plenum: the process on port ${this.port} died (${how})`);
		await this.#startAgain();
	}

	async #startAgain(): Promise<void> {
		const { signal } = this.#stopped;
		const { print } = this.#options;
		while (!signal.aborted) {
			await sleep(this.#delayMs, undefined, { signal }).catch(() => {});
			this.#delayMs = Math.min(DELAY_MAX_MS, 2 * this.#delayMs);
			if (signal.aborted) return;
			try {
				await this.start();
				print(`plenum: the process on port ${this.port} is back`);
				return;
			} catch (error) {
				if (!signal.aborted) print(`plenum: ${(error as Error).message}`);
			}
		}
	}

	#isReady(): Promise<boolean> {
		const signal = AbortSignal.timeout(ASK_WITHIN_MS);
		return fetch(`http://127.0.0.1:${this.port}/health/ready`, { signal }).then(
			({ ok }) => ok,
			() => false,
		);
	}
}
