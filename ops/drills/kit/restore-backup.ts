/**
 * The worst day: a backup is taken while people vote, they go on, a process dies so that
 * the epochs of its polls move on, the database is destroyed, and the backup is restored into a new one
 * by the very commands that operators use. The other processes are not stopped, only kept away
 * meanwhile: what they remember of votes that are gone must not come back.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { nameOf, type Struck, type Surroundings, victim } from "./fault.ts";
import { query } from "./ledger-database.ts";

const run = promisify(execFile);
/** From the backup to the loss of the database. */
const GOES_ON_MS = [1_500, 4_000] as const;

export async function restoreBackup(around: Surroundings): Promise<Struck> {
	const { cluster, swarm, random } = around;
	const { recorder } = swarm;
	const { history } = recorder;
	const { url } = cluster.postgres;
	const folder = await mkdtemp(join(tmpdir(), "plenum-drill-backup-"));
	const backupAt = history.now;
	await operate("backup", ["--to", folder], url);
	const { process: killed, index } = victim(around);
	await killed.server.signal("SIGKILL");
	await pause(random.between(...GOES_ON_MS));
	const at = history.now;
	for (const { toPostgres } of cluster.processes) toPostgres.set("refuse");
	await replaceDatabase(url);
	recorder.hasBeenRestored = true;

	const heal = async (): Promise<void> => {
		const [name = ""] = (await readdir(folder)).filter((file) => file.endsWith(".dump"));
		await operate("restore", [join(folder, name)], url);
		await rm(folder, { recursive: true, force: true });
		const polls = await query(url, "SELECT id, epoch FROM polls");
		const epochs = Object.fromEntries(polls.map(({ id, epoch }) => [String(id), Number(epoch)]));
		history.run({ kind: "restored", backupAt, epochs });
		for (const { toPostgres } of cluster.processes) toPostgres.heal();
		await killed.server.startAgain();
	};
	const what = `the database, restored from a backup; before that ${nameOf(index)} was killed`;
	return { what, at, heal };
}

/** One of the commands for operators, built beside this. */
async function operate(name: string, args: readonly string[], url: string): Promise<void> {
	const file = fileURLToPath(new URL(`../../backup/${name}.js`, import.meta.url));
	const { PATH, HOME, TMPDIR } = process.env;
	const env = { PATH, HOME, TMPDIR, DATABASE_URL: url };
	await run(process.execPath, [file, ...args], { env });
}

/** An empty one under the same name. */
async function replaceDatabase(url: string): Promise<void> {
	const name = new URL(url).pathname.slice(1);
	const beside = new URL(url);
	beside.pathname = "/template1";
	await query(beside.href, `DROP DATABASE ${name} WITH (FORCE)`);
	await query(beside.href, `CREATE DATABASE ${name} TEMPLATE template0`);
}
