/** The whole contract on one process with the embedded database. */
import { deepEqual } from "node:assert/strict";
import { contractScenarios } from "../scenarios/contract.ts";
import { OneProcess } from "../scenarios/site.ts";
import { surroundingsScenarios } from "../scenarios/surroundings.ts";
import { openPglite } from "../support/databases.ts";

/** Another process, one at a time, on a directory of its own. */
const start = async (environment: NodeJS.ProcessEnv = {}) =>
	OneProcess.start({ DATA_DIR: await anotherDirectory(), ...environment });

let another: Promise<string> | undefined;
function anotherDirectory(): Promise<string> {
	another ??= migratedDirectory();
	return another;
}

/** A copy of the tests' template: creating a database takes seconds. */
async function migratedDirectory(): Promise<string> {
	const { dataDir, close } = await openPglite();
	await close();
	return dataDir;
}

describe("one process, embedded database", function () {
	this.timeout(180_000);
	let site: OneProcess;

	before(async function () {
		this.timeout(180_000);
		site = await OneProcess.start({ DATA_DIR: await migratedDirectory() });
	});

	after(async () => {
		await site.end();
		deepEqual(site.errors(), []);
	});

	contractScenarios(() => site);
	surroundingsScenarios(start);
});
