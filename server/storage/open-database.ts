import { join } from "node:path";
import { lockDataDir } from "./data-dir-lock.ts";
import type { Database } from "./database.ts";
import { pgliteDatabase } from "./pglite.ts";
import { postgresDatabase } from "./postgres.ts";
import type { StorageLog } from "./storage-log.ts";

export interface DatabaseOptions {
	/** Unset: the embedded database under `dataDir`. */
	readonly databaseUrl?: string | undefined;
	readonly dataDir: string;
}

/**
 * The database of this process, neither checked nor migrated yet. Rejects with a sentence when
 * the embedded one's directory is in use by another process.
 */
export async function openDatabase(
	{ databaseUrl, dataDir }: DatabaseOptions,
	log: StorageLog,
): Promise<Database> {
	if (databaseUrl !== undefined) return postgresDatabase(databaseUrl, log);
	const unlock = await lockDataDir(dataDir);
	try {
		const database = await pgliteDatabase(join(dataDir, "pglite"), log);
		log.warn(
			{ dataDir },
			"embedded database: it survives a crash of this process, but runs without fsync, so a power cut may lose the last votes; set DATABASE_URL for a PostgreSQL server",
		);
		return {
			...database,
			async close() {
				await database.close();
				await unlock();
			},
		};
	} catch (error) {
		await unlock();
		throw error;
	}
}
