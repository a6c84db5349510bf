/** Where this machine's PostgreSQL is, and which account may run it. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { findProgram, isExecutable, MissingProgramError, searchPath } from "./find-program.ts";

/** Folders with one folder a version; distributions keep the server out of the PATH. */
const VERSIONED = [
	{ parent: "/usr/lib/postgresql", folder: /^\d+$/ },
	{ parent: "/usr", folder: /^pgsql-\d+$/ },
	{ parent: "/opt/homebrew/opt", folder: /^postgresql(@\d+)?$/ },
	{ parent: "/usr/local/opt", folder: /^postgresql(@\d+)?$/ },
];

export interface Account {
	readonly name: string;
	readonly uid: number;
	readonly gid: number;
}

/** The folder that has both `initdb` and `postgres`; throws `MissingProgramError`. */
export function postgresBinaries(): string {
	const folders = [...searchPath(), ...configuredFolder(), ...VERSIONED.flatMap(newestFirst)];
	const found = folders.find((folder) =>
		["initdb", "postgres"].every((name) => isExecutable(join(folder, name))),
	);
	if (found === undefined) throw new MissingProgramError("PostgreSQL");
	return found;
}

/** PostgreSQL refuses to run as root; who else is there? `undefined` when this is not root. */
export function accountForPostgres(): Account | undefined {
	if (process.getuid?.() !== 0) return undefined;
	for (const name of ["postgres", "nobody"]) {
		const uid = idOf("-u", name);
		const gid = idOf("-g", name);
		if (uid !== undefined && gid !== undefined) return { name, uid, gid };
	}
	throw new Error("PostgreSQL refuses to run as root, and there is no account postgres or nobody");
}

function configuredFolder(): readonly string[] {
	const config = findProgram(["pg_config"]);
	return config === undefined ? [] : [execFileSync(config, ["--bindir"]).toString().trim()];
}

function newestFirst({ parent, folder }: (typeof VERSIONED)[number]): readonly string[] {
	try {
		const names = readdirSync(parent).filter((name) => folder.test(name));
		const version = (name: string) => Number(/\d+$/.exec(name)?.[0] ?? 0);
		return names.sort((a, b) => version(b) - version(a)).map((name) => join(parent, name, "bin"));
	} catch {
		return [];
	}
}

function idOf(which: "-u" | "-g", account: string): number | undefined {
	try {
		return Number(execFileSync("id", [which, account], { stdio: ["ignore", "pipe", "ignore"] }));
	} catch {
		return undefined;
	}
}
