/** Real databases for tests: one PostgreSQL server a mocha process, and embedded ones copied from a migrated template. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "../../../ops/services/free-port.ts";
import type { Database } from "../../storage/database.ts";
import { migrate } from "../../storage/migrate.ts";
import { openDatabase } from "../../storage/open-database.ts";
import type { StorageLog } from "../../storage/storage-log.ts";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";

export const silent: StorageLog = { info() {}, warn() {}, error() {} };

export interface TestDatabase {
	readonly database: Database;
	close(): Promise<void>;
}

const cleanups: (() => Promise<unknown>)[] = [];
let server: Promise<string> | undefined;
let template: Promise<string> | undefined;

// A root hook: it runs after the last test of the whole mocha process. Elsewhere the caller calls `stopDatabases`.
if (typeof after === "function") {
	after(async function () {
		this.timeout(60_000);
		await stopDatabases();
	});
}

/** Stops the server and removes every directory and database made here. */
export async function stopDatabases(): Promise<void> {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
	server = undefined;
	template = undefined;
}

/** URL of a superuser's maintenance database: `TEST_DATABASE_URL`, else an embedded server, started once. */
export function startPostgres(): Promise<string> {
	server ??=
		process.env["TEST_DATABASE_URL"] === undefined
			? startEmbedded()
			: Promise.resolve(process.env["TEST_DATABASE_URL"]);
	return server;
}

/** URL of a new, empty database. */
export async function freshDatabaseUrl(): Promise<string> {
	const admin = await startPostgres();
	const name = `plenum_test_${crypto.randomUUID().replaceAll("-", "")}`;
	await runOn(admin, `CREATE DATABASE ${name}`);
	cleanups.push(() => runOn(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
	const url = new URL(admin);
	url.pathname = `/${name}`;
	return url.href;
}

/** What a server process is told to run on a new, empty database of each kind. */
export const databaseEnvironments = {
	PGlite: async () => ({ DATA_DIR: await embeddedDirectory() }),
	PostgreSQL: async () => ({ DATABASE_URL: await freshDatabaseUrl() }),
};

/** A new directory, removed at the end. */
export async function tempDir(): Promise<string> {
	const directory = await mkdtemp(join(tmpdir(), "plenum-"));
	cleanups.push(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
	return directory;
}

/** A migrated database of its own on the PostgreSQL server. */
export async function openPostgres(): Promise<TestDatabase & { readonly url: string }> {
	const url = await freshDatabaseUrl();
	const database = await openDatabase({ databaseUrl: url, dataDir: "unused" }, silent);
	await migrate(database);
	return { database, url, close: () => database.close() };
}

/** A `DATA_DIR` of its own with a migrated database. Creating one takes seconds, copying one a tenth of that. */
export async function embeddedDirectory(): Promise<string> {
	template ??= createTemplate();
	const dataDir = await tempDir();
	await cp(join(await template, "pglite"), join(dataDir, "pglite"), { recursive: true });
	return dataDir;
}

/** A migrated embedded database. */
export async function openPglite(): Promise<TestDatabase & { readonly dataDir: string }> {
	const dataDir = await embeddedDirectory();
	const database = await openDatabase({ dataDir }, silent);
	return { database, dataDir, close: () => database.close() };
}

async function createTemplate(): Promise<string> {
	const dataDir = await tempDir();
	const database = await openDatabase({ dataDir }, silent);
	await migrate(database);
	await database.close();
	return dataDir;
}

async function startEmbedded(): Promise<string> {
	const directory = await tempDir();
	const { url, stop } = await startEmbeddedPostgres(directory, await freePort());
	cleanups.push(stop);
	return url;
}

async function runOn(url: string, text: string): Promise<void> {
	const client = new pg.Client({
		connectionString: url,
		connectionTimeoutMillis: 10_000,
		query_timeout: 60_000,
	});
	client.on("error", () => {});
	await client.connect();
	try {
		await client.query(text);
	} finally {
		await client.end();
	}
}
