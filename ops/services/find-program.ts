/** Where a program of this machine is, and the one line that installs it where it is missing. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where servers are installed that the PATH of an ordinary account often leaves out. */
const FURTHER_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

interface Packaged {
	/** Any of them will do. */
	readonly programs: readonly string[];
	/** Packages: of Debian and Ubuntu, of Fedora where it has one, of Homebrew. */
	readonly debian: string;
	readonly fedora?: string;
	readonly macos: string;
}

const PACKAGES = {
	Redis: {
		programs: ["redis-server", "valkey-server"],
		...{ debian: "redis-server", fedora: "valkey", macos: "redis" },
	},
	// The server lies outside of the PATH; where this is, it is as well.
	PostgreSQL: {
		programs: ["pg_dump"],
		...{ debian: "postgresql", fedora: "postgresql-server", macos: "postgresql" },
	},
	nginx: { programs: ["nginx"], debian: "nginx-light", fedora: "nginx", macos: "nginx" },
	gpg: { programs: ["gpg"], debian: "gnupg", fedora: "gnupg2", macos: "gnupg" },
	age: { programs: ["age"], debian: "age", fedora: "age", macos: "age" },
	Prometheus: { programs: ["prometheus"], debian: "prometheus", macos: "prometheus" },
	promtool: { programs: ["promtool"], debian: "prometheus", macos: "prometheus" },
	amtool: { programs: ["amtool"], debian: "prometheus-alertmanager", macos: "alertmanager" },
} satisfies Record<string, Packaged>;

export type ProgramName = keyof typeof PACKAGES;

export const packaged: Readonly<Record<ProgramName, Packaged>> = PACKAGES;

/** Says how to install what is missing. */
export class MissingProgramError extends Error {
	constructor(name: ProgramName) {
		const { debian, fedora, macos } = packaged[name];
		const ways = [
			`apt-get install ${debian} (Debian, Ubuntu)`,
			...(fedora ? [`dnf install ${fedora} (Fedora)`] : []),
			`brew install ${macos} (macOS)`,
		];
		super(`${name} is not installed on this machine: ${ways.join(", ")}`);
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
