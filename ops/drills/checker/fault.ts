/** A fault as the history has it. */
export interface Fault {
	readonly id: number;
	readonly name: string;
	readonly what: string;
	readonly from: number;
	/** `undefined`: it lasted to the end. */
	readonly to: number | undefined;
	readonly polls: readonly string[] | undefined;
	readonly isSurvived: boolean;
}

/** Those that were there at some moment of it, in the order of their strikes. */
export function faultsWithin(faults: readonly Fault[], from: number, to: number): readonly Fault[] {
	return faults
		.filter((fault) => fault.from < to && (fault.to ?? Number.POSITIVE_INFINITY) > from)
		.sort((a, b) => a.from - b.from);
}

/** How much of that time none of them was there. */
export function freeMs(faults: readonly Fault[], from: number, to: number): number {
	let free = 0;
	let at = from;
	for (const fault of faultsWithin(faults, from, to)) {
		free += Math.max(0, fault.from - at);
		at = Math.max(at, fault.to ?? to);
	}
	return at < to ? free + to - at : free;
}
