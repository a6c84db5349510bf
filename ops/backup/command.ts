/** What both commands share: how they end. */
import { explainStartFailure } from "../../server/start-failure.ts";
import { Problem } from "./problem.ts";

/** Runs to an exit code: 0 done, 1 failed with a line on stderr, 2 not understood. */
export async function runCommand(name: string, work: () => Promise<number>): Promise<void> {
	try {
		process.exitCode = await work();
	} catch (cause) {
		const { code } = cause as { code?: unknown };
		const isUsage = typeof code === "string" && code.startsWith("ERR_PARSE_ARGS");
		const words = isUsage
			? `${(cause as Error).message} See npm run ${name} -- --help.`
			: explain(cause);
		console.error(`plenum ${name}: ${words}`);
		process.exitCode = isUsage ? 2 : 1;
	}
}

/** One line for people. */
export function explain(cause: unknown): string {
	return cause instanceof Problem
		? cause.message
		: explainStartFailure(cause).replace(/^Plenum cannot start: /, "");
}
