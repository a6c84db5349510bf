/** PostgreSQL's, age's and gpg's own programs as links of a chain of pipes. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { findProgram } from "../services/find-program.ts";
import { Problem } from "./problem.ts";

const PACKAGES = {
	pg_dump: "postgresql-client (macOS: libpq)",
	pg_restore: "postgresql-client (macOS: libpq)",
	psql: "postgresql-client (macOS: libpq)",
	age: "age",
	gpg: "gnupg",
};
const ERRORS_KEPT_MAX = 4_096;

export interface Link {
	readonly input: Writable;
	readonly output: Readable;
	/** Resolves when it ended well; rejects with its own words, without the password, when not. */
	readonly done: Promise<void>;
	kill(): void;
}

/** Rejects when the program is missing, with the name of the package that has it. */
export function startLink(
	name: keyof typeof PACKAGES,
	args: readonly string[],
	env: NodeJS.ProcessEnv = process.env,
): Link {
	const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(
		requireProgram(name),
		args,
		{
			env,
			stdio: ["pipe", "pipe", "pipe"],
		},
	);
	let errors = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		errors = (errors + text).slice(-ERRORS_KEPT_MAX);
	});
	// Whoever ends early breaks the pipe into it: its exit code is the news.
	child.stdin.on("error", () => {});
	const done = new Promise<void>((resolve, reject) => {
		child.once("error", reject);
		child.once("close", (code, signal) => {
			if (code === 0) return resolve();
			const words = withoutSecret(errors.trim(), env["PGPASSWORD"]);
			reject(new Problem(`${name} failed (${signal ?? `code ${code}`}): ${words}`));
		});
	});
	// Awaited once the pipes are connected; until then a failure is no unhandled one.
	done.catch(() => {});
	return { input: child.stdin, output: child.stdout, done, kill: () => child.kill("SIGKILL") };
}

export function requireProgram(name: keyof typeof PACKAGES): string {
	const path = findProgram([name]);
	if (path === undefined) {
		throw new Problem(
			`${name} is not installed on this machine: install the package ${PACKAGES[name]}.`,
		);
	}
	return path;
}

function withoutSecret(text: string, secret: string | undefined): string {
	return secret ? text.replaceAll(secret, "…") : text;
}
