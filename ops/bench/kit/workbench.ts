/** Everything that a bench starts, each as a process of its own, and how all of it ends. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startRedis } from "../../services/redis-server.ts";
import { type Cluster, openCluster } from "./database-cluster.ts";
import { type BenchServer, startReference, startServer } from "./servers.ts";

export class Workbench {
	readonly #directory: string;
	readonly #flags: readonly string[];
	readonly #cleanups: (() => Promise<unknown>)[] = [];
	readonly #pids: (() => readonly number[])[] = [];
	#cluster: Promise<Cluster> | undefined;
	#closing: Promise<void> | undefined;
	#count = 0;

	private constructor(directory: string, flags: readonly string[]) {
		this.#directory = directory;
		this.#flags = flags;
	}

	/** @param flags of Node, for Plenum's processes. */
	static async open(flags: readonly string[]): Promise<Workbench> {
		return new Workbench(await mkdtemp(join(tmpdir(), "plenum-bench-")), flags);
	}

	/** Every process that was started here. */
	get ours(): readonly number[] {
		return this.#pids.flatMap((pids) => pids());
	}

	/** Of PostgreSQL; none where it runs on another machine. */
	async databasePids(): Promise<readonly number[]> {
		return (await this.#openCluster()).pids;
	}

	/** The address of an empty database, on the server of `DATABASE_URL` or on a private one. */
	async database(): Promise<string> {
		const cluster = await this.#openCluster();
		const { url, drop } = await cluster.createDatabase();
		this.#cleanups.push(drop);
		return url;
	}

	/** A connection of this driver's own. */
	async client(url: string): Promise<pg.Client> {
		const client = new pg.Client({ connectionString: url });
		// Its database is dropped under it in the end.
		client.on("error", () => {});
		await client.connect();
		return this.keep(client, () => client.end());
	}

	/** Something that the driver uses, and how it ends. */
	keep<Part>(part: Part, end: (part: Part) => Promise<unknown>): Part {
		this.#cleanups.push(() => end(part));
		return part;
	}

	/** The address of an empty Redis. */
	async redis(): Promise<string> {
		this.#count += 1;
		const directory = join(this.#directory, `redis-${this.#count}`);
		const redis = await startRedis({ directory, apart: true });
		this.#cleanups.push(() => redis.stop());
		this.#pids.push(() => [redis.pid]);
		return redis.url;
	}

	/** Plenum, ready. */
	server(environment: NodeJS.ProcessEnv): Promise<BenchServer> {
		return this.#serve(startServer(this.#directory, environment, this.#flags));
	}

	/** A server of `references/`, by its file's name without the extension. */
	reference(name: string, environment: NodeJS.ProcessEnv = {}): Promise<BenchServer> {
		return this.#serve(startReference(this.#directory, name, environment));
	}

	/** Ends everything, in reverse order, whatever fails on the way; rejects with what has failed. */
	close(): Promise<void> {
		this.#closing ??= this.#endEverything();
		return this.#closing;
	}

	async #endEverything(): Promise<void> {
		const problems: unknown[] = [];
		for (const cleanup of this.#cleanups.splice(0).reverse()) {
			await cleanup().catch((problem: unknown) => problems.push(problem));
		}
		await rm(this.#directory, { recursive: true, force: true });
		if (problems.length > 0) throw new AggregateError(problems, `cleaning up failed: ${problems}`);
	}

	async #serve(starting: Promise<BenchServer>): Promise<BenchServer> {
		const server = await starting;
		this.#cleanups.push(() => server.stop());
		this.#pids.push(() => (server.hasEnded ? [] : [server.pid]));
		return server;
	}

	#openCluster(): Promise<Cluster> {
		this.#cluster ??= openCluster(this.#directory).then((cluster) => {
			this.#cleanups.unshift(cluster.close);
			this.#pids.push(() => cluster.pids);
			return cluster;
		});
		return this.#cluster;
	}
}
