/** One turn of one side, with what it cost. */
import type { Measure, Outcome, Side } from "./bench.ts";
import { type Cost, metered } from "./meter.ts";
import type { Turn } from "./ratios.ts";

/** Measured on every side that has the part. CPU is what the operating system charged. */
export const costMeasures: readonly Measure[] = [
	{ key: "cpuServer", label: "CPU of the servers", unit: "ms per 1,000" },
	{ key: "cpuDatabase", label: "CPU of the database", unit: "ms per 1,000" },
	{ key: "cpuDriver", label: "CPU of the driver", unit: "ms per 1,000" },
	{ key: "memoryServer", label: "Resident memory of the servers", unit: "MB" },
	{ key: "heapServer", label: "JavaScript heap of the servers", unit: "MB" },
];

/** @param ours every process that is not a stranger. */
export async function takeTurn(side: Side, run: number, ours: readonly number[]): Promise<Turn> {
	await side.prepare?.();
	let outcome: Outcome = { operations: 0, values: {} };
	const cost = await metered(side.watched(), ours, async () => {
		outcome = await side.measure();
	});
	const heap = await side.heapBytes?.();
	await side.settle?.();
	const values = { ...costs(cost, outcome.operations, heap), ...outcome.values };
	return { side: side.name, run, values, disturbance: cost.disturbance, isRepeated: false };
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
	for (const [part, bytes] of Object.entries(memory)) {
		values[`memory${capitalised(part)}`] = bytes / 1e6;
	}
	if (heapBytes !== undefined) values["heapServer"] = heapBytes / 1e6;
	return values;
}

function capitalised(word: string): string {
	return word.slice(0, 1).toUpperCase() + word.slice(1);
}
