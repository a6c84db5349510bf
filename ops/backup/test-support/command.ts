/** The built commands as processes of their own. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Outcome {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** Resolves also when the command fails. Build first. */
export function runCommand(
	name: "backup" | "restore",
	args: readonly string[],
	environment: NodeJS.ProcessEnv,
): Promise<Outcome> {
	const file = fileURLToPath(new URL(`../../../dist/ops/backup/${name}.js`, import.meta.url));
	const { PATH, HOME, TMPDIR } = process.env;
	const env = { PATH, HOME, TMPDIR, ...environment };
	return new Promise((resolve) => {
		execFile(process.execPath, [file, ...args], { env }, (error, stdout, stderr) => {
			const code = error === null ? 0 : Number(error.code);
			resolve({ code, stdout, stderr });
		});
	});
}
