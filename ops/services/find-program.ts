/** Where a program of this machine is, and the one line that installs it where it is missing. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where servers are installed that the PATH of an ordinary account often leaves out. */
const FURTHER_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

const INSTALL = {
	Redis: [
		...["apt-get install redis-server (Debian, Ubuntu)", "dnf install valkey (Fedora)"],
		"brew install redis (macOS)",
	],
	PostgreSQL: [
		...["apt-get install postgresql (Debian, Ubuntu)", "dnf install postgresql-server (Fedora)"],
		"brew install postgresql (macOS)",
	],
	nginx: [
		...["apt-get install nginx-light (Debian, Ubuntu)", "dnf install nginx (Fedora)"],
		"brew install nginx (macOS)",
	],
};

/** Says how to install what is missing. */
export class MissingProgramError extends Error {
	constructor(name: keyof typeof INSTALL) {
		super(`${name} is not installed on this machine: ${INSTALL[name].join(", ")}`);
	}
}

export function searchPath(): readonly string[] {
	const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
	return [...folders, ...FURTHER_FOLDERS];
}

/** The full path of the first of `names` that can be executed, or `undefined`. */
export function findProgram(
	names: readonly string[],
	folders: readonly string[] = searchPath(),
): string | undefined {
	const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
	return candidates.find(isExecutable);
}

export function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
