/**
 * The embedded database behind the `Database` handle: PGlite in a worker thread, spoken to by
 * numbered messages. There is one session: `connect` shares it, statements run one after the
 * other, and a transaction over several calls would mix with everyone else's; nothing opens one.
 */
import { Worker } from "node:worker_threads";
import type { Connection, Database, Statement } from "./database.ts";
import type { Reply, ReplyError, Request } from "./pglite-worker.ts";
import type { StorageLog } from "./storage-log.ts";

type Unnumbered<R> = R extends Request ? Omit<R, "id"> : never;

interface Pending {
	resolve(rows: readonly unknown[]): void;
	reject(error: Error): void;
	readonly timer: NodeJS.Timeout;
}

/** PGlite cannot be interrupted; past this the caller is told `unknown` instead of waiting on. */
const ANSWER_MS_MAX = 30_000;
/** Creating a database took 4 s on two quiet cores, 15 s on two with a load of 7. */
const OPEN_MS_MAX = 120_000;
const READY_ID = 0;

/**
 * Opens or creates the database in `directory`; rejects when it cannot. The caller holds the
 * directory's lock. A worker that ends by itself is started again by the next statement.
 */
export async function pgliteDatabase(directory: string, log: StorageLog): Promise<Database> {
	let link = await startWorker(directory);
	let restarting: Promise<unknown> | undefined;
	let closing: Promise<void> | undefined;

	async function ask(request: Unnumbered<Request>): Promise<readonly unknown[]> {
		while (link.hasEnded() && closing === undefined) {
			restarting ??= restart().finally(() => {
				restarting = undefined;
			});
			await restarting;
		}
		return await link.ask(request);
	}

	async function restart(): Promise<void> {
		log.error({ directory }, "the embedded database has ended by itself; it is started again");
		await link.exited;
		link = await startWorker(directory);
	}

	async function query<Row>({ text, values }: Statement): Promise<readonly Row[]> {
		// As with node-postgres: without values the simple protocol, which takes several statements.
		return (await ask(
			values === undefined ? { kind: "script", text } : { kind: "query", text, values },
		)) as Row[];
	}
	const shared: Connection = { query, close: async () => {} };

	return {
		kind: "embedded",
		query,
		connect: async () => shared,
		async execute(script) {
			await ask({ kind: "script", text: script });
		},
		close() {
			closing ??= (async () => {
				await restarting?.catch(() => {});
				await link.stop();
			})();
			return closing;
		},
	};
}

async function startWorker(directory: string) {
	const pending = new Map<number, Pending>();
	let lastId = READY_ID;
	let ended: Error | undefined;

	const entry = import.meta.url.endsWith(".ts")
		? "./pglite-worker-from-source.mjs"
		: "./pglite-worker.js";
	// No flags of the process: some, such as --input-type, keep a worker from starting.
	const worker = new Worker(new URL(entry, import.meta.url), {
		workerData: { directory },
		execArgv: [],
	});
	const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));

	function end(error: Error): void {
		ended ??= error;
		for (const request of pending.values()) request.reject(ended);
	}
	worker.on("error", (cause) => end(new Error("The embedded database has failed.", { cause })));
	worker.on("exit", () => end(new Error("The embedded database is closed.")));
	worker.on("message", (reply: Reply) => {
		const request = pending.get(reply.id);
		if ("error" in reply) request?.reject(databaseError(reply.error));
		else request?.resolve(reply.rows);
	});

	function expect(id: number, deadlineMs: number, send: () => void): Promise<readonly unknown[]> {
		if (ended !== undefined) return Promise.reject(ended);
		return new Promise<readonly unknown[]>((resolve, reject) => {
			const timer = setTimeout(
				() => reject(new Error(`The embedded database gave no answer for ${deadlineMs} ms.`)),
				deadlineMs,
			);
			pending.set(id, { resolve, reject, timer });
			send();
		}).finally(() => {
			clearTimeout(pending.get(id)?.timer);
			pending.delete(id);
		});
	}

	function ask(request: Unnumbered<Request>): Promise<readonly unknown[]> {
		const id = ++lastId;
		return expect(id, ANSWER_MS_MAX, () => worker.postMessage({ ...request, id }));
	}

	async function stop(): Promise<void> {
		// Not waiting for `exit` after a failed close would leave a writer behind in the directory.
		await ask({ kind: "close" }).catch(() => worker.terminate());
		await exited;
	}

	try {
		await expect(READY_ID, OPEN_MS_MAX, () => {});
	} catch (error) {
		await worker.terminate();
		throw error;
	}
	return { ask, stop, exited, hasEnded: () => ended !== undefined };
}

function databaseError({ message, ...fields }: ReplyError): Error {
	return Object.assign(new Error(message), fields);
}
