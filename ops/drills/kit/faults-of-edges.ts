/** Faults of what lies between the parts, and of what people send. */
import { setTimeout as pause } from "node:timers/promises";
import type { ProcessUnderDrill } from "./cluster-under-drill.ts";
import { nameOf, type Struck, type Surroundings, victim } from "./fault.ts";

type Edge = "fromPeople" | "toPostgres" | "toRedis";
const EDGE_NAMES = {
	fromPeople: "people",
	toPostgres: "PostgreSQL",
	toRedis: "Redis",
} as const satisfies Record<Edge, string>;

function onEdges(
	processes: readonly ProcessUnderDrill[],
	edge: Edge,
	what: string,
	strike: (process: ProcessUnderDrill) => void,
	polls?: readonly string[],
): Struck {
	for (const process of processes) strike(process);
	const heal = async (): Promise<void> => {
		for (const process of processes) process[edge].heal();
	};
	return { what, heal, ...(polls === undefined ? {} : { polls }) };
}

export async function cutPostgres({ cluster }: Surroundings): Promise<Struck> {
	const what = "every way to PostgreSQL";
	return onEdges(cluster.processes, "toPostgres", what, (it) => it.toPostgres.set("refuse"));
}

const SLOWNESS_MS = [50, 500, 3_000];

export async function slowPostgres({ cluster, random }: Surroundings): Promise<Struck> {
	const ms = random.pick(SLOWNESS_MS);
	const what = `every way to PostgreSQL, ${ms} ms more each way`;
	return onEdges(cluster.processes, "toPostgres", what, (it) => it.toPostgres.delay(ms));
}

/** Sockets stay open, and nothing comes through: late, or never, or only one way. */
export async function blackHole(around: Surroundings): Promise<Struck> {
	const { random } = around;
	const edge = random.pick(["fromPeople", "toPostgres", "toPostgres", "toRedis"] as const);
	const mode = random.pick(["hold", "swallow"] as const);
	const direction = random.pick(["both", "replies", "requests"] as const);
	const { process, index, polls } = victim(around);
	const what = `${nameOf(index)} and ${EDGE_NAMES[edge]}: ${mode} ${direction}`;
	return onEdges([process], edge, what, (it) => it[edge].set(mode, direction), polls);
}

const RESETS_EVERY_MS = [60, 300] as const;
const RESET_AFTER_MS = [0, 7] as const;

/** Again and again the connection dies just after a batch went through: done or not, nobody hears. */
export async function resetMidCommit({ cluster, random }: Surroundings): Promise<Struck> {
	const over = new AbortController();
	const resetting = (async () => {
		while (!over.signal.aborted) {
			const { toPostgres } = random.pick(cluster.processes);
			toPostgres.resetAfterNextRequest(random.between(...RESET_AFTER_MS));
			await pause(random.between(...RESETS_EVERY_MS));
		}
	})();
	const heal = async (): Promise<void> => {
		over.abort();
		await resetting;
		for (const { toPostgres } of cluster.processes) toPostgres.heal();
	};
	return { what: "connections to PostgreSQL, 0 to 7 ms after a batch", heal };
}

export async function partitionRedis(around: Surroundings): Promise<Struck> {
	const { process, index, polls } = victim(around);
	const what = `${nameOf(index)} and Redis`;
	return onEdges([process], "toRedis", what, (it) => it.toRedis.set("swallow"), polls);
}

const STORMS = 3;

/** Everybody at once is thrown out, and everybody at once comes back; the last time, half-open. */
export async function reconnectStorm({ cluster, random }: Surroundings): Promise<Struck> {
	let sockets = 0;
	for (let storm = 1; storm <= STORMS; storm += 1) {
		sockets += storm === STORMS ? cluster.entry.halfOpen() : cluster.entry.cut();
		if (storm < STORMS) await pause(random.between(300, 1_500));
	}
	const what = `${sockets} connections of people, in ${STORMS} waves`;
	return { what, heal: async () => cluster.entry.heal() };
}

export async function duplicateAndReorder({ swarm }: Surroundings): Promise<Struck> {
	swarm.recorder.isEchoing = true;
	const heal = async (): Promise<void> => {
		swarm.recorder.isEchoing = false;
	};
	return { what: "votes, sent up to four times within two seconds, and in conflict", heal };
}
