/** One measurement of what processes cost while something happens, and of who else used the machine. */

import { cpuSeconds, machineTimes, ownCpuSeconds, residentBytes } from "./accounting.ts";
import type { MachineTimes } from "./proc-text.ts";

/** The processes that are charged to one part, by the name that it has in reports. */
export type Watched = Readonly<Record<string, readonly number[]>>;

export interface Cost {
	readonly seconds: number;
	/** CPU seconds by part; `driver` is this process. Parts that cannot be measured are missing. */
	readonly cpu: Readonly<Record<string, number>>;
	/** Resident bytes by part at the end. */
	readonly memory: Readonly<Record<string, number>>;
	/** The share of the whole machine, 0 to 1, that processes took which are not ours. */
	readonly disturbance: number | undefined;
	/** Of this, what other machines on the same hardware took. */
	readonly steal: number | undefined;
}

/** @param ours every process that is not a stranger, those watched among them. */
export async function metered(
	watched: Watched,
	ours: readonly number[],
	work: () => Promise<void>,
): Promise<Cost> {
	const before = await reading(watched, ours);
	await work();
	const after = await reading(watched, ours);
	const cpu: Record<string, number> = { driver: after.driver - before.driver };
	const memory: Record<string, number> = {};
	for (const [part, seconds] of Object.entries(after.cpu)) {
		const start = before.cpu[part];
		if (seconds !== undefined && start !== undefined) cpu[part] = seconds - start;
	}
	for (const [part, pids] of Object.entries(watched)) {
		const bytes = await summed(pids, residentBytes);
		if (bytes !== undefined) memory[part] = bytes;
	}
	return {
		seconds: (after.at - before.at) / 1000,
		cpu,
		memory,
		disturbance: disturbanceBetween(before, after),
		steal: stealBetween(before, after),
	};
}

async function reading(watched: Watched, ours: readonly number[]) {
	const cpu: Record<string, number | undefined> = {};
	for (const [part, pids] of Object.entries(watched)) cpu[part] = await summed(pids, cpuSeconds);
	const started = ours.length === 0 ? 0 : await summed(ours, cpuSeconds);
	const driver = ownCpuSeconds();
	return {
		cpu,
		driver,
		ours: started === undefined ? undefined : started + driver,
		machine: await machineTimes(),
		at: performance.now(),
	};
}

/** What is known about the machine at one moment. */
export interface Usage {
	readonly machine: MachineTimes | undefined;
	/** CPU seconds of every process of ours so far. */
	readonly ours: number | undefined;
}

/** The share of the machine, 0 to 1, that others took from `before` to `after`. */
export function disturbanceBetween(before: Usage, after: Usage): number | undefined {
	if (before.machine === undefined || after.machine === undefined) return undefined;
	if (before.ours === undefined || after.ours === undefined) return undefined;
	const all = after.machine.all - before.machine.all;
	const others = after.machine.busy - before.machine.busy - (after.ours - before.ours);
	// The tick is 10 ms: of a moment it can seem that we took more than there was.
	return all <= 0 ? 0 : Math.max(0, others / all);
}

function stealBetween(before: Usage, after: Usage): number | undefined {
	if (before.machine === undefined || after.machine === undefined) return undefined;
	const all = after.machine.all - before.machine.all;
	return all <= 0 ? 0 : (after.machine.steal - before.machine.steal) / all;
}

/** `undefined` when one of them cannot be measured. */
async function summed(
	pids: readonly number[],
	measure: (pid: number) => Promise<number | undefined>,
): Promise<number | undefined> {
	const values = await Promise.all(pids.map(measure));
	if (values.length === 0) return undefined;
	return values.reduce((sum, value) =>
		sum === undefined || value === undefined ? undefined : sum + value,
	);
}
