/** What processes cost, by the operating system's own accounting; `undefined` where there is no /proc. */
import { readFile } from "node:fs/promises";
import { childrenOf } from "../../services/children-of.ts";
import {
	type MachineTimes,
	parseMachineTimes,
	parseProcessTimes,
	parseResidentBytes,
} from "./proc-text.ts";

/**
 * CPU seconds of a process and of everything it ever started: children that are gone count where
 * they were waited for, so that the number never falls when one ends.
 */
export async function cpuSeconds(pid: number): Promise<number | undefined> {
	const text = await read(`/proc/${pid}/stat`);
	if (text === undefined) return undefined;
	const { own, reaped } = parseProcessTimes(text);
	const children = await Promise.all((await childrenOf(pid)).map(cpuSeconds));
	return children.reduce<number>((sum, seconds) => sum + (seconds ?? 0), own + reaped);
}

/** Of this process, its children left out. */
export function ownCpuSeconds(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1e6;
}

/** Bytes, shared pages counted in full. */
export async function residentBytes(pid: number): Promise<number | undefined> {
	const text = await read(`/proc/${pid}/status`);
	return text === undefined ? undefined : parseResidentBytes(text);
}

export async function machineTimes(): Promise<MachineTimes | undefined> {
	const text = await read("/proc/stat");
	return text === undefined ? undefined : parseMachineTimes(text);
}

export async function parentOf(pid: number): Promise<number | undefined> {
	const text = await read(`/proc/${pid}/stat`);
	return text === undefined ? undefined : parseProcessTimes(text).parent;
}

export async function nameOf(pid: number): Promise<string | undefined> {
	return (await read(`/proc/${pid}/comm`))?.trim();
}

function read(path: string): Promise<string | undefined> {
	return readFile(path, "utf8").catch(() => undefined);
}
