/** The newest migration, and the release before it that goes on running: first beside, then on top of it. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { migrate, rollback } from "../../server/storage/migrate.ts";
import { openPostgres, type TestDatabase } from "../../server/test/support/databases.ts";
import { schemaVersion, statements } from "./test-support/release-before.ts";

const MIGRATIONS = new URL("../../schema/migrations/", import.meta.url);
const PERSON = "ada";
const VOTES_AROUND = 20;

describe("the release before, on the newest schema", function () {
	this.timeout(60_000);
	let test: TestDatabase & { readonly url: string };
	let clients: pg.Client[];

	beforeEach(async () => {
		test = await openPostgres();
		await rollback(test.database, schemaVersion);
		clients = [];
	});

	afterEach(async () => {
		for (const client of clients) await client.end();
		await test.close();
	});

	it("[D28] is the one whose statements are kept here", () => {
		const newest = readdirSync(MIGRATIONS).filter((name) => name.includes(".do.")).length;
		equal(
			schemaVersion,
			newest - 1,
			"put the statements of the release before into release-before.ts",
		);
	});

	it("[D28] votes on while it is migrated, on connections that were prepared before", async () => {
		const release = await connect();
		const poll = await begin(release);
		let isMigrated = false;
		let votes = 0;
		const voting = (async () => {
			for (let left = VOTES_AROUND; left > 0; left -= isMigrated ? 1 : 0) {
				votes += 1;
				await vote(release, poll, votes);
			}
		})();
		while (votes < VOTES_AROUND) await pause(1);
		equal((await migrate(test.database)).from, schemaVersion);
		isMigrated = true;
		await voting;
		equal((await ask(release, "export", [poll.id, 0])).length, votes);
		await end(release, poll);
	});

	it("[D28] does all it ever does on the migrated schema, where it may be started again", async () => {
		await migrate(test.database);
		const release = await connect();
		const poll = await begin(release);
		await vote(release, poll, 1);
		const [cast] = await ask(release, "export", [poll.id, 0]);
		deepEqual([cast?.["participant_id"], cast?.["choices"]], [PERSON, [1]]);
		await end(release, poll);
		deepEqual(
			Object.keys(statements).filter((name) => !asked.has(name)),
			[],
		);
	});

	it("[D29] while a backup holds the tables the migration waits, and the votes do not wait behind it", async () => {
		const release = await connect();
		const poll = await begin(release);
		const backup = await connect();
		await backup.query("BEGIN; LOCK TABLE polls, journal IN ACCESS SHARE MODE");
		let isMigrated = false;
		const migrated = migrate(test.database).finally(() => {
			isMigrated = true;
		});
		for (let votes = 1; votes <= VOTES_AROUND; votes += 1) {
			await vote(release, poll, votes);
			await pause(100);
		}
		equal(isMigrated, false);
		await backup.query("COMMIT");
		equal((await migrated).from, schemaVersion);
	});

	/** Everything that it sent. */
	const asked = new Set<string>();

	async function connect(): Promise<pg.Client> {
		const client = new pg.Client({ connectionString: test.url, statement_timeout: 10_000 });
		await client.connect();
		clients.push(client);
		return client;
	}

	async function ask(client: pg.Client, name: keyof typeof statements, values: readonly unknown[]) {
		asked.add(name);
		return (await client.query({ name, text: statements[name], values: [...values] })).rows;
	}

	async function begin(client: pg.Client) {
		const [id, code, now] = [crypto.randomUUID(), "ABC234", new Date()];
		equal((await ask(client, "create", [id, code, "hash", now, "poll-created", "{}"])).length, 1);
		await ask(client, "audit", [now, "poll-created", id]);
		for (const [name, key] of [
			["findByCode", code],
			["findById", id],
		] as const) {
			deepEqual(await ask(client, name, [key]), [
				{ id, code, host_token_hash: "hash", epoch: 0, owner: null },
			]);
		}
		const [raised] = await ask(client, "activate", [id, "process"]);
		equal(raised?.epoch, 1);
		await ask(client, "noteRowsSeen", [id, 1, 1]);
		return { id, epoch: 1 };
	}

	async function vote(
		client: pg.Client,
		{ id, epoch }: { readonly id: string; readonly epoch: number },
		revision: number,
	): Promise<void> {
		const row = [
			id,
			epoch,
			revision + 1,
			"vote-cast",
			Date.now(),
			PERSON,
			"q1",
			revision,
			"{1}",
			null,
		];
		const passed = await ask(
			client,
			"append",
			row.map((value) => [value]),
		);
		deepEqual(passed, [{ id }]);
	}

	async function end(client: pg.Client, { id }: { readonly id: string }): Promise<void> {
		ok((await ask(client, "read", [id, 0, 5_000])).length > 1);
		deepEqual(await ask(client, "epoch", [id]), [{ epoch: 1 }]);
		const now = new Date(Date.now() + 1);
		await ask(client, "touch", [now, id, now]);
		await ask(client, "markDeleted", [now, id]);
		deepEqual(await ask(client, "doomed", []), [{ id }]);
		ok((await ask(client, "eraseRows", [id])).length > 1);
		await ask(client, "eraseActivations", [id]);
		await ask(client, "erasePoll", [id]);
		deepEqual(await ask(client, "findById", [id]), []);
	}
});
