/** `npm run restore`. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "../../server/config.ts";
import { readManifest } from "./backup-file.ts";
import { runCommand } from "./command.ts";
import { inWords } from "./contents.ts";
import { raiseEmbeddedEpochs, restoreEmbedded } from "./embedded.ts";
import { placeOf } from "./libpq.ts";
import { raiseEpochs, restorePostgres } from "./postgres-restore.ts";
import { Problem } from "./problem.ts";
import { newestIn } from "./rotation.ts";

const HELP = `Usage: npm run restore -- FILE
       npm run restore -- --fence

FILE       a backup of npm run backup, with FILE.json beside it; of a folder, its newest one. Goes into
           an EMPTY database or directory, all of it or nothing, is compared with FILE.json, and gets
           new epochs: processes from before write nothing any more, and open screens show what there
           is now.
--fence    only the new epochs, for a database that came back by other means: from archived WAL, or
           as a standby that was promoted. Before the servers start.

DATABASE_URL or DATABASE_URL_FILE, else DATA_DIR   what is restored into
BACKUP_IDENTITY_FILE   the key of age, for a file that age has encrypted; gpg uses its own keyring

Exit code: 0 done, 1 failed (the database is as before), 2 not understood.`;

await runCommand("restore", async () => {
	const { values, positionals } = parseArgs({
		options: { fence: { type: "boolean" }, help: { type: "boolean", short: "h" } },
		allowPositionals: true,
	});
	if (values.help === true) {
		console.log(HELP);
		return 0;
	}
	const [path, ...more] = positionals;
	if (more.length > 0 || (path === undefined) !== (values.fence === true)) {
		console.error(`plenum restore: name one file, or --fence.\n\n${HELP}`);
		return 2;
	}
	const { databaseUrl, dataDir } = readConfig();
	const place = databaseUrl === undefined ? dataDir : placeOf(databaseUrl);
	if (path === undefined) {
		const polls = await (databaseUrl === undefined
			? raiseEmbeddedEpochs(dataDir)
			: raiseEpochs(databaseUrl));
		console.log(`Done: ${polls} polls of ${place} have new epochs.`);
		return 0;
	}
	const file = await fileAt(path);
	console.log(`Reading ${file} …`);
	const manifest = await readManifest(file);
	const identityFile = process.env["BACKUP_IDENTITY_FILE"] || undefined;
	console.log(`Restoring ${inWords(manifest.contents)} of ${manifest.takenAt} into ${place} …`);
	if (manifest.database === "postgres") {
		if (databaseUrl === undefined) {
			throw new Problem("this is a backup of a PostgreSQL database: set DATABASE_URL.");
		}
		await restorePostgres(databaseUrl, file, manifest, identityFile);
	} else {
		if (databaseUrl !== undefined) {
			throw new Problem(
				"this is a backup of an embedded database: unset DATABASE_URL, set DATA_DIR.",
			);
		}
		await restoreEmbedded(dataDir, file, manifest, identityFile);
	}
	console.log("Done: everything is there, with new epochs. Start the servers.");
	return 0;
});

async function fileAt(path: string): Promise<string> {
	const isFolder = await stat(path).then(
		(found) => found.isDirectory(),
		() => false,
	);
	if (!isFolder) return path;
	const newest = await newestIn(path);
	if (newest === undefined) throw new Problem(`${path} has no complete backup.`);
	return join(path, newest.name);
}
