/** The built server as a process of its own, on a free port, to be killed by its id. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../dist/server/main.js", import.meta.url));
const READY_WITHIN_MS = 60_000;

export interface ServerUnderTest {
	readonly origin: string;
	readonly port: number;
	readonly pid: number;
	/** What it wrote to stdout and stderr so far. */
	readonly output: () => string;
	/** Resolves to the exit code (or the signal's name) once it is dead. */
	readonly died: Promise<number | string>;
	/** SIGTERM by default; resolves when it is dead. */
	kill(signal?: NodeJS.Signals): Promise<number | string>;
}

/** Resolves once the server is ready; rejects with its output when it ends before. Build first. */
export async function startServer(environment: NodeJS.ProcessEnv = {}): Promise<ServerUnderTest> {
	const child = spawnServer(environment);
	const { output, died } = observe(child);
	let hasDied = false;
	void died.then(() => {
		hasDied = true;
	});
	const deadline = Date.now() + READY_WITHIN_MS;
	while (Date.now() < deadline && !hasDied) {
		const port = Number(/http:\/\/localhost:(\d+)/.exec(output())?.[1] ?? 0);
		if (port > 0) return running(child, port, output, died);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	child.kill("SIGKILL");
	throw new Error(`the server did not start:\n${output()}`);
}

/** For servers that are expected not to start: resolves to what they said and how they ended. */
export async function runServerToItsEnd(
	environment: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | string; readonly output: string }> {
	const { output, died } = observe(spawnServer(environment));
	return { code: await died, output: output() };
}

function spawnServer(environment: NodeJS.ProcessEnv): ChildProcess {
	const { PATH, HOME, TMPDIR } = process.env;
	return spawn(process.execPath, [MAIN], {
		// All of a test's people share one address.
		env: { PATH, HOME, TMPDIR, PORT: "0", RATE_LIMITS: "off", ...environment },
		stdio: ["ignore", "pipe", "pipe"],
	});
}

function observe(child: ChildProcess) {
	let text = "";
	const collect = (chunk: Buffer): void => {
		text += chunk.toString();
	};
	child.stdout?.on("data", collect);
	child.stderr?.on("data", collect);
	const died = once(child, "close").then(([code, signal]) => (code ?? signal) as number | string);
	return { output: () => text, died };
}

function running(
	child: ChildProcess,
	port: number,
	output: () => string,
	died: Promise<number | string>,
): ServerUnderTest {
	return {
		origin: `http://127.0.0.1:${port}`,
		port,
		pid: child.pid ?? 0,
		output,
		died,
		async kill(signal = "SIGTERM") {
			child.kill(signal);
			return died;
		},
	};
}
