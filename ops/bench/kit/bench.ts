/** What a bench is: sides that do the same work in turns, and the ratios that it asks for. */
import type { Watched } from "./meter.ts";
import type { Workbench } from "./workbench.ts";

export interface Bench {
	readonly name: string;
	/** A line for the help. */
	readonly about: string;
	/** Times that every side has its turn, unless `--runs` says otherwise. */
	readonly runs: number;
	/** The workload, in words. */
	readonly setting: string;
	/** What the sides measure beyond their costs. */
	readonly measures: readonly Measure[];
	readonly comparisons: readonly Comparison[];
	/**
	 * Starts what the sides need; the workbench stops it. They take turns in this order.
	 * @param say hears what is going on, where that takes long.
	 */
	prepare(workbench: Workbench, say: (line: string) => void): Promise<readonly Side[]>;
}

export interface Measure {
	readonly key: string;
	readonly label: string;
	readonly unit: string;
}

export interface Side {
	readonly name: string;
	readonly description: string;
	/** Asked anew before every measurement. */
	watched(): Watched;
	/** Bytes of the servers' JavaScript heaps, where they tell. */
	heapBytes?(): Promise<number | undefined>;
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
}

/** The ratio of one measure: subject by reference, run by run. */
export interface Comparison {
	readonly measure: string;
	readonly subject: string;
	readonly reference: string;
	readonly goal?: Goal;
}

/** `same`: both agree within what the runs differ by themselves, or within a tenth. */
export type Goal =
	| { readonly kind: "at-least" | "at-most"; readonly ratio: number }
	| { readonly kind: "same" };
