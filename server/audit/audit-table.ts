/** Audit rows into their table: one statement however many. */
import { auditLog as auditTable } from "../../schema/tables/audit-log.ts";
import type { Database } from "../storage/database.ts";
import { queryBuilder, run } from "../storage/drizzle.ts";
import { classifyFault } from "../storage/pg-errors.ts";
import type { AuditParts } from "./audit-log.ts";

export function auditWriter(database: Database): AuditParts["write"] {
	const db = queryBuilder(database);
	return async (rows) => {
		try {
			await run(db.insert(auditTable).values([...rows]));
			return "written";
		} catch (fault) {
			if (classifyFault(fault) === "poison") return "poison";
			throw fault;
		}
	};
}
