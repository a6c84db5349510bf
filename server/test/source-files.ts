/**
 * Reads our own sources for the tests that hold code against a rule.
 * No parser: TypeScript 7 ships none for JavaScript, and Biome's formatter guarantees the shape
 * that the expressions below rely on (statements start a line, specifiers are quoted).
 */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

const ROOT = new URL("../../", import.meta.url);
const FOLDERS = ["schema", "server", "client/src", "client/test", "ops"];

export interface SourceFile {
	/** From the repository's root, with forward slashes: `server/domain/decide.ts`. */
	readonly path: string;
	readonly text: string;
}

export interface Import {
	/** `server/lib/timers` for a file of ours, the bare name for a package, `node:fs`, or `COMPUTED`. */
	readonly target: string;
	readonly isOurs: boolean;
	readonly isTypeOnly: boolean;
}

/** Stands for an import whose target only running the code would tell. */
export const COMPUTED = "(computed)";

export function readProjectFile(path: string): string {
	return readFileSync(new URL(path, ROOT), "utf8");
}

export function sourceFiles(): readonly SourceFile[] {
	return FOLDERS.flatMap((folder) =>
		readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: "utf8" })
			.filter((name) => /\.tsx?$/.test(name))
			.map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
			.sort()
			.map((path) => ({ path, text: readProjectFile(path) })),
	);
}

/** Tests, the contract suites that several of them run, and their support may reach everywhere. */
export function isTestFile(path: string): boolean {
	return (
		/(?:\.test|-contract)\.tsx?$/.test(path) ||
		/^(?:server|client)\/test\//.test(path) ||
		/\/test-support\//.test(path)
	);
}

const COMMENTS_AND_STRINGS =
	/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g;

export function withoutComments(text: string): string {
	return text.replace(COMMENTS_AND_STRINGS, (part) => (part.startsWith("/") ? " " : part));
}

/** What is left to run: comments gone, plain strings empty, templates kept for the code inside them. */
export function codeOnly(text: string): string {
	return withoutComments(text).replace(COMMENTS_AND_STRINGS, (part) =>
		part.startsWith("`") ? part : '""',
	);
}

export function stringLiterals(text: string): readonly string[] {
	const parts = text.match(COMMENTS_AND_STRINGS) ?? [];
	return parts.filter((part) => !part.startsWith("/")).map((part) => part.slice(1, -1));
}

const NAMES = String.raw`(?:\*(?:\s+as\s+\w+)?|\w+\s*,\s*\{[^}]*\}|\w+|\{[^}]*\})`;
const STATEMENT = new RegExp(
	String.raw`^(?:import|export)\s+(?:(type\s+)?(${NAMES})\s+from\s+)?["']([^"']+)["']`,
	"gm",
);
const CALL = /\b(?:import|require|createRequire)\s*\(\s*(?:["']([^"']+)["']\s*[,)])?/g;
/** How a worker thread's file is named: `new URL("./worker.ts", import.meta.url)`. */
const FILE_URL = /\bnew URL\(\s*["'](\.[^"']*\.tsx?)["']/g;

export function importsOf({ path, text }: SourceFile): readonly Import[] {
	const code = withoutComments(text);
	return [
		...[...code.matchAll(STATEMENT)].map(([, type, names, specifier]) =>
			importOf(path, specifier, type !== undefined || namesOnlyTypes(names)),
		),
		...[...code.matchAll(CALL)].map(([, specifier]) => importOf(path, specifier, false)),
		...[...code.matchAll(FILE_URL)].map(([, specifier]) => importOf(path, specifier, false)),
	];
}

function importOf(from: string, specifier: string | undefined, isTypeOnly: boolean): Import {
	if (specifier === undefined) return { target: COMPUTED, isOurs: false, isTypeOnly };
	if (specifier.startsWith(".")) {
		const target = posix.join(posix.dirname(from), specifier).replace(/\.tsx?$/, "");
		return { target, isOurs: true, isTypeOnly };
	}
	if (specifier.startsWith("node:")) return { target: specifier, isOurs: false, isTypeOnly };
	const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1);
	return { target: name.join("/"), isOurs: false, isTypeOnly };
}

function namesOnlyTypes(names: string | undefined): boolean {
	if (!names?.startsWith("{")) return false;
	const listed = names.slice(1, -1).split(",");
	return listed.every((name) => name.trim() === "" || name.trim().startsWith("type "));
}
