/** Values held against TypeScript types: a schema that also knows which keys do not exist. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const MODULES = fileURLToPath(new URL("../../../node_modules", import.meta.url));

export interface TypedLiteral {
	readonly value: unknown;
	/** Exported by `from`. */
	readonly type: string;
	readonly from: string;
}

/** What the compiler says of them; empty when each is of its type. */
export async function complaintsAbout(literals: readonly TypedLiteral[]): Promise<string> {
	const directory = await mkdtemp(join(tmpdir(), "plenum-typed-"));
	try {
		await symlink(MODULES, join(directory, "node_modules"), "junction");
		const text = literals.map(
			({ value, type, from }, index) =>
				`import type { ${type} as T${index} } from ${JSON.stringify(from)};\nexport const value${index}: T${index} = ${JSON.stringify(value, null, "\t")};\n`,
		);
		const file = join(directory, "literals.ts");
		await writeFile(file, text.join("\n"));
		const options = ["--strict", "--noEmit", "--skipLibCheck", "--ignoreConfig"];
		const target = ["--module", "nodenext", "--target", "es2023", "--types", ""];
		const tsc = join(MODULES, "typescript/bin/tsc");
		await run(process.execPath, [tsc, ...options, ...target, file], { cwd: directory });
		return "";
	} catch (error) {
		const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
		return `${stdout}${stderr}` || String(error);
	} finally {
		await rm(directory, { recursive: true, force: true });
	}
}
