import { integer, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { PollId } from "../ids.ts";

/** Who brought a poll to life, and when: evidence for people, read by no rule. */
export const activations = pgTable(
	"activations",
	{
		pollId: uuid("poll_id").$type<PollId>().notNull(),
		epoch: integer("epoch").notNull(),
		owner: text("owner").notNull(),
		/** Journal rows that the activation found; null until it has read them. */
		rowsSeen: integer("rows_seen"),
		at: timestamp("at", { withTimezone: true }).notNull(),
	},
	(row) => [primaryKey({ name: "activations_pkey", columns: [row.pollId, row.epoch] })],
);
