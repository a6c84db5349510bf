/** A second PostgreSQL that follows a first one by streaming. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { findProgram } from "../find-program.ts";
import { accountForPostgres } from "../postgres-binaries.ts";
import { type PostgresServer, startPostgres } from "../postgres-server.ts";

const run = promisify(execFile);
const STREAMED_WITHIN_MS = 30_000;

export async function startStandby(primary: string, directory: string): Promise<PostgresServer> {
	const program = findProgram(["pg_basebackup"]);
	assert.ok(program !== undefined, "pg_basebackup comes with PostgreSQL's client programs");
	const data = join(directory, "postgres");
	const how = ["--checkpoint=fast", "--write-recovery-conf", "--wal-method=stream"];
	await run(program, ["--dbname", primary, "--pgdata", data, ...how]);
	const account = accountForPostgres();
	if (account) await run("chown", ["-R", `${account.uid}:${account.gid}`, data]);
	return startPostgres({ directory });
}

/** Resolves once the standby has replayed what the primary has committed by now. */
export async function streamed(primary: string, standby: string): Promise<void> {
	const [position] = await ask(primary, "SELECT pg_current_wal_lsn()::text AS lsn");
	const text = `SELECT pg_last_wal_replay_lsn() >= '${position?.["lsn"]}'::pg_lsn AS it`;
	const deadline = performance.now() + STREAMED_WITHIN_MS;
	while ((await ask(standby, text).catch(() => []))[0]?.["it"] !== true) {
		assert.ok(performance.now() < deadline, "the standby does not follow");
		await pause(20);
	}
}

export async function ask(
	url: string,
	text: string,
	values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
	const client = new pg.Client({ connectionString: url });
	client.on("error", () => {});
	await client.connect();
	try {
		return (await client.query(text, [...values])).rows;
	} finally {
		await client.end();
	}
}
