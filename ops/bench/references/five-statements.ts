/**
 * A vote as a prototype writes it, with the query builder of the day: in one transaction the person,
 * the poll and the earlier vote are looked up, the vote is put in its place, and the poll's votes
 * are counted. Five statements between BEGIN and COMMIT: seven round trips, on a connection of the pool.
 */
import { and, count, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import pg from "pg";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS polls (id text PRIMARY KEY, status text NOT NULL);
CREATE TABLE IF NOT EXISTS participants (id text PRIMARY KEY, poll text NOT NULL);
CREATE TABLE IF NOT EXISTS votes (
	poll text NOT NULL, participant text NOT NULL, choice integer NOT NULL, at timestamptz NOT NULL,
	PRIMARY KEY (poll, participant)
)`;

const polls = pgTable("polls", { id: text("id").primaryKey(), status: text("status").notNull() });
const participants = pgTable("participants", {
	id: text("id").primaryKey(),
	poll: text("poll").notNull(),
});
const votes = pgTable(
	"votes",
	{
		poll: text("poll").notNull(),
		participant: text("participant").notNull(),
		choice: integer("choice").notNull(),
		at: timestamp("at", { withTimezone: true }).notNull(),
	},
	(vote) => [primaryKey({ columns: [vote.poll, vote.participant] })],
);

/** node-postgres's own default. */
const CONNECTIONS = 10;

export interface Store {
	addPoll(poll: string): Promise<void>;
	addParticipant(poll: string, participant: string): Promise<void>;
	/** Resolves, once it is durable, to the poll's votes by choice. */
	saveVote(
		poll: string,
		participant: string,
		choice: number,
	): Promise<readonly { readonly choice: number; readonly votes: number }[]>;
}

export async function fiveStatements(connectionString: string): Promise<Store> {
	const pool = new pg.Pool({ connectionString, max: CONNECTIONS });
	await pool.query(SCHEMA);
	const database = drizzle(pool);
	return {
		async addPoll(id) {
			await database.insert(polls).values({ id, status: "open" }).onConflictDoNothing();
		},
		async addParticipant(poll, id) {
			await database.insert(participants).values({ id, poll });
		},
		saveVote: (poll, participant, choice) =>
			database.transaction(async (tx) => {
				const [person] = await tx
					.select()
					.from(participants)
					.where(eq(participants.id, participant));
				const [asked] = await tx.select().from(polls).where(eq(polls.id, poll));
				if (person === undefined || asked?.status !== "open") throw new Error("not now");
				const [earlier] = await tx
					.select()
					.from(votes)
					.where(and(eq(votes.poll, poll), eq(votes.participant, participant)));
				const at = new Date();
				if (earlier?.choice !== choice) {
					await tx
						.insert(votes)
						.values({ poll, participant, choice, at })
						.onConflictDoUpdate({
							target: [votes.poll, votes.participant],
							set: { choice, at },
						});
				}
				return tx
					.select({ choice: votes.choice, votes: count() })
					.from(votes)
					.where(eq(votes.poll, poll))
					.groupBy(votes.choice);
			}),
	};
}
