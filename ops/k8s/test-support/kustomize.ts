/** An overlay as the cluster would get it: YAML documents. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findProgram } from "../../services/find-program.ts";

const run = promisify(execFile);

/** Rejects, with kustomize's own words or with how to get it. */
export async function kustomize(overlay: string): Promise<string> {
	const folder = fileURLToPath(new URL(`../overlays/${overlay}`, import.meta.url));
	const kubectl = findProgram(["kubectl"]);
	const alone = findProgram(["kustomize"]);
	const command = kubectl ? [kubectl, "kustomize"] : alone ? [alone, "build"] : undefined;
	if (command === undefined) {
		throw new Error(
			"the tests run kubectl (1.30 or later) or kustomize (5 or later), and neither is installed on this machine",
		);
	}
	const [program = "", ...verb] = command;
	const { stdout } = await run(program, [...verb, folder], { maxBuffer: 2 ** 26 });
	return stdout;
}
