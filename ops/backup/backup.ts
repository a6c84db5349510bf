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
import { newestIn, rotate } from "./rotation.ts";
import { repeat } from "./schedule.ts";
import { sealFor } from "./seal.ts";

const HELP = `Usage: npm run backup [-- --to FOLDER] [--keep N] [--every HOURS]
       npm run backup -- --fresh-within HOURS [--to FOLDER]

Writes everything in the database into FOLDER/plenum-TIME.dump (PostgreSQL, while people go on voting)
or FOLDER/plenum-TIME.tar.gz (the embedded database, while the server is stopped), reads it back to
its last row, and writes FOLDER/plenum-TIME….json: what it holds, its size and its SHA-256.

--to FOLDER   ./backups when not given; made when missing
--keep N      afterwards only the N newest complete backups of FOLDER stay
--every HOURS           goes on for ever: one whenever the newest is older; what fails is said, and
                        tried again soon
--fresh-within HOURS    takes none, and fails unless the newest of FOLDER is younger: a health check

DATABASE_URL or DATABASE_URL_FILE, else DATA_DIR   what is backed up
BACKUP_RECIPIENT   encrypts: an age or SSH public key for age, anything else is a key of gpg's

Exit code: 0 done, 1 failed (nothing that looks complete is left), 2 not understood.`;

const HOUR_MS = 3_600_000;

await runCommand("backup", async () => {
	const { values } = parseArgs({
		options: {
			to: { type: "string", default: "backups" },
			keep: { type: "string" },
			every: { type: "string" },
			"fresh-within": { type: "string" },
			help: { type: "boolean", short: "h" },
		},
	});
	if (values.help === true) {
		console.log(HELP);
		return 0;
	}
	const { keep, every, "fresh-within": freshWithin } = values;
	for (const [name, value] of Object.entries({ keep, every, "fresh-within": freshWithin })) {
		if (value === undefined || /^[1-9]\d{0,4}$/.test(value)) continue;
		console.error(`plenum backup: --${name} takes a number from 1 on, not "${value}".`);
		return 2;
	}
	const folder = resolve(values.to);
	if (freshWithin !== undefined) return requireFresh(folder, Number(freshWithin) * HOUR_MS);
	if (every === undefined) await takeOne(folder, keep);
	else await repeat(folder, Number(every) * HOUR_MS, () => takeOne(folder, keep));
	return 0;
});

async function takeOne(folder: string, keep: string | undefined): Promise<void> {
	const { path, manifest } = await backUp(folder);
	console.log(`Done: ${path}, ${inWords(manifest.contents)}, ${manifest.bytes} bytes.`);
	if (keep === undefined) return;
	const gone = await rotate(folder, Number(keep));
	if (gone.length > 0) console.log(`Removed what is outdated: ${gone.join(", ")}.`);
}

async function requireFresh(folder: string, withinMs: number): Promise<number> {
	const newest = await newestIn(folder);
	const isFresh = newest !== undefined && Date.now() - newest.takenAt.getTime() < withinMs;
	if (isFresh) return 0;
	const words = newest ? `the newest of ${folder} is ${newest.name}` : `${folder} has no backup`;
	throw new Problem(`${words}: look at what the last attempt said.`);
}

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
