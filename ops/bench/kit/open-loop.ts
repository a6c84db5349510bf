/**
 * People who vote at a rate of their own, however the server does. A wait counts from the moment at
 * which the vote was due, not from that at which the driver got round to it: a server that stalls
 * is charged with everybody who came meanwhile (coordinated omission).
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Voter } from "./hall.ts";
import { percentile } from "./statistics.ts";

/** After the last one was due, what has not been answered is lost. */
const ANSWERED_WITHIN_MS = 10_000;

export interface OpenLoop {
	/** ms, of every vote; of one that was refused or lost until that was known. */
	readonly waits: readonly number[];
	/** Votes that were refused or lost. */
	readonly problems: number;
	readonly firstProblem: Error | undefined;
	/** Of `performance.now()`. */
	readonly lastConfirmedAt: number;
}

/** Everybody in turn, `count` votes in all. */
export async function voteAtRate(
	voters: readonly Voter[],
	perSecond: number,
	count: number,
): Promise<OpenLoop> {
	const waits: number[] = [];
	let problems = 0;
	let firstProblem: Error | undefined;
	let sent = 0;
	const startedAt = performance.now();
	let lastConfirmedAt = startedAt;
	const send = (dueAt: number): void => {
		voters[sent % voters.length]?.cast((problem) => {
			const now = performance.now();
			waits.push(now - dueAt);
			if (problem === undefined) lastConfirmedAt = now;
			else {
				problems += 1;
				firstProblem ??= problem;
			}
		});
		sent += 1;
	};
	while (sent < count) {
		const due = dueBy(performance.now() - startedAt, perSecond, count);
		while (sent < due) send(startedAt + (sent * 1000) / perSecond);
		await pause();
	}
	const until = performance.now() + ANSWERED_WITHIN_MS;
	while (waits.length < count && performance.now() < until) await pause();
	const lost = count - waits.length;
	return {
		waits: [...waits, ...Array.from({ length: lost }, () => ANSWERED_WITHIN_MS)],
		problems: problems + lost,
		firstProblem: firstProblem ?? (lost > 0 ? new Error("votes were never answered") : undefined),
		lastConfirmedAt,
	};
}

/** Votes that are due `ms` after the start; the first one at once. */
export function dueBy(ms: number, perSecond: number, count: number): number {
	return Math.min(count, Math.floor((ms * perSecond) / 1000) + 1);
}

export interface Step {
	readonly perSecond: number;
	readonly p50: number;
	readonly p99: number;
	/** Whether all that came were confirmed. */
	readonly isKeptUp: boolean;
}

/** A server that falls behind shows in the waits: they grow for as long as the step lasts. */
export function stepOf({ waits, problems }: OpenLoop, rate: number): Step {
	return {
		...{ perSecond: rate, p50: percentile(waits, 50), p99: percentile(waits, 99) },
		isKeptUp: problems === 0,
	};
}

/** The highest rate up to which every step kept up within `p99Ms`; 0 when not even the first did. */
export function sustained(steps: readonly Step[], p99Ms: number): number {
	const failed = steps.findIndex(({ isKeptUp, p99 }) => !isKeptUp || p99 > p99Ms);
	const kept = failed < 0 ? steps : steps.slice(0, failed);
	return kept.at(-1)?.perSecond ?? 0;
}

/** The shortest there is; to wait busily would take a core from the servers. */
function pause(): Promise<void> {
	return sleep(1);
}
