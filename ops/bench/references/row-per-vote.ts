/** A vote as most applications write it: its own transaction, five statements, a connection of the pool. */
import pg from "pg";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS polls (id text PRIMARY KEY, status text NOT NULL);
CREATE TABLE IF NOT EXISTS votes (
	poll text NOT NULL, person text NOT NULL, choice integer NOT NULL, at timestamptz NOT NULL,
	PRIMARY KEY (poll, person)
);
CREATE TABLE IF NOT EXISTS counts (
	poll text NOT NULL, choice integer NOT NULL, votes bigint NOT NULL, PRIMARY KEY (poll, choice)
)`;

/** node-postgres's own default. */
const CONNECTIONS = 10;

export type SaveVote = (poll: string, person: string, choice: number) => Promise<void>;

export async function rowPerVote(connectionString: string): Promise<SaveVote> {
	const pool = new pg.Pool({ connectionString, max: CONNECTIONS });
	await pool.query(SCHEMA);
	return async (poll, person, choice) => {
		const client = await pool.connect();
		try {
			await client.query("BEGIN");
			await client.query({
				name: "status",
				text: "SELECT status FROM polls WHERE id = $1",
				values: [poll],
			});
			await client.query({
				name: "vote",
				text: `INSERT INTO votes (poll, person, choice, at) VALUES ($1, $2, $3, now())
					ON CONFLICT (poll, person) DO UPDATE SET choice = EXCLUDED.choice, at = EXCLUDED.at`,
				values: [poll, person, choice],
			});
			await client.query({
				name: "count",
				text: `INSERT INTO counts (poll, choice, votes) VALUES ($1, $2, 1)
					ON CONFLICT (poll, choice) DO UPDATE SET votes = counts.votes + 1`,
				values: [poll, choice],
			});
			await client.query("COMMIT");
		} finally {
			client.release();
		}
	};
}
