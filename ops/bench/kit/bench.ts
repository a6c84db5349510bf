/** What a bench is: sides that do the same work in turns, and what it asks of their figures. */
import type { Watched } from "./meter.ts";
import type { Workbench } from "./workbench.ts";

export interface Bench {
	readonly name: string;
	/** A line for the help. */
	readonly about: string;
	/** Times that every side has its turn, unless `--runs` says otherwise; `--quick` means once. */
	readonly runs: number;
	/** Asked for by its name only, not by `all`. */
	readonly isApart?: true;
	/** What the sides measure beyond their costs. */
	readonly measures: readonly Measure[];
	readonly comparisons: readonly Comparison[];
	readonly curves?: readonly Curve[];
	/** The workload, in words. */
	setting(scale: Scale): string;
	/**
	 * Starts what the sides need; the workbench stops it. They take turns in this order.
	 * @param say hears what is going on, where that takes long.
	 */
	prepare(
		workbench: Workbench,
		say: (line: string) => void,
		scale: Scale,
	): Promise<readonly Side[]>;
}

/** How much is measured. */
export interface Scale {
	/** A tenth of people, polls and time where they are many: shows that it works, and what has broken. */
	readonly isQuick: boolean;
	/** Of a soak. */
	readonly minutes: number;
}

export interface Measure {
	readonly key: string;
	readonly label: string;
	readonly unit: string;
}

/** One figure over another, a line a side. */
export interface Curve {
	readonly key: string;
	readonly title: string;
	/** With their units. */
	readonly x: string;
	readonly y: string;
	/** Whether the vertical axis is. */
	readonly isLogarithmic?: true;
}

export type Point = readonly [x: number, y: number];

export interface Side {
	readonly name: string;
	readonly description: string;
	/** Asked anew before every measurement. */
	watched(): Watched;
	/** Bytes of the servers' JavaScript heaps, after a collection. */
	heapBytes?(): Promise<number>;
	/** Before the measurement. */
	prepare?(): Promise<void>;
	measure(): Promise<Outcome>;
	/** After the measurement. */
	settle?(): Promise<void>;
}

export interface Outcome {
	/** Votes, joins, …: costs are told per thousand of them. */
	readonly operations: number;
	/** By the keys of the bench's measures. */
	readonly values: Readonly<Record<string, number>>;
	/** By the keys of the bench's curves. */
	readonly curves?: Readonly<Record<string, readonly Point[]>>;
}

/** One figure of the subject, run by run: by that of the reference, or by itself where there is none. */
export interface Comparison {
	readonly measure: string;
	readonly subject: string;
	readonly reference?: string;
	/** What the subject has more than the reference, instead of their ratio. */
	readonly isDifference?: true;
	readonly goal?: Goal;
}

/** `same`: both agree within what the runs differ by themselves, or within a tenth. */
export type Goal =
	| { readonly kind: "at-least" | "at-most"; readonly bound: number }
	| { readonly kind: "same" };
