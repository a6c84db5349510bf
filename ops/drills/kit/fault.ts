/** What a fault is: it strikes, says what it hit, and knows the way back. */
import type { ClusterUnderDrill } from "./cluster-under-drill.ts";
import type { Random } from "./random.ts";
import type { Ballast } from "./small-disk.ts";
import type { Swarm } from "./swarm.ts";

export interface Surroundings {
	readonly cluster: ClusterUnderDrill;
	readonly swarm: Swarm;
	readonly random: Random;
	/** There only when the database lies on a small disk. */
	readonly ballast?: Ballast | undefined;
}

/** A fault that has struck. */
export interface Struck {
	/** What was hit, in words. */
	readonly what: string;
	/** The polls that lived on it; all of them when not given. */
	readonly polls?: readonly string[];
	/** When it struck, as the history counts; the moment it was asked to when not given. */
	readonly at?: number;
	/** Resolves once it is all right again. */
	readonly heal: () => Promise<void>;
}

export type Fault = (around: Surroundings) => Promise<Struck>;

/** One of the processes that have polls; when none of those runs, any. */
export function victim({ cluster, swarm, random }: Surroundings) {
	const all = cluster.processes.map((process, index) => {
		return { process, index, polls: swarm.pollsOf(index) };
	});
	const running = all.filter(({ process }) => process.server.isRunning);
	const owners = running.filter(({ polls }) => polls.length > 0);
	return random.pick([owners, running, all].find(({ length }) => length > 0) ?? []);
}

export const nameOf = (index: number): string => `process ${index + 1}`;
