/** The promises that a drill checks, by number, and what became of each. */
export const properties = {
	1: ["durability", "every vote with a receipt is in the journal, as it was cast"],
	2: ["no invention", "nobody's vote is in the journal that nobody cast"],
	3: ["counted once", "one row a revision, one choice a person in the tallies"],
	4: [
		"last choice wins",
		"the choice that counts is the newest that was acknowledged, or a later one",
	],
	5: ["durable before visible", "every picture is the fold of the journal up to its place"],
	6: ["monotonic view", "no screen ever goes back to an earlier place"],
	7: ["convergence", "once all is healed and answered, screens, results and exports agree"],
	8: ["close barrier", "after an acknowledged close no vote counts, and every one before it does"],
	9: ["single writer", "nothing is committed under an epoch after the next one has begun"],
	10: ["complete takeover", "a new owner has read every row of the owners before"],
	11: ["idempotence", "a vote that is sent again is one row with one answer"],
	12: ["always an answer", "every request ends within ten seconds, well or not"],
	13: ["role boundary", "no host's doing without the host's token, no secret on a person's line"],
	14: ["availability", "after a fault every poll takes votes again within ten seconds"],
	15: ["clock independence", "all of it holds while a process's wall clock jumps by an hour"],
} as const;

export type PropertyNumber = keyof typeof properties;
export const propertyNumbers = Object.keys(properties).map(Number) as PropertyNumber[];

export interface Finding {
	readonly property: PropertyNumber;
	readonly sentence: string;
	readonly poll?: string | undefined;
	/** When it showed, as the history's times; `undefined` when only the journal tells. */
	readonly t?: number | undefined;
	/** How long it went on from then. */
	readonly ms?: number | undefined;
	/** It came, only too late: a machine that was too busy may be the reason. */
	readonly isLate?: boolean;
}

/** What came later than this has not come, and no busy machine is the reason. */
export const NEVER_MS = 60_000;
const KEPT_MAX = 20;

/** Collects what was checked and what was wrong; keeps the first few of each in words. */
export class Findings {
	readonly checked = new Map<PropertyNumber, number>();
	readonly broken = new Map<PropertyNumber, number>();
	/** What only came too late, and is not among the broken. */
	readonly late = new Map<PropertyNumber, number>();
	/** What the history cannot tell. */
	readonly unjudged = new Map<PropertyNumber, number>();
	readonly first: Finding[] = [];
	readonly firstUnjudged: Finding[] = [];
	/** What a restored backup took with it, as it may. */
	readonly undoneByRestore = { votes: 0, pictures: 0 };

	/** One more thing was looked at. */
	look(property: PropertyNumber, times = 1): void {
		add(this.checked, property, times);
	}

	/** Something that may take time was looked at, and took `ms`. */
	took(ms: number, withinMs: number, finding: Finding): void {
		this.look(finding.property);
		if (ms > withinMs) this.found({ ms, ...finding, isLate: ms <= NEVER_MS });
	}

	undone(what: keyof Findings["undoneByRestore"], times = 1): void {
		this.undoneByRestore[what] += times;
	}

	found(finding: Finding): void {
		const alike = add(finding.isLate ? this.late : this.broken, finding.property);
		if (alike <= KEPT_MAX) this.first.push(finding);
	}

	notJudged(finding: Finding): void {
		if (add(this.unjudged, finding.property) <= KEPT_MAX) this.firstUnjudged.push(finding);
	}
}

type Counts = Map<PropertyNumber, number>;

export function countIn(counts: Readonly<Counts>, property: PropertyNumber): number {
	return counts.get(property) ?? 0;
}

function add(counts: Counts, property: PropertyNumber, times = 1): number {
	const count = countIn(counts, property) + times;
	counts.set(property, count);
	return count;
}
