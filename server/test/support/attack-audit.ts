/** What the audit log of a PostgreSQL database says; rows are written within a second or two. */
import pg from "pg";
import { until } from "./wire-client.ts";

export interface AuditRow {
	readonly kind: string;
	readonly address_hash: string | null;
	readonly details: { readonly outcome: string; readonly count: number };
}

/** Resolves to all rows once each of these kinds is there. */
export async function auditedKinds(
	databaseUrl: string,
	kinds: readonly string[],
): Promise<readonly AuditRow[]> {
	const client = new pg.Client({ connectionString: databaseUrl });
	await client.connect();
	try {
		return await until(async () => {
			const { rows } = await client.query<AuditRow>(
				"SELECT kind, address_hash, details FROM audit_log ORDER BY id",
			);
			return kinds.every((kind) => rows.some((row) => row.kind === kind)) ? rows : undefined;
		});
	} finally {
		await client.end();
	}
}
