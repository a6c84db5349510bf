/**
 * PostgreSQL behind the `Database` handle: a small pool for everything but the journal, and
 * connections of their own for who asks. node-postgres waits for ever by default; here every
 * wait has an end, the server's before the client's, so that most timeouts are known rollbacks.
 * A connection that has timed out or broken is destroyed and stays dead: nothing reconnects
 * behind its owner's back, for a session's locks and settings would be gone.
 */
import { Socket } from "node:net";
import pg from "pg";
import type { Connection, Database, Statement } from "./database.ts";
import { MIGRATION } from "./migrate.ts";
import { sqlState } from "./pg-errors.ts";
import type { StorageLog } from "./storage-log.ts";

interface Timeouts {
	readonly statementMs: number;
	readonly lockMs: number;
	/** Longer than the server's: what is left to it is a network that swallows. */
	readonly clientMs: number;
	readonly connectMs: number;
}

const usual: Timeouts = { statementMs: 2000, lockMs: 1000, clientMs: 4000, connectMs: 2000 };
/** A migration may rewrite a table, and waits for whoever migrates just now. */
const migrating: Timeouts = {
	statementMs: 600_000,
	lockMs: 60_000,
	clientMs: 620_000,
	connectMs: 5000,
};
/** Waiting for one of the busy connections counts as connecting. */
const pooled: Timeouts = { ...usual, connectMs: 5000 };

/** Votes have a connection of their own: these serve reading, activations and the catalog. */
const POOL_MAX = 4;
const CLOSE_MS_MAX = 2000;
const BIGINT_OID = 20;

/** Connects lazily: an unreachable server is the first query's error, not this function's. */
export function postgresDatabase(url: string, log: StorageLog): Database {
	const sockets = new Set<Socket>();
	const pool = new pg.Pool({
		...clientConfig(url, "pool", pooled, () => track(sockets)),
		max: POOL_MAX,
	});
	pool.on("error", (cause) =>
		log.warn({ err: cause }, "an idle database connection was lost; the next query opens another"),
	);
	// The pool takes its own listener off while a client is checked out, and an error without one ends the process.
	pool.on("connect", (client) => client.on("error", () => {}));

	async function query<Row>(statement: Statement): Promise<readonly Row[]> {
		const client = await pool.connect();
		try {
			const rows = await run<Row>(client, statement);
			client.release();
			return rows;
		} catch (error) {
			client.release(isUsableAfter(error) ? undefined : true);
			throw error;
		}
	}

	return {
		kind: "postgres",
		load: () => ({
			total: pool.totalCount,
			idle: pool.idleCount,
			waiting: pool.waitingCount,
			max: POOL_MAX,
		}),
		query,
		connect: (purpose) => ownConnection(url, purpose),
		async execute(script) {
			await query({ text: script });
		},
		async close() {
			await settledWithin(CLOSE_MS_MAX, pool.end());
			for (const socket of sockets) socket.destroy();
		},
	};
}

async function ownConnection(url: string, purpose: string): Promise<Connection> {
	const socket = new Socket();
	const client = new pg.Client(
		clientConfig(url, purpose, purpose === MIGRATION ? migrating : usual, () => socket),
	);
	client.on("error", () => socket.destroy());
	try {
		await client.connect();
	} catch (error) {
		socket.destroy();
		throw error;
	}
	return {
		async query<Row>(statement: Statement) {
			try {
				return await run<Row>(client, statement);
			} catch (error) {
				if (!isUsableAfter(error)) socket.destroy();
				throw error;
			}
		},
		async close() {
			await settledWithin(CLOSE_MS_MAX, client.end());
			socket.destroy();
		},
	};
}

function clientConfig(
	url: string,
	purpose: string,
	timeouts: Timeouts,
	stream: () => Socket,
): pg.ClientConfig {
	return {
		connectionString: url,
		application_name: `plenum:${purpose}`,
		connectionTimeoutMillis: timeouts.connectMs,
		statement_timeout: timeouts.statementMs,
		lock_timeout: timeouts.lockMs,
		idle_in_transaction_session_timeout: 2000,
		query_timeout: timeouts.clientMs,
		keepAlive: true,
		keepAliveInitialDelayMillis: 10_000,
		stream,
		types: {
			// Counts are bigint in SQL and far below 2^53 here; PGlite is told the same.
			getTypeParser: (oid: number, format?: "text" | "binary") =>
				oid === BIGINT_OID ? Number : pg.types.getTypeParser(oid, format as "text"),
		} as pg.CustomTypesConfig,
	};
}

async function run<Row>(
	client: pg.ClientBase,
	{ text, values, name }: Statement,
): Promise<readonly Row[]> {
	const query =
		values === undefined
			? { text }
			: { text, values: [...values], ...(name === undefined ? {} : { name }) };
	const result: pg.QueryResult | pg.QueryResult[] = await client.query(query);
	// Several statements without parameters answer with as many results; the last one counts.
	const last = Array.isArray(result) ? result.at(-1) : result;
	return (last?.rows ?? []) as Row[];
}

/** Only an answer of the server leaves the connection in a known state, and not the one that ends it. */
function isUsableAfter(error: unknown): boolean {
	return error instanceof pg.DatabaseError && !(sqlState(error) ?? "57P").startsWith("57P");
}

function track(sockets: Set<Socket>): Socket {
	const socket = new Socket();
	sockets.add(socket);
	socket.once("close", () => sockets.delete(socket));
	return socket;
}

async function settledWithin(ms: number, work: Promise<unknown>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const deadline = new Promise<void>((resolve) => {
		timer = setTimeout(resolve, ms);
	});
	await Promise.race([work.catch(() => {}), deadline]);
	clearTimeout(timer);
}
