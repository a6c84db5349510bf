import assert from "node:assert/strict";
import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import { activations } from "../../schema/tables/activations.ts";
import { auditLog } from "../../schema/tables/audit-log.ts";
import { journal } from "../../schema/tables/journal.ts";
import { polls } from "../../schema/tables/polls.ts";
import { openPglite, openPostgres } from "../test/support/databases.ts";
import type { Database } from "./database.ts";

interface Shape {
	readonly column: string;
	readonly type: string;
	readonly required: boolean;
	readonly key: boolean;
}

describe("schema/tables", function () {
	this.timeout(120_000);

	for (const [kind, open] of Object.entries({ postgres: openPostgres, embedded: openPglite })) {
		it(`[D8] ${kind}: the drizzle tables are exactly the migrated ones`, async () => {
			const { database, close } = await open();
			for (const table of [polls, journal, activations, auditLog]) {
				assert.deepEqual(await migrated(database, getTableConfig(table).name), described(table));
				assert.deepEqual(
					await indexNames(database, getTableConfig(table).name),
					describedIndexes(table),
				);
			}
			await close();
		});
	}
});

function described(table: PgTable): readonly Shape[] {
	const { columns, primaryKeys } = getTableConfig(table);
	const keys = new Set(primaryKeys.flatMap((key) => key.columns.map((column) => column.name)));
	return columns
		.map((column) => ({
			column: column.name,
			type: column.getSQLType(),
			required: column.notNull,
			key: column.primary || keys.has(column.name),
		}))
		.sort((a, b) => (a.column < b.column ? -1 : 1));
}

function describedIndexes(table: PgTable): readonly string[] {
	const { columns, indexes } = getTableConfig(table);
	return [
		...columns.filter((column) => column.isUnique).map((column) => column.uniqueName ?? ""),
		...indexes.map((index) => index.config.name ?? ""),
	].sort();
}

function migrated(database: Database, table: string): Promise<readonly Shape[]> {
	return database.query<Shape>({
		text: `SELECT a.attname::text AS "column", format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required,
				coalesce(a.attnum = ANY (i.indkey::smallint[]), false) AS key
			FROM pg_attribute a
			LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
			WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
			ORDER BY a.attname::text COLLATE "C"`,
		values: [table],
	});
}

async function indexNames(database: Database, table: string): Promise<readonly string[]> {
	const rows = await database.query<{ name: string }>({
		text: `SELECT c.relname::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
			WHERE i.indrelid = $1::regclass AND NOT i.indisprimary ORDER BY c.relname::text COLLATE "C"`,
		values: [table],
	});
	return rows.map((row) => row.name);
}
