import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { childrenOf } from "./children-of.ts";
import { findProgram, MissingProgramError } from "./find-program.ts";
import { freePort, isFree } from "./free-port.ts";
import { startNginx } from "./nginx-server.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { startPostgres } from "./postgres-server.ts";
import { startRedis } from "./redis-server.ts";
import { embeddedBinaries } from "./test-support/embedded-binaries.ts";

describe("private servers", () => {
	const cleanups: (() => Promise<unknown>)[] = [];
	let directory: string;
	let binaries: string | undefined;
	let copied: string;

	before(async () => {
		copied = await mkdtemp(join(tmpdir(), "plenum-binaries-"));
		await chmod(copied, 0o755);
		binaries = machineHasPostgres() ? undefined : await embeddedBinaries(copied);
	});

	after(() => rm(copied, { recursive: true, force: true }));

	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), "plenum-services-"));
		cleanups.push(() => rm(directory, { recursive: true, force: true }));
	});

	afterEach(async () => {
		for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
	});

	it("[O1] Redis answers, comes back empty on the same port after kill -9, and leaves nothing", async () => {
		const server = await startRedis({ directory });
		cleanups.push(() => server.stop());
		const redis = new Redis(server.url);
		redis.on("error", () => {});
		cleanups.push(async () => redis.disconnect());
		await redis.set("key", "value");

		const { pid } = server;
		await server.kill();
		assert.equal(await isFree(server.port), true, "killed");
		await server.restart();
		assert.notEqual(server.pid, pid);
		assert.equal(await redis.get("key"), null);

		await server.stop();
		await server.stop();
		assert.equal(await isFree(server.port), true, "stopped");
	});

	it("[O1] Redis that is stopped like a hung one answers again once it continues", async () => {
		const server = await startRedis({ directory });
		cleanups.push(() => server.stop());
		await server.kill("SIGSTOP");
		const socket = connect(server.port, "127.0.0.1", () => socket.write("PING\r\n"));
		let answer = "";
		socket.on("data", (chunk) => {
			answer += chunk;
		});
		await new Promise((resolve) => setTimeout(resolve, 200));
		assert.equal(answer, "");
		await server.kill("SIGCONT");
		while (answer === "") await new Promise((resolve) => setTimeout(resolve, 10));
		assert.equal(answer, "+PONG\r\n");
		socket.destroy();
	});

	it("[O2] PostgreSQL is durable, and keeps what was committed when all its processes are killed", async () => {
		const server = await startPostgres({ directory, binaries });
		cleanups.push(() => server.stop());
		const before = await connectTo(server.url);
		const { rows } = await before.query("SHOW fsync");
		assert.deepEqual(rows, [{ fsync: "on" }]);
		await before.query("CREATE TABLE kept (n int)");
		await before.query("INSERT INTO kept VALUES (7)");

		const processes = [server.pid, ...(await childrenOf(server.pid))];
		assert.ok(processes.length > 1);
		await server.kill();
		assert.equal(await isFree(server.port), true, "killed");
		await server.restart();
		assert.equal(processes.includes(server.pid), false);
		const after = await connectTo(server.url);
		assert.deepEqual((await after.query("SELECT n FROM kept")).rows, [{ n: 7 }]);
		await server.stop();
		assert.equal(await isFree(server.port), true, "stopped");
	});

	it("[O2] PostgreSQL that was stopped starts again with its data in the same directory", async () => {
		const first = await startPostgres({ directory, binaries });
		const before = await connectTo(first.url);
		await before.query("CREATE TABLE kept AS SELECT 7 AS n");
		await first.stop();
		const second = await startPostgres({ directory, binaries });
		cleanups.push(() => second.stop());
		const after = await connectTo(second.url);
		assert.deepEqual((await after.query("SELECT n FROM kept")).rows, [{ n: 7 }]);
	});

	it("[O3] nginx serves from its own folder, takes a new configuration, and refuses a wrong one", async () => {
		const port = await freePort();
		const site = (status: number) => `server { listen 127.0.0.1:${port}; return ${status}; }`;
		const nginx = await startNginx({ directory, site: site(204) });
		cleanups.push(() => nginx.stop());
		const status = async () => (await fetch(`http://127.0.0.1:${port}`)).status;
		assert.equal(await status(), 204);
		await assert.rejects(
			nginx.reload("nonsense"),
			/nginx does not take this configuration:\n.*nonsense|unexpected end/s,
		);
		assert.equal(await status(), 204);
		await nginx.reload(site(205));
		assert.equal(await status(), 205);
		await nginx.stop();
		assert.equal(await isFree(port), true);
	});

	it("[O4] a port in use is said, not taken for the server that was to be started", async () => {
		const server = await startRedis({ directory });
		cleanups.push(() => server.stop());
		const { port } = server;
		const inUse = (name: string) => ({
			message: `${name} cannot have port ${port}: something else listens there`,
		});
		await assert.rejects(startRedis({ directory, port }), inUse("Redis"));
		await assert.rejects(startPostgres({ directory, binaries, port }), inUse("PostgreSQL"));
	});

	it("[O4] a server that ends instead of starting is reported in its own words", async () => {
		const first = await startPostgres({ directory, binaries });
		cleanups.push(() => first.stop());
		await assert.rejects(
			startPostgres({ directory, binaries }),
			/did not start, it ended:\n.*postmaster\.pid/s,
		);
	});

	it("[O4] what is not installed is one line that names the command that installs it", async () => {
		const error = new MissingProgramError("Redis");
		assert.match(error.message, /^Redis is not installed.*apt-get install redis-server.*dnf.*brew/);
		assert.equal(error.message.includes("\n"), false);
	});

	it("[O4] only a file that can be executed is a program", async () => {
		const path = join(directory, "redis-server");
		assert.equal(findProgram(["redis-server"], [directory]), undefined);
		await writeFile(path, "#!/bin/sh\n", { mode: 0o644 });
		assert.equal(findProgram(["valkey-server", "redis-server"], [directory]), undefined);
		await chmod(path, 0o755);
		assert.equal(findProgram(["valkey-server", "redis-server"], [directory]), path);
	});

	async function connectTo(url: string): Promise<pg.Client> {
		const client = new pg.Client({ connectionString: url });
		client.on("error", () => {});
		await client.connect();
		cleanups.push(() => client.end().catch(() => {}));
		return client;
	}
});

function machineHasPostgres(): boolean {
	try {
		return postgresBinaries() !== "";
	} catch {
		return false;
	}
}
