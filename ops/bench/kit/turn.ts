/** One turn of one side: what it measured, what that cost, and how calm the machine was. */
import { loadavg } from "node:os";
import type { Measure, Outcome, Side } from "./bench.ts";
import { type Cost, metered } from "./meter.ts";
import type { Turn } from "./ratios.ts";

/** Measured on every side that has the part. CPU is what the operating system charged. */
export const costMeasures: readonly Measure[] = [
	{ key: "cpuServer", label: "CPU of the servers", unit: "ms per 1,000" },
	{ key: "cpuDatabase", label: "CPU of the database", unit: "ms per 1,000" },
	{ key: "cpuServing", label: "CPU of servers and database", unit: "ms per 1,000" },
	{ key: "cpuDriver", label: "CPU of the driver", unit: "ms per 1,000" },
	{ key: "memoryServer", label: "Resident memory of the servers", unit: "MB" },
	{ key: "heapServer", label: "JavaScript heap of the servers", unit: "MB" },
];

const PACE_ROUNDS = 20_000_000;

/** @param ours every process that is not a stranger. */
export async function takeTurn(
	side: Side,
	run: number,
	ours: () => readonly number[],
): Promise<Turn> {
	await side.prepare?.();
	const [loadBefore = 0] = loadavg();
	const pace = paceMs();
	let outcome: Outcome = { operations: 0, values: {} };
	const cost = await metered(side.watched(), ours(), async () => {
		outcome = await side.measure();
	});
	const heap = await side.heapBytes?.();
	await side.settle?.();
	const { disturbance, steal } = cost;
	return {
		...{ side: side.name, run, disturbance, steal, loadBefore, pace, isRepeated: false },
		values: measured({ ...costs(cost, outcome.operations, heap), ...outcome.values }),
		curves: outcome.curves,
	};
}

/** Without what there was nothing to measure of: JSON has no word for it. */
export function measured(values: Readonly<Record<string, number>>): Record<string, number> {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
}

function costs(
	{ cpu, memory }: Cost,
	operations: number,
	heapBytes: number | undefined,
): Record<string, number> {
	const values: Record<string, number> = {};
	for (const [part, seconds] of Object.entries(cpu)) {
		values[`cpu${capitalised(part)}`] = (seconds * 1e6) / operations;
	}
	const { cpuServer, cpuDatabase } = values;
	// A database on another machine costs what nobody here can see: then there is no sum.
	if (cpuServer !== undefined) values["cpuServing"] = cpuServer + (cpuDatabase ?? 0);
	for (const [part, bytes] of Object.entries(memory)) {
		values[`memory${capitalised(part)}`] = bytes / 1e6;
	}
	if (heapBytes !== undefined) values["heapServer"] = heapBytes / 1e6;
	return values;
}

/** Neighbours on the same hardware show in no accounting; they do show in this. */
function paceMs(): number {
	const startedAt = performance.now();
	let sum = 0;
	for (let round = 0; round < PACE_ROUNDS; round += 1) sum = (sum + round) | 0;
	return performance.now() - startedAt + (sum === 1 ? 1 : 0);
}

function capitalised(word: string): string {
	return word.slice(0, 1).toUpperCase() + word.slice(1);
}
