import assert from "node:assert/strict";
import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { importLine, startChild } from "../test/support/child.ts";
import { openPglite, silent } from "../test/support/databases.ts";
import { openDatabase } from "./open-database.ts";
import { classifyFault } from "./pg-errors.ts";

/** Writes numbered rows until it is killed, printing each number once it is acknowledged. */
const writer = (dataDir: string, first: number) => `
	${importLine("openDatabase", "server/storage/open-database.ts")}
	const log = { info() {}, warn() {}, error() {} };
	const database = await openDatabase({ dataDir: ${JSON.stringify(dataDir)} }, log);
	for (let n = ${first}; ; n++) {
		await database.query({ text: "INSERT INTO audit_log (at, kind) VALUES (now(), $1)", values: [String(n)] });
		console.log(n);
	}`;

describe("embedded database", function () {
	this.timeout(120_000);

	it("[D12] keeps every acknowledged write through kill -9 of its process", async () => {
		const { dataDir, close } = await openPglite();
		await close();
		const acknowledged: string[] = [];
		for (const round of [1, 2]) {
			const child = startChild(writer(dataDir, round * 1_000_000));
			await child.printed(40);
			await child.signal("SIGKILL");
			acknowledged.push(...child.lines);
		}
		const database = await openDatabase({ dataDir }, silent);
		const rows = await database.query<{ kind: string }>({ text: "SELECT kind FROM audit_log" });
		const kept = new Set(rows.map((row) => row.kind));
		assert.deepEqual(
			acknowledged.filter((n) => !kept.has(n)),
			[],
		);
		assert.ok(acknowledged.length >= 80);
		await database.close();
	});

	it("[D18] a worker that ends by itself is started again: its answers are kept, what it owed is unknown", async () => {
		const born: Worker[] = [];
		const observe = (worker: Worker) => born.push(worker);
		process.on("worker", observe);
		const { database, close } = await openPglite();
		const write = (kind: string) =>
			database.query({
				text: "INSERT INTO audit_log (at, kind) VALUES (now(), $1)",
				values: [kind],
			});
		await write("before");
		const owed = database.query({ text: "SELECT pg_sleep(60)" }).catch((error: unknown) => error);
		assert.equal(born.length, 1);
		await born[0]?.terminate();
		assert.equal(classifyFault(await owed), "unknown");

		await Promise.all([write("after"), write("after")]);
		const text =
			"SELECT kind, count(*)::integer AS rows FROM audit_log GROUP BY kind ORDER BY kind";
		assert.deepEqual(await database.query({ text }), [
			{ kind: "after", rows: 2 },
			{ kind: "before", rows: 1 },
		]);
		assert.equal(born.length, 2);
		const exited = born[1] && once(born[1], "exit");
		await close();
		await exited;
		process.off("worker", observe);
	});

	it("[D3] a directory in use cannot be opened a second time, and can after closing", async () => {
		const { dataDir, close } = await openPglite();
		await assert.rejects(openDatabase({ dataDir }, silent), /in use by another Plenum process/);
		await close();
		const again = await openDatabase({ dataDir }, silent);
		await again.close();
		await assert.rejects(
			again.query({ text: "SELECT 1" }),
			(error) => classifyFault(error) === "unknown",
		);
		await again.close();
	});
});
