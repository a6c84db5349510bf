import { bigint, index, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { PollId } from "../ids.ts";

/** What hosts and operators did. Outlives the poll it speaks of; holds no text, nickname or plain address. */
export const auditLog = pgTable(
	"audit_log",
	{
		// The only bigint: it orders rows and is never computed with.
		id: bigint("id", { mode: "number" }).generatedAlwaysAsIdentity().primaryKey(),
		at: timestamp("at", { withTimezone: true }).notNull(),
		kind: text("kind").notNull(),
		pollId: uuid("poll_id").$type<PollId>(),
		requestId: text("request_id"),
		addressHash: text("address_hash"),
		details: jsonb("details"),
	},
	(row) => [index("audit_log_at").on(row.at)],
);
