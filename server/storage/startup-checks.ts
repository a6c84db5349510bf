/** A vote is acknowledged once it is committed, so a server whose commit means less than that is refused. */
import type { Database } from "./database.ts";

export interface ServerSettings {
	readonly fsync: string;
	readonly full_page_writes: string;
	readonly synchronous_commit: string;
	readonly transaction_read_only: string;
	readonly in_recovery: boolean;
}

/**
 * Rejects with one sentence for every reason not to trust the server with votes. The embedded
 * database is not asked: it runs without fsync by construction, which `openDatabase` says.
 */
export async function checkServer(database: Database): Promise<void> {
	if (database.kind === "embedded") return;
	const [settings] = await database.query<ServerSettings>({
		text: `SELECT current_setting('fsync') AS fsync,
			current_setting('full_page_writes') AS full_page_writes,
			current_setting('synchronous_commit') AS synchronous_commit,
			current_setting('transaction_read_only') AS transaction_read_only,
			pg_is_in_recovery() AS in_recovery`,
	});
	if (settings === undefined) throw new Error("The database did not tell its settings.");
	const complaints = complaintsAbout(settings);
	if (complaints.length > 0) throw new Error(complaints.join(" "));
}

/** Empty when the server keeps what it has acknowledged. */
export function complaintsAbout(settings: ServerSettings): readonly string[] {
	if (settings.in_recovery) {
		return [
			"DATABASE_URL leads to a standby, which cannot be written to: point it to the primary.",
		];
	}
	const off = (["fsync", "full_page_writes", "synchronous_commit"] as const)
		.filter((name) => settings[name] === "off")
		.map(
			(name) =>
				`The database runs with ${name} = off and may lose acknowledged votes in a crash: turn it on.`,
		);
	if (settings.transaction_read_only !== "on") return off;
	return [
		...off,
		"The database is read-only (default_transaction_read_only): make it writable or point DATABASE_URL elsewhere.",
	];
}
