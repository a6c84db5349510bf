/** The PostgreSQL of a bench: that of `DATABASE_URL`, else a private one; databases of our own on it. */
import pg from "pg";
import { startPostgres } from "../../services/postgres-server.ts";
import { nameOf, parentOf } from "./accounting.ts";

export interface Cluster {
	/** Of its first process, whose children are all others; none where it runs elsewhere. */
	readonly pids: readonly number[];
	readonly version: string;
	createDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }>;
	close(): Promise<void>;
}

/** Rejects with a sentence when there is no PostgreSQL to be had. */
export async function openCluster(directory: string): Promise<Cluster> {
	const given = process.env["DATABASE_URL"];
	const server =
		given === undefined ? await startPostgres({ directory, apart: true }) : { url: given };
	const { version, pid } = await inspect(server.url);
	const first = "pid" in server ? server.pid : await postmasterOf(pid);
	let count = 0;
	return {
		version,
		pids: first === undefined ? [] : [first],
		async createDatabase() {
			count += 1;
			const name = `plenum_bench_${process.pid}_${count}`;
			await execute(server.url, `CREATE DATABASE ${name}`);
			const url = new URL(server.url);
			url.pathname = `/${name}`;
			return {
				url: url.href,
				drop: () => execute(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
			};
		},
		close: async () => ("stop" in server ? server.stop() : undefined),
	};
}

async function inspect(url: string): Promise<{ version: string; pid: number }> {
	return withClient(url, async (client) => {
		const { rows } = await client.query(
			"SELECT pg_backend_pid() AS pid, current_setting('server_version') AS version",
		);
		return { version: String(rows[0].version), pid: Number(rows[0].pid) };
	});
}

/** On this very machine the parent of a connection's process is the server itself. */
async function postmasterOf(backend: number): Promise<number | undefined> {
	const parent = await parentOf(backend);
	if (parent === undefined) return undefined;
	return (await nameOf(parent)) === "postgres" ? parent : undefined;
}

function execute(url: string, statement: string): Promise<void> {
	return withClient(url, async (client) => void (await client.query(statement)));
}

async function withClient<Result>(
	url: string,
	use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		return await use(client);
	} finally {
		await client.end();
	}
}
