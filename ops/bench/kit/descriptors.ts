import { readFile } from "node:fs/promises";

/** Beside the connections: files, the database, what listens. */
const SPARE = 200;

/** Rejects with a sentence when this process, or a child of it, may not hold so many connections. */
export async function requireDescriptors(connections: number): Promise<void> {
	const text = await readFile("/proc/self/limits", "utf8").catch(() => "");
	const most = openFilesMax(text);
	if (most === undefined || most >= connections + SPARE) return;
	throw new Error(
		`${connections} connections need as many open files and ${SPARE} more, and ${most} are allowed: run ulimit -n ${connections + SPARE} first`,
	);
}

/** The soft limit in the text of /proc/PID/limits, which Node has raised to the hard one; `undefined` without any. */
export function openFilesMax(text: string): number | undefined {
	const limit = /^Max open files\s+(\d+)/m.exec(text)?.[1];
	return limit === undefined ? undefined : Number(limit);
}
