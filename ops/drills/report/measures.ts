/** Figures of one drill that have a bound of their own, in words. */
import type { CheckedRun } from "../checker/check-run.ts";
import { seconds } from "../checker/seconds.ts";
import type { VitalsOf } from "../checker/vitals.ts";

export interface Measure {
	readonly what: string;
	readonly value: string;
	/** What it must keep; empty: it is only told. */
	readonly bound: string;
	readonly verdict: "told" | "held" | "broken" | "unjudged";
}

const SAID_WITHIN_MS = 2_000;
const DRAINED_WITHIN_MS = 5_000;
/** Of one process, as its group commit is built: 20,000 rows or 8 MiB. */
const QUEUED_MAX = 20_000;
/** What a full queue and the requests behind it may take at most. */
const GROWTH_MAX_MIB = 128;

/** @param hasTimes false where the machine was too busy for times to mean anything. */
export function measuresOf(
	{ findings, timing, vitals }: CheckedRun,
	isMeasured: boolean,
	hasTimes: boolean,
): readonly Measure[] {
	const { votes, pictures } = findings.undoneByRestore;
	const told: Measure[] = [];
	if (timing.faults.some(({ name }) => name === "restore-backup")) {
		const value = `${votes} votes and ${pictures} pictures; of what was acknowledged or shown before, nothing`;
		const what = "known loss: from the beginning of a backup to its restoration";
		told.push({ what, value, bound: "", verdict: "told" });
	}
	if (!isMeasured) return told;
	const looked = timing.faults.flatMap((fault) => vitals.of(fault) ?? []);
	return [...told, ...looked.flatMap((vitals) => ofFault(vitals, timing, hasTimes))];
}

function ofFault(it: VitalsOf, timing: CheckedRun["timing"], hasTimes: boolean) {
	const { refusals, meanwhile } = timing;
	const { fault, memory, heap } = it;
	const { count = 0, lastAfterMs = 0 } = meanwhile.get(fault.id) ?? {};
	const within = (ms: number | undefined, maxMs: number) => ms !== undefined && ms <= maxMs;
	const judged = (isHeld: boolean) => (isHeld ? "held" : "broken");
	const timed = (isHeld: boolean) => (isHeld || hasTimes ? judged(isHeld) : "unjudged");
	const time = (ms: number | undefined) => (ms === undefined ? "never" : seconds(ms));
	const refused = refusals.get(fault.id) ?? [];
	const isAway = `${fault.name} at ${seconds(fault.from)}`;
	const measures: Measure[] = [
		{
			what: `${isAway}: lasted`,
			value: fault.to === undefined ? "to the end" : seconds(fault.to - fault.from),
			...{ bound: "", verdict: "told" },
		},
		{
			what: "every screen says that saving is delayed",
			value: `after ${time(it.saidAfterMs)}`,
			bound: `${SAID_WITHIN_MS / 1000} s`,
			verdict: timed(within(it.saidAfterMs, SAID_WITHIN_MS)),
		},
		{
			what: "screens that lost their connection",
			value: `${it.lostMost} of ${it.screens}`,
			bound: "0",
			verdict: timed(it.lostMost === 0),
		},
		{
			what: "drained: nothing old in a queue and every screen as usual",
			value: `${time(it.drainedAfterMs)} after its return`,
			bound: `${DRAINED_WITHIN_MS / 1000} s`,
			verdict:
				it.drainedAfterMs === undefined
					? "broken"
					: timed(within(it.drainedAfterMs, DRAINED_WITHIN_MS)),
		},
		{
			what: "people who were put off, and had the answer to a vote afterwards",
			value: `${count}, the last ${seconds(lastAfterMs)} after its return`,
			...{ bound: "", verdict: "told" },
		},
		{
			what: "refusals meanwhile",
			value: inWords(refused) || "none",
			bound: "each may be asked again",
			verdict: judged(refused.every(({ isRetryable, isRule }) => isRetryable || isRule)),
		},
		{
			what: "most rows that waited in one process",
			value: it.queuedMost.toLocaleString("en"),
			bound: QUEUED_MAX.toLocaleString("en"),
			verdict: judged(it.queuedMost <= QUEUED_MAX),
		},
	];
	for (const [what, { before, most }] of [
		["memory of the process that grew most", memory],
		["heap of the process that grew most", heap],
	] as const) {
		measures.push({
			what,
			value: `${Math.round(before)} MiB before, ${Math.round(most)} MiB at most`,
			bound: `${GROWTH_MAX_MIB} MiB more`,
			verdict: judged(most - before <= GROWTH_MAX_MIB),
		});
	}
	return measures;
}

function inWords(refused: readonly { readonly code: string; readonly count: number }[]): string {
	return refused.map(({ code, count }) => `${count.toLocaleString("en")} ${code}`).join(", ");
}
