/** What is about votes, on one process with PostgreSQL. */
import { deepEqual } from "node:assert/strict";
import { ballotScenarios } from "../scenarios/contract.ts";
import { OneProcess } from "../scenarios/site.ts";
import { freshDatabaseUrl } from "../support/databases.ts";

describe("one process, PostgreSQL", function () {
	this.timeout(180_000);
	let site: OneProcess;

	before(async function () {
		this.timeout(180_000);
		site = await OneProcess.start({ DATABASE_URL: await freshDatabaseUrl() });
	});

	after(async () => {
		await site.end();
		deepEqual(site.errors(), []);
	});

	ballotScenarios(() => site);
});
