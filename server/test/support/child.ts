/** A child process that runs a few lines of our code, for tests that kill it. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const root = new URL("../../../", import.meta.url);
const living = new Set<{ kill(signal: "SIGKILL"): boolean }>();

// A root hook: a child that a failed test has left behind would keep mocha waiting for ever.
if (typeof afterEach === "function") {
	afterEach(() => {
		for (const child of living) child.kill("SIGKILL");
	});
}

export interface Child {
	/** Lines that it has printed so far. */
	readonly lines: readonly string[];
	/** Resolves once it has printed `count` lines; rejects when it exits before. */
	printed(count: number): Promise<void>;
	/** Sends the signal; with SIGKILL resolves after the process is gone. */
	signal(name: "SIGKILL" | "SIGSTOP"): Promise<void>;
}

/** The source of an `import` of a project file, by its path from the project's root. */
export function importLine(names: string, path: string): string {
	return `import { ${names} } from ${JSON.stringify(new URL(path, root).href)};`;
}

/** Runs `code`, an ES module. */
export function startChild(code: string): Child {
	const child: ChildProcessByStdio<null, Readable, null> = spawn(
		process.execPath,
		["--import", "tsx", "--input-type=module", "--eval", code],
		{ cwd: fileURLToPath(root), stdio: ["ignore", "pipe", "inherit"] },
	);
	const exited = once(child, "exit");
	living.add(child);
	child.once("exit", () => living.delete(child));
	const lines: string[] = [];
	const waiting = new Set<() => void>();
	createInterface({ input: child.stdout }).on("line", (line) => {
		lines.push(line);
		for (const check of waiting) check();
	});
	return {
		lines,
		printed: (count) =>
			new Promise((resolve, reject) => {
				const check = () => lines.length >= count && resolve();
				waiting.add(check);
				check();
				void exited.then(() =>
					reject(new Error(`the child ended after ${lines.length} of ${count} lines`)),
				);
			}),
		async signal(name) {
			child.kill(name);
			if (name === "SIGKILL") await exited;
		},
	};
}
