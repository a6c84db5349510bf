/** The very commands of docker-compose.yml and of the cluster, but for the folders, without containers. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { parse, parseAllDocuments } from "yaml";
import { httpApi } from "../../client/src/session/http-api.ts";
import { startServer } from "../../server/test/support/server-under-test.ts";
import { type PostgresServer, startPostgres } from "../services/postgres-server.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DONE_WITHIN_MS = 60_000;

describe("backups on a schedule", function () {
	this.timeout(120_000);
	let folder: string;
	let postgres: PostgresServer;
	const children = new Set<{ kill(): boolean }>();

	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "plenum-scheduled-"));
		postgres = await startPostgres({ directory: folder });
		await writeFile(join(folder, "database-url"), postgres.url);
		const server = await startServer({ DATABASE_URL: postgres.url });
		const questions = [{ prompt: "Tea?", options: ["Yes", "No"] }];
		await httpApi(server.origin).createPoll({ title: "Tea", questions });
		await server.kill();
	});

	afterEach(() => {
		for (const child of children) child.kill();
	});
	after(async () => {
		await postgres?.stop();
		await rm(folder, { recursive: true, force: true });
	});

	it("[Q17] the service of docker-compose.yml takes one at once, is healthy then, and none before its time", async () => {
		const { services } = parse(await readFile(join(ROOT, "docker-compose.yml"), "utf8"), {
			merge: true,
		});
		const { command, healthcheck } = services.backup;
		const to = join(folder, "composed");
		const [, , ...watch] = replaced(healthcheck.test, "/backups", to);
		await assert.rejects(node(watch), /has no backup/);

		const files = await untilDone(replaced(command, "/backups", to));
		assert.match(files.join(), /^plenum-\w+\.dump,plenum-\w+\.dump\.json$/);
		await node(watch);
		const again = start(replaced(command, "/backups", to));
		await pause(2_000);
		assert.equal(again.said(), "");
		await again.end();
		assert.deepEqual(await readdir(to), files);

		for (const name of files) await renameToLastYear(to, name);
		await assert.rejects(node(watch), /the newest of .* is plenum-2025/);
	});

	it("[Q17] what fails is said, and the service goes on to try again", async () => {
		await writeFile(join(folder, "away"), "postgres://ada:open-sesame@127.0.0.1:1/none");
		const args = ["dist/ops/backup/backup.js", "--to", join(folder, "none"), "--every", "1"];
		const { said, end, hasEnded } = start(args, { DATABASE_URL_FILE: join(folder, "away") });
		await until(() => said().includes("\nplenum backup: "));
		assert.match(said(), /plenum backup: no database answers at DATABASE_URL/);
		assert.doesNotMatch(said(), /open-sesame/);
		assert.equal(hasEnded(), false);
		await end();
	});

	it("[Q28] [I6] the cluster's job takes one, encrypted for a recipient of age, and its restore brings the newest back", async () => {
		const [backup, restore] = parseAllDocuments(
			await readFile(join(ROOT, "ops/k8s/base/backup.yaml"), "utf8"),
		)
			.map((document) => document.toJS())
			.filter(({ kind }) => kind === "CronJob")
			.map(({ spec }) => spec.jobTemplate.spec.template.spec.containers[0].args);
		const identity = join(folder, "identity");
		await run("age-keygen", ["--output", identity]);
		const recipient = (await run("age-keygen", ["-y", identity])).stdout.trim();
		const to = join(folder, "kept");
		await node(replaced(backup, "/backups/kept", to), { BACKUP_RECIPIENT: recipient });
		const [sealed = ""] = await readdir(to);
		assert.match(sealed, /\.dump\.age$/);
		assert.doesNotMatch(await readFile(join(to, sealed), "latin1"), /PGDMP/);

		await query(postgres.url, "CREATE DATABASE restored");
		const url = postgres.url.replace(/postgres$/, "restored");
		await writeFile(join(folder, "restored-url"), url);
		const into = { DATABASE_URL_FILE: join(folder, "restored-url") };
		const strangers = join(folder, "strangers");
		await run("age-keygen", ["--output", strangers]);
		const args = replaced(restore, "/backups/kept", to);
		await assert.rejects(node(args, { ...into, BACKUP_IDENTITY_FILE: strangers }), /age failed/);
		assert.deepEqual(await query(url, "SELECT to_regclass('polls') AS polls"), [{ polls: null }]);
		await node(args, { ...into, BACKUP_IDENTITY_FILE: identity });
		assert.deepEqual(await query(url, "SELECT code FROM polls"), await codes());
	});

	const codes = () => query(postgres.url, "SELECT code FROM polls");

	function replaced(args: readonly string[], place: string, by: string): readonly string[] {
		assert.ok(args.includes(place), `${args}`);
		return args.map((each) => (each === place ? by : each));
	}

	function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
		const { PATH, HOME, TMPDIR } = process.env;
		return { PATH, HOME, TMPDIR, DATABASE_URL_FILE: join(folder, "database-url"), ...more };
	}

	function node(args: readonly string[], more?: NodeJS.ProcessEnv) {
		return run(process.execPath, [...args], { cwd: ROOT, env: environment(more) });
	}

	function start(args: readonly string[], more?: NodeJS.ProcessEnv) {
		const child = spawn(process.execPath, [...args], { cwd: ROOT, env: environment(more) });
		children.add(child);
		let text = "";
		for (const stream of [child.stdout, child.stderr]) {
			stream.on("data", (piece: Buffer) => {
				text += piece.toString();
			});
		}
		const ended = once(child, "exit");
		return {
			said: () => text,
			hasEnded: () => child.exitCode !== null,
			async end() {
				child.kill();
				await ended;
			},
		};
	}

	/** Resolves to the files that it has left. */
	async function untilDone(args: readonly string[]): Promise<readonly string[]> {
		const { said, end } = start(args);
		await until(() => said().includes("Done: "));
		await end();
		return readdir(args[2] ?? "");
	}

	async function until(isSo: () => boolean): Promise<void> {
		const deadline = performance.now() + DONE_WITHIN_MS;
		while (!isSo() && performance.now() < deadline) await pause(50);
	}

	async function renameToLastYear(to: string, name: string): Promise<void> {
		const text = await readFile(join(to, name));
		await rm(join(to, name));
		await writeFile(join(to, name.replace(/\d{8}/, "20250101")), text);
	}

	async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
		const client = new pg.Client({ connectionString: url });
		await client.connect();
		try {
			return (await client.query(sql)).rows;
		} finally {
			await client.end();
		}
	}
});
