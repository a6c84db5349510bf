import { DrizzleQueryError } from "drizzle-orm";
import { drizzle, type PgRemoteDatabase } from "drizzle-orm/pg-proxy";
import type { Connection } from "./database.ts";

/**
 * drizzle's query builder over our handle, the same for both databases. One table a query, or
 * aliased columns: rows come as objects, in which two columns of one name would be one.
 */
export function queryBuilder(connection: Connection): PgRemoteDatabase {
	return drizzle(async (text, values, method) => {
		const rows = await connection.query<Record<string, unknown>>({ text, values });
		return { rows: method === "all" ? rows.map((row) => Object.values(row)) : [...rows] };
	});
}

/** Awaits a drizzle query. Rejects with the database's own error: drizzle's tells every parameter, secrets too. */
export async function run<T>(query: PromiseLike<T>): Promise<T> {
	try {
		return await query;
	} catch (error) {
		throw error instanceof DrizzleQueryError ? (error.cause ?? error) : error;
	}
}
