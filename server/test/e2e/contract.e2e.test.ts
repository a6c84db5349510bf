/** The whole contract on one process with the embedded database. */
import { deepEqual } from "node:assert/strict";
import { contractScenarios } from "../scenarios/contract.ts";
import { OneProcess } from "../scenarios/site.ts";
import { surroundingsScenarios } from "../scenarios/surroundings.ts";
import { embeddedDirectory } from "../support/databases.ts";

/** Another process, one at a time, on a directory of its own. */
const start = async (environment: NodeJS.ProcessEnv = {}) =>
	OneProcess.start({ DATA_DIR: await anotherDirectory(), ...environment });

let another: Promise<string> | undefined;
function anotherDirectory(): Promise<string> {
	another ??= embeddedDirectory();
	return another;
}

describe("one process, embedded database", function () {
	this.timeout(180_000);
	let site: OneProcess;

	before(async function () {
		this.timeout(180_000);
		site = await OneProcess.start({ DATA_DIR: await embeddedDirectory() });
	});

	after(async () => {
		await site.end();
		deepEqual(site.errors(), []);
	});

	contractScenarios(() => site);
	surroundingsScenarios(start);
});
