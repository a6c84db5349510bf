import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { importLine, startChild } from "../test/support/child.ts";
import { tempDir } from "../test/support/databases.ts";
import { lockDataDir } from "./data-dir-lock.ts";

const refusal = {
	message:
		/^The data directory .+ is in use by another Plenum process: .*DATA_DIR.*DATABASE_URL[^\n]*$/,
};

/** A process that holds the lock until it is killed. */
async function startHolder(directory: string) {
	const child = startChild(`${importLine("lockDataDir", "server/storage/data-dir-lock.ts")}
		await lockDataDir(${JSON.stringify(directory)});
		console.log("locked");
		setInterval(() => {}, 1000);`);
	await child.printed(1);
	return child;
}

describe("lockDataDir", function () {
	this.timeout(60_000);

	it("[D3] a second one is refused in one line that says what to change, until the first unlocks", async () => {
		const directory = join(await tempDir(), "made", "when missing");
		const unlock = await lockDataDir(directory);
		await assert.rejects(lockDataDir(directory), refusal);
		await unlock();
		await (await lockDataDir(directory))();
		assert.deepEqual(await readdir(directory), []);
	});

	for (const [title, name] of [
		["", "data"],
		[" where the path is too long for a socket", "d".repeat(120)],
	] as const) {
		it(`[D3] the lock ends in the instant of its holder's kill -9${title}`, async () => {
			const directory = join(await tempDir(), name);
			const holder = await startHolder(directory);
			await assert.rejects(lockDataDir(directory), refusal);
			await holder.signal("SIGKILL");
			const start = performance.now();
			const unlock = await lockDataDir(directory);
			assert.ok(performance.now() - start < 5_000, "waited for a dead holder");
			await unlock();
		});
	}

	it("[D3] a holder that is stopped still holds", async () => {
		const directory = await tempDir();
		const holder = await startHolder(directory);
		await holder.signal("SIGSTOP");
		await assert.rejects(lockDataDir(directory), refusal);
		await holder.signal("SIGKILL");
	});

	it("[D3] of many that start at once over the leftovers of dead ones, exactly one gets it", async () => {
		const directory = await tempDir();
		const holder = await startHolder(directory);
		await holder.signal("SIGKILL");
		assert.equal((await readdir(directory)).length, 1, "a killed holder leaves its socket");
		for (let round = 0; round < 5; round++) {
			const results = await Promise.allSettled(
				Array.from({ length: 8 }, () => lockDataDir(directory)),
			);
			const unlocks = results.flatMap((result) =>
				result.status === "fulfilled" ? [result.value] : [],
			);
			assert.equal(unlocks.length, 1);
			for (const unlock of unlocks) await unlock();
		}
	});
});
