/** The servers under measurement: Plenum's own, and the references, which listen on `PORT`. */
import { fileURLToPath } from "node:url";
import { freePort } from "../../services/free-port.ts";
import { type Program, startProgram, whenReady } from "../../services/program.ts";
import { parseMetric } from "./proc-text.ts";

const MAIN = fileURLToPath(new URL("../../../server/main.js", import.meta.url));
const REFERENCES = new URL("../references/", import.meta.url);
const READY_WITHIN_MS = 60_000;
const ASK_WITHIN_MS = 1_000;
const OPS_TOKEN = "bench-ops-token-of-no-worth";

export interface BenchServer {
	readonly origin: string;
	readonly port: number;
	readonly pid: number;
	readonly hasEnded: boolean;
	/** Of Plenum only. */
	heapBytes(): Promise<number | undefined>;
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
	const program = await startProgram(process.execPath, [...flags, MAIN], {
		...{ cwd: directory, apart: true },
		env: {
			...inherited(),
			PORT: `${port}`,
			PUBLIC_ADDRESS: `127.0.0.1:${port}`,
			RATE_LIMITS: "off",
			LOG_LEVEL: "warn",
			OPS_TOKEN,
			...environment,
		},
	});
	const origin = `http://127.0.0.1:${port}`;
	const isReady = () =>
		fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(ASK_WITHIN_MS) }).then(
			({ ok }) => ok,
			() => false,
		);
	await whenReady("Plenum", program, { isReady, withinMs: READY_WITHIN_MS });
	return served(port, program);
}

/** @param name of a file in `references/`; it says "ready" once it listens. */
export async function startReference(
	directory: string,
	name: string,
	environment: NodeJS.ProcessEnv,
): Promise<BenchServer> {
	const port = await freePort();
	const file = fileURLToPath(new URL(`${name}.js`, REFERENCES));
	const program = await startProgram(process.execPath, [file], {
		...{ cwd: directory, apart: true },
		env: { ...inherited(), PORT: `${port}`, NODE_ENV: "production", ...environment },
	});
	const isReady = async () => program.output().includes("ready");
	await whenReady(name, program, { isReady, withinMs: READY_WITHIN_MS });
	return served(port, program);
}

function served(port: number, program: Program): BenchServer {
	const origin = `http://127.0.0.1:${port}`;
	return {
		origin,
		port,
		pid: program.pid,
		get hasEnded() {
			return program.hasEnded;
		},
		async heapBytes() {
			const headers = { authorization: `Bearer ${OPS_TOKEN}` };
			const answer = await fetch(`${origin}/metrics`, { headers }).catch(() => undefined);
			if (answer?.ok !== true) return undefined;
			return parseMetric(await answer.text(), "nodejs_heap_size_used_bytes");
		},
		kill: () => program.kill("SIGKILL"),
		stop: () => program.stop(),
	};
}

function inherited(): NodeJS.ProcessEnv {
	const { PATH, HOME, TMPDIR } = process.env;
	return { PATH, HOME, TMPDIR };
}
