/** The embedded database, which one process has at a time: it is backed up while the server is stopped. */
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { PGlite } from "@electric-sql/pglite";
import { lockDataDir } from "../../server/storage/data-dir-lock.ts";
import type { Manifest } from "./backup-file.ts";
import { CONTENTS, type Contents, verification } from "./contents.ts";
import { RAISE_EPOCHS, SECOND_IS_OVER } from "./epochs.ts";
import type { Seal } from "./postgres-dump.ts";
import { Problem } from "./problem.ts";
import { startSealing, startUnsealing } from "./seal.ts";

/** Where the server keeps it. */
const folderOf = (dataDir: string) => join(dataDir, "pglite");

/** Writes to `path`. Rejects when a process has the directory, or when the dump does not open again. */
export async function dumpEmbedded(
	dataDir: string,
	path: string,
	seal: Seal | undefined,
): Promise<Contents> {
	requireDatabase(dataDir);
	return underLock(dataDir, async () => {
		const { dump, contents } = await using(new PGlite(folderOf(dataDir)), async (database) => ({
			contents: await contentsOf(database),
			dump: await database.dumpDataDir("gzip"),
		}));
		await using(new PGlite({ loadDataDir: dump }), (copy) => copy.exec(verification(contents)));
		const bytes = Readable.from([Buffer.from(await dump.arrayBuffer())]);
		const file = createWriteStream(path, { mode: 0o600 });
		if (seal === undefined) {
			await pipeline(bytes, file);
		} else {
			const sealing = startSealing(seal.name, seal.recipient);
			bytes.pipe(sealing.input);
			await Promise.all([pipeline(sealing.output, file), sealing.done]);
		}
		return contents;
	});
}

/** Rejects when there is a database already, or when what came out is not what went in; then there is none. */
export async function restoreEmbedded(
	dataDir: string,
	path: string,
	{ sealedBy, contents }: Manifest,
	identityFile: string | undefined,
): Promise<void> {
	await underLock(dataDir, async () => {
		if (existsSync(folderOf(dataDir))) {
			throw new Problem(
				`${dataDir} has a database already: nothing was changed. Name an empty directory in DATA_DIR, or move the old one away.`,
			);
		}
		const fresh = `${folderOf(dataDir)}.new`;
		await rm(fresh, { recursive: true, force: true });
		try {
			const dump = new Blob([Uint8Array.from(await bytesOf(path, sealedBy, identityFile))], {
				type: "application/x-gzip",
			});
			await using(new PGlite(fresh, { loadDataDir: dump }), async (database) => {
				await database.exec(verification(contents));
				await database.exec(RAISE_EPOCHS);
				await database.query(SECOND_IS_OVER);
			});
			// Last of all: a directory under this name is complete.
			await rename(fresh, folderOf(dataDir));
		} finally {
			await rm(fresh, { recursive: true, force: true });
		}
	});
}

export async function raiseEmbeddedEpochs(dataDir: string): Promise<number> {
	requireDatabase(dataDir);
	return underLock(dataDir, () =>
		using(new PGlite(folderOf(dataDir)), async (database) => {
			const { affectedRows } = await database.query(RAISE_EPOCHS);
			await database.query(SECOND_IS_OVER);
			return affectedRows ?? 0;
		}),
	);
}

function requireDatabase(dataDir: string): void {
	if (existsSync(folderOf(dataDir))) return;
	throw new Problem(`there is no database in ${dataDir}: set DATA_DIR, or DATABASE_URL.`);
}

async function contentsOf(database: PGlite): Promise<Contents> {
	const { rows } = await database.query<Contents>(CONTENTS);
	if (rows[0] === undefined) throw new Error("the database did not tell what it holds");
	return rows[0];
}

async function bytesOf(
	path: string,
	sealedBy: Manifest["sealedBy"],
	identityFile: string | undefined,
): Promise<Buffer> {
	if (sealedBy === undefined) return readFile(path);
	const unsealing = startUnsealing(sealedBy, identityFile);
	createReadStream(path).pipe(unsealing.input);
	const [bytes] = await Promise.all([buffer(unsealing.output), unsealing.done]);
	return bytes;
}

async function underLock<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
	const unlock = await lockDataDir(dataDir);
	try {
		return await work();
	} finally {
		await unlock();
	}
}

async function using<T>(database: PGlite, work: (database: PGlite) => Promise<T>): Promise<T> {
	try {
		await database.waitReady;
		return await work(database);
	} finally {
		await database.close();
	}
}
