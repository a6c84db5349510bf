/**
 * Brings the schema to the version this program was written for, or back. Migrators of several
 * processes take turns under an advisory lock; each migration is one transaction together with
 * its version row, so a crash leaves it done or not begun.
 */
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Postgrator from "postgrator";
import type { Connection, Database } from "./database.ts";
import { sqlState } from "./pg-errors.ts";

/** The purpose under which a connection gets the long time limits that a migration needs. */
export const MIGRATION = "migrate";

export interface MigrationReport {
	readonly from: number;
	readonly to: number;
	/** File names, in the order in which they ran. */
	readonly applied: readonly string[];
}

/**
 * Below the second that a vote waits for its locks: whoever comes after a migration that waits for a
 * table waits behind it. A backup holds every table for as long as it takes, hence as often as needed.
 */
const TABLE_LOCK_MS = 500;
const AGAIN_AFTER_MS = 2_000;
const TRIES_MAX = 120;

/** Any number that no other program on the database uses: "plenum" in ASCII, shortened. */
const LOCK_KEY = 0x706c656e;
// Relative to this module, so that it is found from the sources and from dist alike.
const folder = fileURLToPath(new URL("../../schema/migrations", import.meta.url));

/** Up to the newest version. Rejects when the database is newer than this program, or another migrator holds the lock for a minute. */
export function migrate(
	database: Database,
	{ acceptNewer = false }: { readonly acceptNewer?: boolean } = {},
): Promise<MigrationReport> {
	return underLock(database, async (postgrator, version) => {
		const newest = await postgrator.getMaxVersion();
		if (version > newest && acceptNewer) return { from: version, to: version, applied: [] };
		if (version > newest) throw tooNew(version, newest);
		return run(postgrator, version, newest);
	});
}

/** Down to version `to`, by default one step. Takes the data with it. */
export function rollback(database: Database, to?: number): Promise<MigrationReport> {
	return underLock(database, async (postgrator, version) => {
		const newest = await postgrator.getMaxVersion();
		if (version > newest) throw tooNew(version, newest);
		const target = to ?? Math.max(0, version - 1);
		if (!Number.isInteger(target) || target < 0 || target > version) {
			throw new Error(
				`The database has schema version ${version}: it can be rolled back to 0–${version}, not to ${target}.`,
			);
		}
		return run(postgrator, version, target);
	});
}

async function run(postgrator: Postgrator, from: number, to: number): Promise<MigrationReport> {
	const done = await postgrator.migrate(String(to));
	return { from, to, applied: done.map((migration) => basename(migration.filename)) };
}

const turns = new WeakMap<Database, Promise<unknown>>();

async function underLock<T>(
	database: Database,
	work: (postgrator: Postgrator, version: number) => Promise<T>,
): Promise<T> {
	// The embedded database has one session, in which the advisory lock would let everyone in.
	const turn = (turns.get(database) ?? Promise.resolve()).then(() => lockedWork(database, work));
	turns.set(
		database,
		turn.catch(() => {}),
	);
	return turn;
}

async function lockedWork<T>(
	database: Database,
	work: (postgrator: Postgrator, version: number) => Promise<T>,
): Promise<T> {
	const connection = await database.connect(MIGRATION);
	try {
		await lock(connection);
		try {
			const postgrator = postgratorOn(connection);
			return await work(postgrator, await postgrator.getDatabaseVersion());
		} finally {
			// With the embedded database closing is not the end of the session. A failure here is not the news.
			await connection.query({ text: `SELECT pg_advisory_unlock(${LOCK_KEY})` }).catch(() => {});
		}
	} finally {
		await connection.close();
	}
}

async function lock(connection: Connection): Promise<void> {
	try {
		await connection.query({ text: `SELECT pg_advisory_lock(${LOCK_KEY})` });
	} catch (error) {
		if (sqlState(error) !== "55P03") throw error;
		throw new Error(
			"Another process has been migrating this database for a minute: wait for it or stop it, then start again.",
			{
				cause: error,
			},
		);
	}
}

function postgratorOn(connection: Connection): Postgrator {
	let script: string | undefined;
	return new Postgrator({
		driver: "pg",
		migrationPattern: `${folder.replaceAll("\\", "/").replace(/[[\]{}()*?!]/g, "[$&]")}/*.sql`,
		schemaTable: "plenum_schema_version",
		// A checkout with CRLF has the same checksums.
		newline: "LF",
		// Postgrator runs a script and then the statement that notes its version. Kept back until
		// then and sent as one simple query, the two are one implicit transaction.
		async execSqlScript(sql) {
			script = sql;
		},
		async execQuery(sql) {
			if (script === undefined) return { rows: [...(await connection.query({ text: sql }))] };
			const text = `SET LOCAL lock_timeout = ${TABLE_LOCK_MS};\n${script}\n;\n${sql}`;
			script = undefined;
			return { rows: [...(await onceUnlocked(() => connection.query({ text })))] };
		},
	});
}

async function onceUnlocked<T>(work: () => Promise<T>): Promise<T> {
	for (let tries = 1; ; tries += 1) {
		try {
			return await work();
		} catch (error) {
			if (sqlState(error) !== "55P03" || tries === TRIES_MAX) throw error;
			await pause(AGAIN_AFTER_MS);
		}
	}
}

function tooNew(version: number, newest: number): Error {
	return new Error(
		`The database has schema version ${version}, this program knows ${newest}: run the newer program, or roll the database back with it first.`,
	);
}
