import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { freshDatabaseUrl, silent } from "../test/support/databases.ts";
import { classifyFault } from "./pg-errors.ts";
import { postgresDatabase } from "./postgres.ts";

const ping = { text: "SELECT 1 AS x" };
const isUnknown = (error: unknown) => classifyFault(error) === "unknown";

describe("postgresDatabase", function () {
	this.timeout(60_000);

	it("[D11] connections say what they are for", async () => {
		const database = postgresDatabase(await freshDatabaseUrl(), silent);
		const connection = await database.connect("journal");
		const name = { text: "SELECT current_setting('application_name') AS name" };
		assert.deepEqual(await connection.query(name), [{ name: "plenum:journal" }]);
		assert.deepEqual(await database.query(name), [{ name: "plenum:pool" }]);
		await connection.close();
		await database.close();
	});

	it("[D11] a statement and a lock that take too long are rolled back by the server, and the connection goes on", async () => {
		const database = postgresDatabase(await freshDatabaseUrl(), silent);
		const [holder, connection] = await Promise.all([
			database.connect("holder"),
			database.connect("journal"),
		]);
		await holder.query({ text: "SELECT pg_advisory_lock(1)" });
		await assert.rejects(connection.query({ text: "SELECT pg_advisory_lock(1)" }), {
			code: "55P03",
		});
		await assert.rejects(connection.query({ text: "SELECT pg_sleep(30)" }), { code: "57014" });
		assert.deepEqual(await connection.query(ping), [{ x: 1 }]);
		for (const open of [holder, connection, database]) await open.close();
	});

	it("[D11] connections that the server ends, idle or not, end no process, and the pool opens others", async () => {
		const url = await freshDatabaseUrl();
		const [database, killer] = [postgresDatabase(url, silent), postgresDatabase(url, silent)];
		const connection = await database.connect("journal");
		await Promise.all([1, 2, 3].map(() => database.query({ text: "SELECT pg_sleep(0.05)" })));
		const inFlight = assert.rejects(database.query({ text: "SELECT pg_sleep(30)" }), isUnknown);
		await killer.query({ text: "SELECT pg_sleep(0.2)" });
		await killer.query({
			text: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
		});
		await inFlight;
		await assert.rejects(connection.query(ping), isUnknown);
		await assert.rejects(connection.query(ping), isUnknown, "a dead connection stays dead");
		// The news of a dead idle connection may come after the next query: at most once for each of the four.
		const answers = [];
		for (let n = 0; n < 5; n++)
			answers.push(
				await database.query(ping).catch((error: unknown) => assert.ok(isUnknown(error))),
			);
		assert.deepEqual(answers.at(-1), [{ x: 1 }]);
		for (const open of [connection, killer, database]) await open.close();
	});

	it("[D11] in a black hole every query ends as unknown, its socket is destroyed, and the pool heals with the network", async () => {
		const hole = await blackHole(await freshDatabaseUrl());
		const database = postgresDatabase(hole.url, silent);
		const connection = await database.connect("journal");
		await database.query(ping);
		hole.swallow(true);
		const start = performance.now();
		await Promise.all([
			assert.rejects(database.query(ping), isUnknown),
			assert.rejects(connection.query(ping), isUnknown),
			assert.rejects(database.connect("late"), isUnknown),
		]);
		assert.ok(performance.now() - start < 20_000, "a wait without an end");
		assert.equal(await hole.openClients(), 0);
		await assert.rejects(connection.query(ping), isUnknown);
		hole.swallow(false);
		assert.deepEqual(await database.query(ping), [{ x: 1 }]);
		for (const open of [connection, database]) await open.close();
		hole.close();
	});

	it("[D11] closing ends also in a black hole", async () => {
		const hole = await blackHole(await freshDatabaseUrl());
		const database = postgresDatabase(hole.url, silent);
		const connection = await database.connect("journal");
		await database.query(ping);
		hole.swallow(true);
		await Promise.all([connection.close(), database.close()]);
		assert.equal(await hole.openClients(), 0);
		hole.close();
	});
});

/** A TCP proxy to the server of `url` that can keep every byte to itself while its sockets stay open. */
async function blackHole(url: string) {
	const target = new URL(url);
	const clients = new Set<Socket>();
	let swallowing = false;
	const proxy = createServer((client) => {
		const upstream = connect(Number(target.port || 5432), target.hostname);
		clients.add(client);
		client.on("close", () => {
			clients.delete(client);
			upstream.destroy();
		});
		upstream.on("close", () => client.destroy());
		for (const [from, to] of [
			[client, upstream],
			[upstream, client],
		] as const) {
			from.on("error", () => {});
			from.on("data", (data) => swallowing || to.write(data));
		}
	});
	proxy.listen(0, "127.0.0.1");
	await once(proxy, "listening");
	const address = proxy.address();
	assert.ok(typeof address === "object" && address !== null);
	const through = new URL(url);
	through.hostname = "127.0.0.1";
	through.port = String(address.port);
	return {
		url: through.href,
		swallow(on: boolean) {
			swallowing = on;
		},
		/** After those that are closing have had their moment. */
		async openClients() {
			for (let tick = 0; clients.size > 0 && tick < 100; tick++)
				await new Promise((resolve) => setTimeout(resolve, 10));
			return clients.size;
		},
		close() {
			for (const client of clients) client.destroy();
			proxy.close();
		},
	};
}
