/** The servers under measurement: Plenum's own, and the references, which listen on `PORT`. */
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { freePort } from "../../services/free-port.ts";
import { type Program, startProgram, whenReady } from "../../services/program.ts";

const MAIN = fileURLToPath(new URL("../../../server/main.js", import.meta.url));
const REFERENCES = new URL("../references/", import.meta.url);
const PROBE = new URL("memory-probe.js", REFERENCES).href;
const READY_WITHIN_MS = 60_000;
const ASK_WITHIN_MS = 1_000;

export interface BenchServer {
	readonly origin: string;
	readonly port: number;
	readonly pid: number;
	readonly hasEnded: boolean;
	/** After a full collection. */
	memory(): Promise<NodeJS.MemoryUsage>;
	kill(): Promise<void>;
	stop(): Promise<void>;
}

/**
 * @param environment `PORT` among it, or a free one is taken.
 * @param flags of Node, before the program.
 */
export async function startServer(
	directory: string,
	environment: NodeJS.ProcessEnv,
	flags: readonly string[],
): Promise<BenchServer> {
	const port = Number(environment["PORT"] ?? (await freePort()));
	const origin = `http://127.0.0.1:${port}`;
	const isReady = () =>
		fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(ASK_WITHIN_MS) }).then(
			({ ok }) => ok,
			() => false,
		);
	return start("Plenum", {
		...{ directory, port, args: [...flags, MAIN], isReady },
		environment: {
			PUBLIC_ADDRESS: `127.0.0.1:${port}`,
			RATE_LIMITS: "off",
			LOG_LEVEL: "warn",
			...environment,
		},
	});
}

/** @param name of a file in `references/`; it says "ready" once it listens. */
export async function startReference(
	directory: string,
	name: string,
	environment: NodeJS.ProcessEnv,
): Promise<BenchServer> {
	const file = fileURLToPath(new URL(`${name}.js`, REFERENCES));
	return start(name, {
		...{ directory, port: await freePort(), args: [file] },
		isReady: async (program) => program.output().includes("ready"),
		environment: { NODE_ENV: "production", ...environment },
	});
}

interface Start {
	readonly directory: string;
	readonly port: number;
	readonly args: readonly string[];
	readonly environment: NodeJS.ProcessEnv;
	readonly isReady: (program: Program) => Promise<boolean>;
}

async function start(
	name: string,
	{ directory, port, args, environment, isReady }: Start,
): Promise<BenchServer> {
	const { PATH, HOME, TMPDIR } = process.env;
	const probe = join(directory, `probe-${port}-${performance.now()}`);
	const program = await startProgram(
		process.execPath,
		["--expose-gc", "--import", PROBE, ...args],
		{
			...{ cwd: directory, apart: true },
			env: { PATH, HOME, TMPDIR, PORT: `${port}`, BENCH_PROBE: probe, ...environment },
		},
	);
	const ready = { isReady: () => isReady(program), withinMs: READY_WITHIN_MS };
	await whenReady(name, program, ready);
	return {
		...{ origin: `http://127.0.0.1:${port}`, port, pid: program.pid },
		get hasEnded() {
			return program.hasEnded;
		},
		memory: async () => JSON.parse(await text(connect(probe))) as NodeJS.MemoryUsage,
		kill: () => program.kill("SIGKILL"),
		stop: () => program.stop(),
	};
}
