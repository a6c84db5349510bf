import { sql } from "drizzle-orm";
import { index, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { PollCode, PollId, TokenHash } from "../ids.ts";

/**
 * One row a poll: what finds it and what fences it. What happened in it, its title included,
 * is in `journal`. A row with `deletedAt` keeps its code taken until the row itself is gone.
 */
export const polls = pgTable(
	"polls",
	{
		id: uuid("id").$type<PollId>().primaryKey(),
		code: text("code").$type<PollCode>().notNull().unique(),
		hostTokenHash: text("host_token_hash").$type<TokenHash>().notNull(),
		/** The fencing token: grows with each activation and with deletion. */
		epoch: integer("epoch").notNull().default(0),
		/** The process that activated the poll last; a hint for routing, never a lock. */
		owner: text("owner"),
		createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
		lastActivityAt: timestamp("last_activity_at", { withTimezone: true }).notNull(),
		/** Days after the last activity, where the host wants fewer than usual. */
		retentionDays: integer("retention_days"),
		deletedAt: timestamp("deleted_at", { withTimezone: true }),
	},
	(row) => [
		index("polls_last_activity").on(row.lastActivityAt),
		index("polls_deleted").on(row.deletedAt).where(sql`deleted_at IS NOT NULL`),
	],
);
