/** Faults of whole parts: processes, PostgreSQL, its disk, Redis. */
import { Redis } from "ioredis";
import { nameOf, type Struck, type Surroundings, victim } from "./fault.ts";

const nothing = async (): Promise<void> => {};

export async function killProcess(around: Surroundings): Promise<Struck> {
	const { process, index, polls } = victim(around);
	await process.server.signal("SIGKILL");
	return { what: nameOf(index), polls, heal: () => process.server.startAgain() };
}

/** Stopped, taken over from, and then it goes on as if nothing had happened. */
export async function zombie(around: Surroundings): Promise<Struck> {
	const { process, index, polls } = victim(around);
	await process.server.signal("SIGSTOP");
	return { what: nameOf(index), polls, heal: () => process.server.signal("SIGCONT") };
}

/** Each in turn is told to end, finishes what it accepted, and comes back. */
export async function rollingRestart({ cluster }: Surroundings): Promise<Struck> {
	const restarting = (async () => {
		for (const { server } of cluster.processes) {
			await server.drain();
			await server.startAgain();
		}
	})();
	return { what: "every process in turn", heal: () => restarting };
}

export async function killPostgres({ cluster }: Surroundings): Promise<Struck> {
	await cluster.postgres.kill();
	return { what: "PostgreSQL", heal: () => cluster.postgres.restart() };
}

/** Stopped in order, as for maintenance: whoever had a connection is told. */
export async function postgresAway({ cluster }: Surroundings): Promise<Struck> {
	await cluster.postgres.stop();
	return { what: "PostgreSQL, stopped", heal: () => cluster.postgres.restart() };
}

export async function diskFull({ cluster, ballast }: Surroundings): Promise<Struck> {
	if (ballast === undefined) throw new Error("the database does not lie on a small disk");
	await ballast.fill();
	const heal = async (): Promise<void> => {
		await ballast.empty();
		// Without space for its log it gave up and waits to be started.
		await cluster.postgres.restart();
	};
	return { what: "the disk of PostgreSQL", heal };
}

export async function killRedis({ cluster }: Surroundings): Promise<Struck> {
	await cluster.redis.kill();
	return { what: "Redis, back empty", heal: () => cluster.redis.restart() };
}

export async function flushRedis({ cluster }: Surroundings): Promise<Struck> {
	const client = new Redis(cluster.redis.url, { lazyConnect: true, retryStrategy: () => null });
	client.on("error", () => {});
	// Gone already: what is down is as empty as it can be.
	await client.connect().then(() => client.flushall(), nothing);
	client.disconnect();
	return { what: "everything in Redis", heal: nothing };
}
