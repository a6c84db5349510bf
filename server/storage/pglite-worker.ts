/** The worker thread of the embedded database: PGlite blocks its thread while it works, so it gets one. */
import { parentPort, workerData } from "node:worker_threads";
import { PGlite, types } from "@electric-sql/pglite";

export type Request =
	| {
			readonly id: number;
			readonly kind: "query";
			readonly text: string;
			readonly values: readonly unknown[];
	  }
	/** Several statements, as one implicit transaction; answers with the rows of the last. */
	| { readonly id: number; readonly kind: "script"; readonly text: string }
	| { readonly id: number; readonly kind: "close" };

/** Id 0 says that the database is open. */
export type Reply =
	| { readonly id: number; readonly rows: readonly unknown[] }
	| { readonly id: number; readonly error: ReplyError };

/** An error does not cross threads with its fields: this does. `code` is the SQLSTATE. */
export interface ReplyError {
	readonly message: string;
	readonly code?: string;
	readonly severity?: string;
	readonly constraint?: string;
	readonly detail?: string;
}

if (parentPort === null) throw new Error("pglite-worker runs only as a worker thread");
const port = parentPort;
const { directory } = workerData as { directory: string };
const database = await PGlite.create({ dataDir: directory, parsers: { [types.INT8]: Number } });

port.on("message", (request: Request) => {
	void answer(request).then((reply) => {
		port.postMessage(reply);
		if (request.kind === "close") port.close();
	});
});
port.postMessage({ id: 0, rows: [] } satisfies Reply);

async function answer(request: Request): Promise<Reply> {
	try {
		return { id: request.id, rows: await rowsOf(request) };
	} catch (error) {
		return { id: request.id, error: replyError(error) };
	}
}

async function rowsOf(request: Request): Promise<readonly unknown[]> {
	switch (request.kind) {
		case "query":
			return (await database.query(request.text, [...request.values])).rows;
		case "script":
			return (await database.exec(request.text)).at(-1)?.rows ?? [];
		case "close":
			await database.close();
			return [];
	}
}

function replyError(error: unknown): ReplyError {
	if (!(error instanceof Error)) return { message: String(error) };
	const { message, code, severity, constraint, detail } = error as Error & Partial<ReplyError>;
	return {
		message,
		...(code === undefined ? {} : { code }),
		...(severity === undefined ? {} : { severity }),
		...(constraint === undefined ? {} : { constraint }),
		...(detail === undefined ? {} : { detail }),
	};
}
