/** `npm run backup`. */
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readConfig } from "../../server/config.ts";
import { version } from "../../server/version.ts";
import { complete, fileName, type Manifest, PART } from "./backup-file.ts";
import { runCommand } from "./command.ts";
import { inWords } from "./contents.ts";
import { dumpEmbedded } from "./embedded.ts";
import { placeOf } from "./libpq.ts";
import { dumpPostgres } from "./postgres-dump.ts";
import { Problem } from "./problem.ts";
import { rotate } from "./rotation.ts";
import { sealFor } from "./seal.ts";

const HELP = `Usage: npm run backup [-- --to FOLDER] [--keep N]

Writes everything in the database into FOLDER/plenum-TIME.dump (PostgreSQL, while people go on voting)
or FOLDER/plenum-TIME.tar.gz (the embedded database, while the server is stopped), reads it back to
its last row, and writes FOLDER/plenum-TIME….json: what it holds, its size and its SHA-256.

--to FOLDER   ./backups when not given; made when missing
--keep N      afterwards only the N newest complete backups of FOLDER stay

DATABASE_URL or DATABASE_URL_FILE, else DATA_DIR   what is backed up
BACKUP_RECIPIENT   encrypts: an age or SSH public key for age, anything else is a key of gpg's

Exit code: 0 done, 1 failed (nothing that looks complete is left), 2 not understood.`;

await runCommand("backup", async () => {
	const { values } = parseArgs({
		options: {
			to: { type: "string", default: "backups" },
			keep: { type: "string" },
			help: { type: "boolean", short: "h" },
		},
	});
	if (values.help === true) {
		console.log(HELP);
		return 0;
	}
	if (values.keep !== undefined && !/^[1-9]\d{0,4}$/.test(values.keep)) {
		console.error(`plenum backup: --keep takes a number from 1 on, not "${values.keep}".`);
		return 2;
	}
	const { path, manifest } = await backUp(resolve(values.to));
	console.log(`Done: ${path}, ${inWords(manifest.contents)}, ${manifest.bytes} bytes.`);
	if (values.keep !== undefined) {
		const gone = await rotate(resolve(values.to), Number(values.keep));
		if (gone.length > 0) console.log(`Removed what is outdated: ${gone.join(", ")}.`);
	}
	return 0;
});

async function backUp(folder: string): Promise<{ path: string; manifest: Manifest }> {
	const { databaseUrl, dataDir } = readConfig();
	const recipient = process.env["BACKUP_RECIPIENT"] || undefined;
	const seal = recipient === undefined ? undefined : { name: sealFor(recipient), recipient };
	await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause) => {
		throw new Problem(`${folder} cannot be made (${cause.code}): name another one by --to.`);
	});
	const about = {
		database: databaseUrl === undefined ? ("embedded" as const) : ("postgres" as const),
		takenAt: new Date().toISOString(),
		...(seal && { sealedBy: seal.name }),
	};
	const path = join(folder, fileName(about));
	console.log(`Backing up ${databaseUrl === undefined ? dataDir : placeOf(databaseUrl)} …`);
	try {
		const contents =
			databaseUrl === undefined
				? await dumpEmbedded(dataDir, path + PART, seal)
				: await dumpPostgres(databaseUrl, path + PART, seal);
		return { path, manifest: await complete(path, { ...about, plenum: version, contents }) };
	} finally {
		await rm(path + PART, { force: true });
	}
}
