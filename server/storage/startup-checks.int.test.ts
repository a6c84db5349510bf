import assert from "node:assert/strict";
import { freshDatabaseUrl, openPglite, silent } from "../test/support/databases.ts";
import { openDatabase } from "./open-database.ts";
import { checkServer } from "./startup-checks.ts";

describe("checkServer", function () {
	this.timeout(120_000);

	it("[D2] an ordinary server passes", async () => {
		const database = await openDatabase(
			{ databaseUrl: await freshDatabaseUrl(), dataDir: "unused" },
			silent,
		);
		await checkServer(database);
		await database.close();
	});

	for (const [setting, value, words] of [
		["synchronous_commit", "off", /synchronous_commit = off/],
		["default_transaction_read_only", "on", /read-only/],
	] as const) {
		it(`[D2] a database with ${setting} = ${value} is refused with words`, async () => {
			const url = await freshDatabaseUrl();
			const before = await openDatabase({ databaseUrl: url, dataDir: "unused" }, silent);
			await before.execute(
				`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET ${setting} = ${value}`,
			);
			await before.close();
			const database = await openDatabase({ databaseUrl: url, dataDir: "unused" }, silent);
			await assert.rejects(checkServer(database), words);
			await database.close();
		});
	}

	it("[D2] the embedded database is not asked: it runs without fsync, and opening it says so", async () => {
		const { dataDir, close } = await openPglite();
		await close();
		const warnings: string[] = [];
		const database = await openDatabase(
			{ dataDir },
			{ ...silent, warn: (_fields, message) => warnings.push(message) },
		);
		await checkServer(database);
		await database.close();
		assert.equal(warnings.length, 1);
		assert.match(warnings[0] ?? "", /without fsync/);
	});
});
