/** PostgreSQL by itself, written to by one connection: what there is to be had. */
import type { Point, Side } from "./bench.ts";
import { postJson } from "./http-client.ts";
import type { Workbench } from "./workbench.ts";

interface Written {
	readonly written: number;
	readonly ms: number;
	readonly statementMs: number;
}

export interface Writer {
	/** Writes for `ms`, so many rows a statement, with a pause between two of them. */
	write(rows: number, ms: number, pauseMs?: number): Promise<Written>;
	/** A side that writes so many rows a statement; it draws `batches`, when there are any, as the curve of that key. */
	side(
		about: Pick<Side, "name" | "description">,
		rows: number,
		ms: number,
		batches?: { readonly key: string; readonly rows: readonly number[] },
	): Side;
}

export async function startWriter(workbench: Workbench): Promise<Writer> {
	const server = await workbench.reference("batch-writer", {
		DATABASE_URL: await workbench.database(),
	});
	const database = await workbench.databasePids();
	const write: Writer["write"] = (rows, ms, pauseMs = 0) =>
		postJson<Written>(server.origin, `/?ms=${ms}&rows=${rows}&pause=${pauseMs}`, {});
	return {
		write,
		side: (about, rows, ms, batches) => {
			let points: readonly Point[] = [];
			return {
				...about,
				watched: () => ({ server: [server.pid], database }),
				async prepare() {
					points = [];
					for (const size of batches?.rows ?? []) {
						const { written, ms: took } = await write(size, ms / 2);
						points = [...points, [size, (written / took) * 1000]];
					}
				},
				async measure() {
					const { written, ms: took, statementMs } = await write(rows, ms);
					return {
						operations: written,
						values: { perSecond: (written / took) * 1000, p50: statementMs },
						...(batches && { curves: { [batches.key]: points } }),
					};
				},
			};
		},
	};
}
