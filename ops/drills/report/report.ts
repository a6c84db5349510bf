/** A drill's outcome as data: the JSON file, and what the terminal and the page say. */
import type { CheckedRun } from "../checker/check-run.ts";
import type { CounterExample } from "../checker/counter-example.ts";
import {
	countIn,
	type PropertyNumber,
	properties,
	propertyNumbers,
} from "../checker/properties.ts";
import type { Recovery } from "../checker/recoveries.ts";
import type { Machine } from "./machine.ts";
import type { Measure } from "./measures.ts";
import type { Notes } from "./notes.ts";
import { isBusy, type Pressure } from "./pressure.ts";

export interface PropertyLine {
	readonly number: PropertyNumber;
	readonly name: string;
	readonly promise: string;
	/** `unseen`: nothing in this drill could show it. `unjudged`: some of it could not be told. */
	readonly verdict: "held" | "broken" | "unseen" | "unjudged";
	readonly checked: number;
	readonly broken: number;
	readonly unjudged: number;
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
	readonly notes: Notes;
	readonly counterExample: CounterExample | undefined;
}

const REACH: { readonly [Number in PropertyNumber]?: string } = {
	9: "by the database's own commit times",
	12: "requests only; queues and heaps are looked at in postgres-away",
	13: "people who ask for a host's doing, exports by another host, host tokens and hidden tallies in what people are sent",
	14: "time in which another fault was there as well is not counted",
	15: "one process's Date; the clocks of PostgreSQL and of the machine are left alone",
};

export function propertyLines(
	{ findings }: CheckedRun,
	hasJumpingClock: boolean,
	pressure: Pressure,
): readonly PropertyLine[] {
	const late = (number: PropertyNumber) => countIn(findings.late, number);
	const isPastTime = isBusy(pressure);
	const brokenIn = (number: PropertyNumber) =>
		countIn(findings.broken, number) + (isPastTime ? 0 : late(number));
	const isBroken = propertyNumbers.some((number) => brokenIn(number) > 0);
	return propertyNumbers.map((number) => {
		const [name, promise] = properties[number];
		// The clock's promise is that of all others while it jumps.
		const isSeen = number !== 15 || hasJumpingClock;
		const checked = isSeen ? countIn(findings.checked, number === 15 ? 1 : number) : 0;
		const broken = number === 15 ? Number(isSeen && isBroken) : brokenIn(number);
		const unjudged = countIn(findings.unjudged, number) + (isPastTime ? late(number) : 0);
		const line = { number, name, promise, checked, broken, unjudged, reach: REACH[number] ?? "" };
		return { ...line, verdict: verdictOf(line) };
	});
}

function verdictOf({
	checked,
	broken,
	unjudged,
}: Omit<PropertyLine, "verdict">): PropertyLine["verdict"] {
	if (broken > 0) return "broken";
	if (unjudged > 0) return "unjudged";
	return checked === 0 ? "unseen" : "held";
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

export function percentile(values: readonly number[], share: number): number {
	const sorted = Float64Array.from(values).sort();
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
