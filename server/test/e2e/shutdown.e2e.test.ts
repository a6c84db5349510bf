/** Being told to stop in the middle of voting: what is under way is finished, everybody is told where they stand. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../ops/services/free-port.ts";
import { closeCodes } from "../../../schema/refusals.ts";
import { seededRandom } from "../simulation/random.ts";
import { Crowd } from "../support/crowd.ts";
import { databaseEnvironments, embeddedDirectory, tempDir } from "../support/databases.ts";
import { type ServerUnderTest, startServer } from "../support/server-under-test.ts";
import { until, WireClient } from "../support/wire-client.ts";

const PEOPLE = 40;
const STOPS_WITHIN_MS = 20_000;
const VOTING_MS = 1_000;

describe("a server that is told to stop", function () {
	this.timeout(180_000);
	let server: ServerUnderTest | undefined;
	let crowd: Crowd | undefined;

	afterEach(async () => {
		crowd?.leave();
		await server?.kill("SIGKILL");
	});

	for (const [name, database] of Object.entries(databaseEnvironments)) {
		it(`[X4] answers what it accepted, closes rooms with 4100, ends with 0, and nothing is lost, on ${name}`, async () => {
			const environment = { ...(await database()), PORT: String(await freePort()) };
			server = await startServer(environment);
			crowd = await Crowd.gather(server.origin, PEOPLE, seededRandom(4));
			await crowd.join(PEOPLE);
			crowd.startVoting();
			await pause(VOTING_MS);

			const before = crowd.closedWith.length;
			const startedAt = performance.now();
			assert.equal(await server.kill("SIGTERM"), 0, server.output());
			const stopMs = performance.now() - startedAt;
			console.log(`      stopped after ${stopMs.toFixed(0)} ms`);
			assert.ok(stopMs < STOPS_WITHIN_MS);
			assert.doesNotMatch(server.output(), /"level":"(error|fatal)"|uncaught|unhandled/);
			const { sessions, closedWith } = crowd;
			await until(() => closedWith.length - before >= sessions.length);
			assert.deepEqual([...new Set(closedWith.slice(before))], [closeCodes.moved]);

			const back = crowd.firstReceipt(performance.now());
			server = await startServer(environment);
			await back;
			await pause(VOTING_MS);
			await crowd.settle();
			assert.deepEqual((await crowd.violations()).slice(0, 10), []);
			assert.deepEqual(await crowd.registrations(), [PEOPLE, PEOPLE, PEOPLE]);
		});
	}

	it("[X4] somebody whose phone sleeps holds up nobody", async () => {
		server = await startServer({ DATA_DIR: await embeddedDirectory() });
		const client = new WireClient(server.origin);
		const poll = await client.create({ question: "?", options: ["yes", "no"] });
		const room = await client.enter(poll.code, { hostToken: poll.hostToken });
		// Its socket stays open and is never read again: no closing handshake is ever answered.
		(room.connection.transport as unknown as { ws: { pause(): void } }).ws.pause();
		const startedAt = performance.now();
		assert.equal(await server.kill("SIGTERM"), 0, server.output());
		assert.ok(performance.now() - startedAt < STOPS_WITHIN_MS);
	});

	it("[X4] is not disturbed by being told again", async () => {
		server = await startServer({ DATA_DIR: await embeddedDirectory() });
		const client = new WireClient(server.origin);
		const poll = await client.create({ question: "?", options: ["yes", "no"] });
		const room = await client.enter(poll.code, { hostToken: poll.hostToken });
		const closed = new Promise<number>((resolve) => room.onLeave((code) => resolve(code)));
		void server.kill("SIGTERM");
		await until(() => server?.output().includes('"stopping"'));
		for (const again of ["SIGTERM", "SIGINT", "SIGTERM"] as const) {
			void server.kill(again);
			await pause(1);
		}
		assert.equal(await closed, closeCodes.moved);
		assert.equal(await server.died, 0, server.output());
		assert.doesNotMatch(server.output(), /"level":"(error|fatal)"|uncaught|unhandled/);
	});
});

describe("npm start", function () {
	this.timeout(180_000);
	const start = fileURLToPath(new URL("../../../ops/start.mjs", import.meta.url));
	let child: ChildProcess;

	afterEach(() => child.kill("SIGKILL"));

	it("[X4] writes the addresses as a line of its log where there is no terminal, and ends with 0 on SIGINT", async () => {
		const port = await freePort();
		const environment = { PORT: String(port), DATA_DIR: await tempDir() };
		const { PATH, HOME } = process.env;
		child = spawn(process.execPath, [start], {
			env: { PATH, HOME, ...environment },
			stdio: ["ignore", "pipe", "inherit"],
		});
		let output = "";
		child.stdout?.on("data", (chunk: Buffer) => {
			output += chunk.toString();
		});
		const ended = once(child, "close");
		const line = await until(() => /^\{.*listening.*\}$/m.exec(output)?.[0], 60_000);
		const said = JSON.parse(line);
		assert.equal(said.port, port);
		assert.match(said.msg, new RegExp(`http://localhost:${port}\\b`));
		const { body } = await new WireClient(`http://127.0.0.1:${port}`).http("GET", "/health/live");
		assert.equal(body.status, "ok");
		child.kill("SIGINT");
		assert.deepEqual(await ended, [0, null]);
	});
});
