import { sql } from "drizzle-orm";
import {
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	smallint,
	text,
	timestamp,
	uniqueIndex,
	uuid,
} from "drizzle-orm/pg-core";
import type { ParticipantId, PollId, QuestionId } from "../ids.ts";

/** Everything that ever happened to polls, append-only; a vote has its own columns, other events are in `payload`. */
export const journal = pgTable(
	"journal",
	{
		// No foreign key: the fence has already proved the poll, and checking it again nearly halves throughput.
		pollId: uuid("poll_id").$type<PollId>().notNull(),
		seq: integer("seq").notNull(),
		epoch: integer("epoch").notNull(),
		kind: text("kind").notNull(),
		at: timestamp("at", { withTimezone: true }).notNull(),
		participant: text("participant").$type<ParticipantId>(),
		question: text("question").$type<QuestionId>(),
		revision: integer("revision"),
		choices: smallint("choices").array(),
		payload: jsonb("payload"),
	},
	(row) => [
		primaryKey({ name: "journal_pkey", columns: [row.pollId, row.seq] }),
		uniqueIndex("journal_vote")
			.on(row.pollId, row.question, row.participant, row.revision)
			.where(sql`kind = 'vote-cast'`),
		index("journal_person")
			.on(row.pollId, row.participant, row.kind)
			.where(sql`kind IN ('participant-joined', 'participant-removed')`),
	],
);
