/** A database handle that measures its statements; whoever uses it notices nothing. */
import type { Connection, Database } from "../storage/database.ts";
import type { Metrics } from "./metrics.ts";

/** Labels of `plenum_db_query_duration_seconds`: the pool's, or the purpose of a connection. */
const PURPOSES = ["journal", "migrate"];

export function meteredDatabase<Handle extends Database>(
	database: Handle,
	{ dbQueryDuration }: Metrics,
): Handle {
	const timed = async <Result>(pool: string, ask: () => Promise<Result>): Promise<Result> => {
		const startedAt = performance.now();
		try {
			return await ask();
		} finally {
			dbQueryDuration.observe({ pool }, (performance.now() - startedAt) / 1000);
		}
	};
	const meteredConnection = (connection: Connection, pool: string): Connection => ({
		query: (statement) => timed(pool, () => connection.query(statement)),
		close: () => connection.close(),
	});
	return {
		...database,
		query: (statement) => timed("pool", () => database.query(statement)),
		execute: (script) => timed("pool", () => database.execute(script)),
		async connect(purpose) {
			const label = PURPOSES.includes(purpose) ? purpose : "other";
			return meteredConnection(await database.connect(purpose), label);
		},
	};
}
