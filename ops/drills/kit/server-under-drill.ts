/** One built server process, to be killed, stopped and started again on its port. */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Program, startProgram, whenReady } from "../../services/program.ts";
import type { ProcessVitals } from "./history-events.ts";

const MAIN = fileURLToPath(new URL("../../../server/main.js", import.meta.url));
const READY_WITHIN_MS = 60_000;
const DRAINED_WITHIN_MS = 25_000;
const AGAIN_AFTER_MS = 300;
const VITALS_WITHIN_MS = 3_000;
const MIB = 2 ** 20;
/** Of the metrics; nobody else is on this machine's loopback in a drill. */
const OPS_TOKEN = "look-while-it-is-drilled";

export class ServerUnderDrill {
	readonly port: number;
	readonly #environment: NodeJS.ProcessEnv;
	readonly #directory: string;
	readonly #onError: (message: string) => void;
	#program: Program | undefined;
	#starting: Promise<void> | undefined;
	#isOver = false;
	#rest = "";

	/** @param onError hears the sentences of the log's lines of level error and above. */
	constructor(
		port: number,
		environment: NodeJS.ProcessEnv,
		directory: string,
		onError: (message: string) => void,
	) {
		this.port = port;
		this.#environment = { ...environment, OPS_TOKEN };
		this.#directory = directory;
		this.#onError = onError;
	}

	get isRunning(): boolean {
		return this.#program !== undefined && !this.#program.hasEnded;
	}

	/** Resolves once it is ready. */
	async start(): Promise<void> {
		const program = await startProgram(process.execPath, [MAIN], {
			cwd: this.#directory,
			env: this.#environment,
			apart: true,
			onOutput: (text) => this.#read(text),
		});
		this.#program = program;
		const isReady = () =>
			fetch(`http://127.0.0.1:${this.port}/health/ready`, {
				signal: AbortSignal.timeout(1_000),
			}).then(
				({ ok }) => ok,
				() => false,
			);
		const name = `The process on port ${this.port}`;
		await whenReady(name, program, { isReady, withinMs: READY_WITHIN_MS });
	}

	/** As a supervisor would: again and again, for what it needs may be away as well. */
	startAgain(): Promise<void> {
		// Two faults that end at once must not start it twice.
		this.#starting ??= this.#startUntilReady().finally(() => {
			this.#starting = undefined;
		});
		return this.#starting;
	}

	/** By its own metrics; `undefined` when it does not say. */
	async vitals(): Promise<ProcessVitals | undefined> {
		try {
			const response = await fetch(`http://127.0.0.1:${this.port}/metrics`, {
				headers: { authorization: `Bearer ${OPS_TOKEN}` },
				signal: AbortSignal.timeout(VITALS_WITHIN_MS),
			});
			const text = await response.text();
			const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
			return {
				memory: value("process_resident_memory_bytes") / MIB,
				heap: value("nodejs_heap_size_used_bytes") / MIB,
				queued: value("plenum_journal_queue_rows"),
				oldestMs: value("plenum_journal_oldest_seconds") * 1_000,
			};
		} catch {
			return undefined;
		}
	}

	async signal(signal: NodeJS.Signals): Promise<void> {
		await this.#program?.kill(signal);
	}

	/** Lets it finish what it accepted. */
	async drain(): Promise<void> {
		await this.#program?.stop({ withinMs: DRAINED_WITHIN_MS });
	}

	async stop(): Promise<void> {
		this.#isOver = true;
		await this.#program?.kill("SIGKILL");
	}

	async #startUntilReady(): Promise<void> {
		while (!this.#isOver && !this.isRunning) {
			try {
				return await this.start();
			} catch {
				await sleep(AGAIN_AFTER_MS);
			}
		}
	}

	#read(text: string): void {
		const lines = (this.#rest + text).split("\n");
		this.#rest = lines.pop() ?? "";
		for (const line of lines) {
			if (!/"level":"(error|fatal)"/.test(line)) continue;
			this.#onError(/"msg":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? "an error without words");
		}
	}
}
