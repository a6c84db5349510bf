/** What broke and what was not judged, each with all that is needed to look into it without the history. */
import type { CheckedRun } from "../checker/check-run.ts";
import { faultsWithin } from "../checker/fault.ts";
import type { Finding } from "../checker/properties.ts";
import { seconds } from "../checker/seconds.ts";
import { isBusy, type Pressure } from "./pressure.ts";

export interface Note extends Finding {
	/** It could not be judged. */
	readonly why?: string;
	/** Those that were there meanwhile or shortly before, in words. */
	readonly faults: readonly string[];
}

export interface Notes {
	readonly broken: readonly Note[];
	readonly unjudged: readonly Note[];
}

const NOTES_MAX = 10;
const FAULTS_MAX = 5;
const SHORTLY_MS = 10_000;
const TOO_BUSY = "this machine was too busy for times to mean anything";
const CUT_SHORT = "the voting ended, or another fault lasted, before ten seconds were over";

export function notesOf({ findings, timing }: CheckedRun, pressure: Pressure): Notes {
	const note = (finding: Finding): Note => ({ ...finding, faults: faultsAround(finding) });
	const faultsAround = ({ t, ms = 0 }: Finding): readonly string[] => {
		if (t === undefined) return [];
		const around = faultsWithin(timing.faults, t - SHORTLY_MS, t + ms);
		return around.slice(0, FAULTS_MAX).map(({ name, what, from, to }) => {
			return `${name} (${what}) ${seconds(from)} to ${to === undefined ? "the end" : seconds(to)}`;
		});
	};
	const excused = findings.first.filter((finding) => isExcused(finding, pressure));
	const unjudged = [
		...excused.map((finding) => ({ ...note(finding), why: TOO_BUSY })),
		...findings.firstUnjudged.map((finding) => ({ ...note(finding), why: CUT_SHORT })),
	];
	const broken = findings.first.filter((finding) => !isExcused(finding, pressure)).map(note);
	return { broken: someOfEach(broken), unjudged: someOfEach(unjudged) };
}

/** A busy machine is reason enough to be late, and for nothing else. */
export function isExcused({ isLate }: Finding, pressure: Pressure): boolean {
	return isLate === true && isBusy(pressure);
}

/** In turns, so that a property with many leaves room for the others. */
function someOfEach(notes: readonly Note[]): readonly Note[] {
	const ranked = notes.map((note, index) => {
		const before = notes.slice(0, index).filter(({ property }) => property === note.property);
		return { note, rank: before.length };
	});
	const chosen = ranked.sort((a, b) => a.rank - b.rank).slice(0, NOTES_MAX);
	return chosen.map(({ note }) => note).sort((a, b) => a.property - b.property);
}

/** Two lines: what, and why. */
export function noteLines({ property, t, poll, sentence, why, faults }: Note): readonly string[] {
	const when = t === undefined ? "" : ` at ${seconds(t)}`;
	const where = poll === undefined ? "" : ` in poll ${poll}`;
	const around = faults.length === 0 ? "no fault was near" : faults.join(", ");
	return [
		`${property}${when}${where}: ${sentence}`,
		why === undefined ? around : `${why}; ${around}`,
	];
}
