/** Which backups a folder has, and which of them go. Files that backup did not name are never touched. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

const NAME = /^plenum-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.(dump|tar\.gz)(\.age|\.gpg)?$/;
const LEFTOVER = /^plenum-\d{8}T\d{6}Z\..*\.part$/;
/** A backup that takes longer than this was killed. */
const LEFTOVER_AFTER_MS = 24 * 60 * 60 * 1000;

/** The newest complete backup; `undefined` where there is none, or no folder. */
export async function newestIn(
	folder: string,
): Promise<{ readonly name: string; readonly takenAt: Date } | undefined> {
	const name = completeOf(await readdir(folder).catch(() => [])).at(-1);
	const [year, month, ...rest] = NAME.exec(name ?? "")?.slice(1, 7) ?? [];
	if (name === undefined || year === undefined) return undefined;
	const [day, ...time] = rest;
	return { name, takenAt: new Date(`${year}-${month}-${day}T${time.join(":")}Z`) };
}

/** Keeps the `keep` newest complete backups; resolves to the names of those that went. */
export async function rotate(folder: string, keep: number): Promise<readonly string[]> {
	const names = await readdir(folder);
	const complete = completeOf(names);
	const outdated = complete.slice(0, Math.max(0, complete.length - keep));
	for (const name of outdated) {
		// The numbers first: what is left of an interrupted removal does not look like a backup.
		await rm(join(folder, `${name}.json`));
		await rm(join(folder, name));
	}
	for (const name of names.filter((name) => LEFTOVER.test(name))) {
		const { mtimeMs } = await stat(join(folder, name));
		if (Date.now() - mtimeMs > LEFTOVER_AFTER_MS) await rm(join(folder, name));
	}
	return outdated;
}

/** Oldest first: sorted by name is sorted by time. */
function completeOf(names: readonly string[]): readonly string[] {
	return names.filter((name) => NAME.test(name) && names.includes(`${name}.json`)).sort();
}
