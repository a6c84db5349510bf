import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The ids of the processes that `pid` started and that still exist. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
	if (process.platform === "linux") {
		// No ps in a slim container.
		const list = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
		return list.split(" ").filter(Boolean).map(Number);
	}
	const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid="]);
	return stdout
		.split("\n")
		.map((line) => line.trim().split(/\s+/).map(Number))
		.filter(([, parent]) => parent === pid)
		.map(([child = 0]) => child);
}
