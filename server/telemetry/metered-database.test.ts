import { deepEqual, rejects } from "node:assert/strict";
import type { Connection, Database, Statement } from "../storage/database.ts";
import { meteredDatabase } from "./metered-database.ts";
import { createMetrics } from "./metrics.ts";

const asked: string[] = [];
const connection: Connection = {
	async query<Row>({ text }: Statement): Promise<readonly Row[]> {
		asked.push(text);
		if (text === "FAIL") throw new Error("refused");
		return [];
	},
	async close() {
		asked.push("closed");
	},
};
const database: Database = {
	...connection,
	kind: "postgres",
	connect: async () => connection,
	execute: async (script) => void asked.push(script),
};

async function counts(metrics: ReturnType<typeof createMetrics>) {
	const { values } = await metrics.dbQueryDuration.get();
	return Object.fromEntries(
		values
			.filter(({ metricName }) => metricName?.endsWith("_count"))
			.map(({ labels, value }) => [labels.pool, value]),
	);
}

describe("a metered database", () => {
	it("[M3] times every statement, failed ones too, by the connections it went through", async () => {
		const metrics = createMetrics("test");
		const metered = meteredDatabase(database, metrics);
		await metered.query({ text: "ONE" });
		await rejects(metered.query({ text: "FAIL" }), /refused/);
		await metered.execute("SCRIPT");
		const journal = await metered.connect("journal");
		await journal.query({ text: "TWO" });
		await journal.close();
		await (await metered.connect("backup of somebody")).query({ text: "THREE" });
		deepEqual(await counts(metrics), { pool: 3, journal: 1, other: 1 });
		deepEqual(asked, ["ONE", "FAIL", "SCRIPT", "TWO", "closed", "THREE"]);
	});
});
