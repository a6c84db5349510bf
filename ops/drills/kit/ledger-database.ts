/** The private PostgreSQL of a drill, and what the checker reads of it directly, past every proxy. */
import pg from "pg";
import { type PostgresServer, startPostgres } from "../../services/postgres-server.ts";
import type { ActivationRow, JournalRow } from "../checker/journal-rows.ts";
import type { Ledger } from "../checker/poll-check.ts";

const PAGE_ROWS = 5_000;

/** Durable, and with the time of every commit; the data stays in `directory`. */
export async function startLedgerDatabase(directory: string): Promise<PostgresServer> {
	const first = await startPostgres({ directory, apart: true });
	await query(first.url, "ALTER SYSTEM SET track_commit_timestamp = on");
	// A stalled client must not hold the locks of a statement for longer than anybody waits.
	await query(first.url, "ALTER SYSTEM SET client_connection_check_interval = '1s'");
	await first.stop();
	return startPostgres({ directory, port: first.port, apart: true });
}

/**
 * `activations` rows are updated later on, which renews their commit time; a row that nobody touches
 * again keeps the moment at which an epoch began. Once the schema is there.
 */
export async function rememberActivations(url: string): Promise<void> {
	await query(
		url,
		`CREATE TABLE drill_activation (poll_id uuid, epoch integer);
		CREATE FUNCTION drill_remember() RETURNS trigger LANGUAGE plpgsql AS $$
			BEGIN INSERT INTO drill_activation VALUES (NEW.poll_id, NEW.epoch); RETURN NULL; END $$;
		CREATE TRIGGER drill_remember AFTER INSERT ON activations
			FOR EACH ROW EXECUTE FUNCTION drill_remember()`,
	);
}

export async function serverVersion(url: string): Promise<string> {
	const [row] = await query(url, "SHOW server_version");
	return String(row?.["server_version"]);
}

/** What the database has of a poll; the rows come in pages. */
export async function ledgerOf(client: pg.Client, poll: string): Promise<Ledger> {
	const { rows } = await client.query<ActivationRow>(
		`SELECT a.epoch, a.rows_seen AS "rowsSeen",
			extract(epoch FROM pg_xact_commit_timestamp(d.xmin))::double precision * 1000 AS "committedAt"
		FROM activations a JOIN drill_activation d USING (poll_id, epoch)
		WHERE a.poll_id = $1 ORDER BY a.epoch`,
		[poll],
	);
	return { activations: rows, rows: rowsOf(client, poll) };
}

interface Stored extends Omit<JournalRow, "adds"> {
	readonly payload: {
		readonly questions?: readonly Question[];
		readonly question?: Question;
	} | null;
}
interface Question {
	readonly id: string;
	readonly options: readonly string[];
}

async function* rowsOf(client: pg.Client, poll: string): AsyncGenerator<JournalRow> {
	let after = 0;
	while (true) {
		const { rows } = await client.query<Stored>(
			`SELECT seq, epoch, kind, participant, question, revision, choices, payload,
				extract(epoch FROM pg_xact_commit_timestamp(xmin))::double precision * 1000 AS "committedAt"
			FROM journal WHERE poll_id = $1 AND seq > $2 ORDER BY seq LIMIT ${PAGE_ROWS}`,
			[poll, after],
		);
		for (const { payload, ...row } of rows) {
			const added = payload?.questions ?? (payload?.question ? [payload.question] : []);
			yield { ...row, adds: added.map(({ id, options }) => ({ id, options: options.length })) };
		}
		const last = rows.at(-1);
		if (last === undefined) return;
		after = last.seq;
	}
}

/** As the superuser, on a connection of its own. */
export async function query(
	url: string,
	text: string,
): Promise<readonly Record<string, unknown>[]> {
	const client = new pg.Client({ connectionString: url });
	client.on("error", () => {});
	await client.connect();
	try {
		return (await client.query(text)).rows ?? [];
	} finally {
		await client.end();
	}
}
