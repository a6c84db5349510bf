/** What was looked at while a part was away: screens, queues and memory. */
import type { RunEvent, VitalsTaken } from "../kit/history-events.ts";
import type { Fault } from "./fault.ts";

/** Of one fault. */
export interface VitalsOf {
	readonly fault: Fault;
	/** The most screens that were not connected at any moment of it, of how many. */
	readonly lostMost: number;
	readonly screens: number;
	/** From the strike until every connected screen said that saving is delayed; `undefined`: never. */
	readonly saidAfterMs: number | undefined;
	/** From the heal until nothing had waited for a second in a queue and no screen said so; `undefined`: not before the end. */
	readonly drainedAfterMs: number | undefined;
	/** Rows, the most of any process. */
	readonly queuedMost: number;
	/** MiB, of the process that grew most: before the strike, and its most until it was drained. */
	readonly memory: Growth;
	readonly heap: Growth;
}

export interface Growth {
	readonly before: number;
	readonly most: number;
}

const FRESH_MS = 1_000;

export class Vitals {
	readonly #taken: VitalsTaken[] = [];

	run(event: RunEvent): void {
		if (event.kind === "vitals") this.#taken.push(event);
	}

	/** `undefined` when nothing was looked at before, during and after it. */
	of(fault: Fault): VitalsOf | undefined {
		const { from, to = Number.POSITIVE_INFINITY } = fault;
		const before = this.#taken.filter(({ t }) => t < from).at(-1);
		const during = this.#taken.filter(({ t }) => t >= from && t < to);
		const after = this.#taken.filter(({ t }) => t >= to);
		if (before === undefined || during.length === 0 || after.length === 0) return undefined;
		const said = during.find(({ screens }) => screens.delayed >= screens.online);
		const drained = after.find(isDrained);
		const until = [...during, ...after.slice(0, drained && after.indexOf(drained) + 1)];
		return {
			fault,
			screens: before.screens.all,
			lostMost: Math.max(...during.map(({ screens: { all, online } }) => all - online)),
			saidAfterMs: said && said.t - from,
			drainedAfterMs: drained && drained.t - to,
			queuedMost: Math.max(0, ...until.flatMap(({ processes }) => processes.map(queuedIn))),
			memory: growth(before, until, "memory"),
			heap: growth(before, until, "heap"),
		};
	}
}

const queuedIn = (process: VitalsTaken["processes"][number]): number => process?.queued ?? 0;

/** Rows of now, none that waited. */
function isFresh(process: VitalsTaken["processes"][number]): boolean {
	return process !== null && process.oldestMs < FRESH_MS;
}

function isDrained({ processes, screens }: VitalsTaken): boolean {
	return screens.delayed === 0 && processes.every(isFresh);
}

function growth(
	before: VitalsTaken,
	until: readonly VitalsTaken[],
	what: "memory" | "heap",
): Growth {
	const each = before.processes.map((process, index) => {
		const first = process?.[what] ?? 0;
		const most = Math.max(first, ...until.map(({ processes }) => processes[index]?.[what] ?? 0));
		return { before: first, most };
	});
	const [grownMost = { before: 0, most: 0 }] = each.sort(
		(a, b) => b.most - b.before - (a.most - a.before),
	);
	return grownMost;
}
