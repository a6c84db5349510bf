/** What it ran on: no path, no name. */
import { execFileSync } from "node:child_process";
import { availableParallelism, release, totalmem, type } from "node:os";
import { fileURLToPath } from "node:url";

export interface Machine {
	readonly cores: number;
	/** GiB. */
	readonly memory: number;
	readonly system: string;
	readonly node: string;
	readonly postgres: string;
	readonly redis: string;
	readonly commit: string;
}

export function thisMachine(versions: Pick<Machine, "postgres" | "redis">): Machine {
	return {
		cores: availableParallelism(),
		memory: Math.round(totalmem() / 2 ** 30),
		// Without what a distribution or a host adds to it.
		system: `${type()} ${/^\d+(\.\d+)?/.exec(release())?.[0] ?? ""}`.trim(),
		node: process.version,
		...versions,
		commit: commit(),
	};
}

function commit(): string {
	try {
		const git = (...args: string[]) =>
			execFileSync("git", args, {
				cwd: fileURLToPath(new URL(".", import.meta.url)),
				encoding: "utf8",
				stdio: ["ignore", "pipe", "ignore"],
			}).trim();
		const isClean = git("status", "--porcelain", "--untracked-files=no") === "";
		return git("rev-parse", "--short", "HEAD") + (isClean ? "" : " with changes");
	} catch {
		return "unknown";
	}
}
