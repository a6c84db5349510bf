/** The files of a backup: `NAME` and, last of all, `NAME.json` that says what `NAME` holds. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { contentsSchema } from "./contents.ts";
import { Problem } from "./problem.ts";

const manifestSchema = z.object({
	format: z.literal("plenum-backup-1"),
	database: z.enum(["postgres", "embedded"]),
	/** When its snapshot was taken, ISO 8601. */
	takenAt: z.string(),
	plenum: z.string(),
	sealedBy: z.enum(["age", "gpg"]).optional(),
	bytes: z.int().positive(),
	sha256: z.string().regex(/^[0-9a-f]{64}$/),
	contents: contentsSchema,
});

export type Manifest = z.output<typeof manifestSchema>;

const EXTENSIONS = { postgres: "dump", embedded: "tar.gz" };
/** Not yet complete. */
export const PART = ".part";

/** `plenum-20260102T030405Z.dump`: sorted by name is sorted by time. */
export function fileName({
	database,
	takenAt,
	sealedBy,
}: Pick<Manifest, "database" | "takenAt" | "sealedBy">): string {
	const time = takenAt.replace(/[-:]|\.\d+/g, "");
	return [`plenum-${time}`, EXTENSIONS[database], sealedBy].filter(Boolean).join(".");
}

/** Makes `path + PART` a backup under its name. Whatever interrupts it leaves nothing that looks complete. */
export async function complete(
	path: string,
	about: Omit<Manifest, "bytes" | "sha256" | "format">,
): Promise<Manifest> {
	await sync(path + PART);
	const manifest: Manifest = {
		format: "plenum-backup-1",
		...about,
		...(await measure(path + PART)),
	};
	await rename(path + PART, path);
	const written = `${path}.json${PART}`;
	await writeFile(written, `${JSON.stringify(manifest, null, "\t")}\n`, { mode: 0o600 });
	await sync(written);
	await rename(written, `${path}.json`);
	if (process.platform !== "win32") await sync(dirname(path));
	return manifest;
}

/** Rejects with a `Problem` when the file is not a complete backup, unchanged since it was written. */
export async function readManifest(path: string): Promise<Manifest> {
	const text = await readFile(`${path}.json`, "utf8").catch(() => {
		throw new Problem(
			`${path}.json cannot be read: a backup is two files, and both have to be there. Name the one without .json.`,
		);
	});
	const manifest = manifestSchema.safeParse(parseJson(text)).data;
	if (manifest === undefined) {
		throw new Problem(`${path}.json is not what npm run backup writes: take another backup.`);
	}
	const found = await measure(path).catch(() => {
		throw new Problem(`${path} cannot be read: a backup is two files, and both have to be there.`);
	});
	if (found.bytes !== manifest.bytes) {
		throw new Problem(
			`${path} has ${found.bytes} bytes instead of ${manifest.bytes}, it was cut off or overwritten: copy it again, or take another backup.`,
		);
	}
	if (found.sha256 !== manifest.sha256) {
		throw new Problem(
			`${path} has changed since it was written (its SHA-256 is another one): copy it again, or take another backup.`,
		);
	}
	return manifest;
}

async function measure(path: string): Promise<Pick<Manifest, "bytes" | "sha256">> {
	const hash = createHash("sha256");
	let bytes = 0;
	for await (const piece of createReadStream(path)) {
		bytes += piece.length;
		hash.update(piece);
	}
	return { bytes, sha256: hash.digest("hex") };
}

/** Until it is on the disk itself. */
async function sync(path: string): Promise<void> {
	const handle = await open(path, "r");
	await handle.sync().finally(() => handle.close());
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
