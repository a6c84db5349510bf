/** A drill's outcome as data: the JSON file, and what the terminal and the page say. */
import type { CheckedRun } from "../checker/check-run.ts";
import type { CounterExample } from "../checker/counter-example.ts";
import { type PropertyNumber, properties, propertyNumbers } from "../checker/properties.ts";
import type { Recovery } from "../checker/timing.ts";
import type { Machine } from "./machine.ts";
import type { Measure } from "./measures.ts";

export interface PropertyLine {
	readonly number: PropertyNumber;
	readonly name: string;
	readonly promise: string;
	/** `unseen`: nothing in this drill could show it. `unjudged`: the machine was too slow to tell. */
	readonly verdict: "held" | "broken" | "unseen" | "unjudged";
	readonly checked: number;
	readonly broken: number;
	/** How far it was looked at; empty: wholly. */
	readonly reach: string;
}

export interface DrillReport {
	readonly drill: string;
	readonly summary: string;
	readonly seed: number;
	readonly minutes: number;
	readonly people: number;
	readonly polls: number;
	readonly processes: number;
	readonly passed: boolean;
	readonly properties: readonly PropertyLine[];
	readonly measures: readonly Measure[];
	readonly votes: {
		readonly acknowledged: number;
		readonly perSecond: readonly number[];
		/** From the sending of a vote to its receipt. */
		readonly medianMs: number;
		readonly p99Ms: number;
	};
	readonly requests: { readonly ok: number; readonly fail: number; readonly info: number };
	readonly slowestMs: number;
	readonly convergedMs: number;
	readonly faults: readonly Recovery[];
	readonly pressure: Pressure;
	/** Error lines in the logs of the processes. */
	readonly errors: number;
	readonly machine: Machine;
	readonly counterExample: CounterExample | undefined;
}

/** How busy the machine was, with this and with whatever else ran on it. */
export interface Pressure {
	/** Of the event loop of the process that plays all people. */
	readonly lagP99Ms: number;
	/** Processes that ran or waited to run, a core; the highest average of a minute. */
	readonly load: number;
}

/** Past it, waits are the driver's own. */
const LAG_P99_MAX_MS = 250;
/** A drill alone stays below two: past it, waits are those of processes that wait for a core. */
const LOAD_MAX = 3;
/** Properties that are times. */
const TIMED: readonly PropertyNumber[] = [7, 12, 14];

const REACH: { readonly [Number in PropertyNumber]?: string } = {
	9: "by the database's own commit times",
	12: "requests only; queues and heaps are looked at in postgres-away",
	13: "people who ask for a host's doing, exports by another host, host tokens and hidden tallies in what people are sent",
	14: "every fault after which the voting went on",
	15: "one process's Date; the clocks of PostgreSQL and of the machine are left alone",
};

export function propertyLines(
	{ findings }: CheckedRun,
	hasJumpingClock: boolean,
	pressure: Pressure,
): readonly PropertyLine[] {
	const hasNoTimes = isBusy(pressure);
	const isBroken = propertyNumbers.some(
		(number) => (findings.broken.get(number) ?? 0) > 0 && !(hasNoTimes && TIMED.includes(number)),
	);
	return propertyNumbers.map((number) => {
		const [name, promise] = properties[number];
		const isClock = number === 15;
		const checked = isClock
			? hasJumpingClock
				? (findings.checked.get(1) ?? 0)
				: 0
			: (findings.checked.get(number) ?? 0);
		const broken = isClock
			? Number(hasJumpingClock && isBroken)
			: (findings.broken.get(number) ?? 0);
		const isTooSlow = TIMED.includes(number) && hasNoTimes;
		const verdict =
			checked === 0 ? "unseen" : broken === 0 ? "held" : isTooSlow ? "unjudged" : "broken";
		return { number, name, promise, verdict, checked, broken, reach: REACH[number] ?? "" };
	});
}

/** The headline: what could not be judged is not said to have held. */
export function headlineOf({
	passed,
	properties,
}: Pick<DrillReport, "passed" | "properties">): string {
	if (!passed) return "a promise broke";
	const unjudged = properties.filter(({ verdict }) => verdict === "unjudged").length;
	return unjudged === 0
		? "every property held"
		: `every property that could be judged held, ${unjudged} could not`;
}

/** Too busy for times to mean anything. */
export function isBusy({ lagP99Ms, load }: Pressure): boolean {
	return lagP99Ms > LAG_P99_MAX_MS || load > LOAD_MAX;
}

export function percentile(values: readonly number[], share: number): number {
	const sorted = Float64Array.from(values).sort();
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
