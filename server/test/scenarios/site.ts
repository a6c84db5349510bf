/** Where the scenarios take place: some processes of Plenum on one database. */
import { type ServerUnderTest, startServer } from "../support/server-under-test.ts";

export interface Site {
	/** Of any of its processes; may be another one at every call. */
	origin(): string;
	/** Ends everything with kill -9 and starts it again on the same data. */
	restart(): Promise<void>;
}

/** Starts one process with these variables on a database of its own; one at a time. */
export type StartOne = (environment?: NodeJS.ProcessEnv) => Promise<OneProcess>;

/** One process. */
export class OneProcess implements Site {
	readonly #environment: NodeJS.ProcessEnv;
	#server: ServerUnderTest;
	#output = "";

	private constructor(environment: NodeJS.ProcessEnv, server: ServerUnderTest) {
		this.#environment = environment;
		this.#server = server;
	}

	static async start(environment: NodeJS.ProcessEnv): Promise<OneProcess> {
		return new OneProcess(environment, await startServer(environment));
	}

	origin(): string {
		return this.#server.origin;
	}

	async restart(): Promise<void> {
		await this.end();
		await this.startAgain();
	}

	/** Resolves to the exit code or the signal's name. */
	async end(signal: NodeJS.Signals = "SIGKILL"): Promise<number | string> {
		const code = await this.#server.kill(signal);
		this.#output += this.#server.output();
		return code;
	}

	async startAgain(): Promise<void> {
		this.#server = await startServer(this.#environment);
	}

	/** After the end: lines of the log, of all its lives, that tell of a fault or a bug. */
	errors(): readonly string[] {
		return this.#output.split("\n").filter((line) => /"level":"(error|fatal)"/.test(line));
	}
}
