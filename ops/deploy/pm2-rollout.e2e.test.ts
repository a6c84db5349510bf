/** Releases come and go on a machine while people vote without a pause. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { seededRandom } from "../../server/test/simulation/random.ts";
import { Crowd } from "../../server/test/support/crowd.ts";
import { SteadyVoting } from "../../server/test/support/steady-voting.ts";
import { type Machine, startMachine } from "./pm2/test-support/machine.ts";

const PEOPLE = 10;
const VOTES_PER_SECOND = 40;
const TIMES = ["--watch", "2"];
/** What a machine that is five times as slow needs until a good release is ready; bad ones are waited for as long. */
const READY_WITHIN_S = 20;
/** pm2 notices within seconds that a process has ended. */
const WATCH_S = 6;
const BACK_WITHIN_MS = 600_000;
/** Of the first planted migration: far above those of the project. */
const NEXT = 900;

describe("a rollout under pm2, while people vote", function () {
	this.timeout(600_000);
	let machine: Machine;
	let crowd: Crowd;
	let voting: SteadyVoting;

	before(async () => {
		machine = await startMachine();
		machine.putFirstRelease("first");
		const { code, output } = await machine.rollOut("--to", "first", ...TIMES);
		assert.equal(code, 0, output);
		crowd = await Crowd.gather(machine.origin, PEOPLE, seededRandom(1));
		await crowd.join(PEOPLE);
		voting = new SteadyVoting(crowd, VOTES_PER_SECOND, seededRandom(2));
	});

	after(async () => {
		await voting?.stop();
		crowd?.leave();
		await machine?.stop();
	});

	it("[I8] a good release goes through, one process after the other", async () => {
		const from = machine.checkout("good", (folder) =>
			addMigration(folder, NEXT, "ALTER TABLE polls ADD COLUMN note text"),
		);
		const { code, output } = await machine.rollOut("--from", from, "--name", "good", ...TIMES);
		assert.equal(code, 0, output);
		assert.match(
			output,
			/restarting plenum-\d+\n.*is ready and counts votes\n.*restarting plenum-\d+\n/,
		);
		await requireRunning("good");
	});

	const faults: Record<string, readonly [RegExp, (folder: string) => void]> = {
		"does not start": [
			/did not get ready|failed/,
			(folder) => writeFileSync(join(folder, "dist/server/main.js"), "process.exit(1);"),
		],
		"is not ready, after it has added to the schema": [
			/did not get ready: \/health\/ready answers 503/,
			(folder) => {
				addMigration(folder, NEXT + 1, "ALTER TABLE journal ADD COLUMN remark text");
				answer503(folder, "GET", "/health/ready");
			},
		],
		"fails the smoke vote": [
			/smoke\.js failed/,
			(folder) => answer503(folder, "POST", "/api/polls"),
		],
		"gets ready, counts votes, then ends by itself and does not come back": [
			/ended by itself|ECONNREFUSED/,
			(folder) => endOnFirstLook(folder),
		],
		"has a migration that fails": [
			/division by zero/,
			(folder) => addMigration(folder, NEXT + 2, "SELECT 1 / 0"),
		],
	};
	for (const [fault, [words, spoil]] of Object.entries(faults)) {
		it(`[I9] a release that ${fault} is rolled back without anybody's help`, async () => {
			const name = `bad-${Object.keys(faults).indexOf(fault)}`;
			const from = machine.checkout(name, (folder) => {
				addMigration(folder, NEXT, "ALTER TABLE polls ADD COLUMN note text");
				addMigration(folder, NEXT + 1, "ALTER TABLE journal ADD COLUMN remark text");
				spoil(folder);
			});
			const startedAt = performance.now();
			const times = ["--watch", `${WATCH_S}`, "--ready-within", `${READY_WITHIN_S}`];
			const { code, output } = await machine.rollOut("--from", from, "--name", name, ...times);
			assert.equal(code, 1, output);
			assert.match(output, words);
			assert.doesNotMatch(output, /pm2 does not list/);
			assert.ok(performance.now() - startedAt < BACK_WITHIN_MS);
			assert.match(output, /rolled back: good runs\n/);
			await requireRunning("good");
			assert.equal(existsSync(join(machine.base, "releases", name)), false);
		});
	}

	it("[I10] what was added to the schema stays, and of all the votes not one was lost or refused", async () => {
		await voting.stop();
		await crowd.settle();
		const { votes, refused, longestWaitMs } = voting.report;
		console.log(`      ${votes} votes; longest wait ${Math.round(longestWaitMs)} ms`);
		assert.deepEqual(await crowd.violations(), []);
		assert.equal(refused, 0);
		assert.ok(crowd.receipts.length > 100);
		const client = new pg.Client({ connectionString: machine.databaseUrl });
		await client.connect();
		const { rows } = await client.query(
			"SELECT column_name FROM information_schema.columns WHERE column_name IN ('note', 'remark')",
		);
		await client.end();
		assert.equal(rows.length, 2);
	});

	it("[I11] what is not understood, not there or already under way changes nothing; a dry run neither", async () => {
		const { base } = machine;
		const from = machine.checkout("dry");
		const dry = await machine.rollOut("--from", from, "--name", "dry", "--dry-run");
		assert.equal(dry.code, 0, dry.output);
		assert.match(dry.output, /would restart plenum-\d+, plenum-\d+; goes back to good\n/);
		assert.equal(existsSync(join(base, "releases/dry")), false);
		assert.equal((await machine.rollOut("--from", from, "--to", "good")).code, 2);
		assert.equal((await machine.rollOut("--to", "good", "--watch", "1000")).code, 2);
		const missing = await machine.rollOut("--to", "nothing");
		assert.deepEqual([missing.code, /no release nothing/.test(missing.output)], [1, true]);
		const unbuilt = await machine.rollOut("--from", base);
		assert.match(unbuilt.output, /has no package\.json, .* npm run build/);
		const lock = join(base, "rollout.pid");
		writeFileSync(lock, `${process.pid}`);
		const second = await machine.rollOut("--to", "first");
		rmSync(lock);
		assert.deepEqual([second.code, /another rollout is under way/.test(second.output)], [1, true]);
		await requireRunning("good");
	});

	it("[I14] what pm2 has lost is found and ended, and a port that is somebody else's is named", async () => {
		const [port] = machine.ports;
		assert.ok(port);
		machine.killPm2();
		const strays = await machine.strays();
		assert.equal(strays.length, 2);
		const first = strays.find((pid) =>
			readFileSync(`/proc/${pid}/environ`, "utf8").includes(`\0PORT=${port}\0`),
		);
		assert.ok(first);
		process.kill(first);
		const stranger = await takePort(port);
		const refused = await machine.rollOut("--to", "good", ...TIMES);
		stranger.close();
		assert.equal(refused.code, 1, refused.output);
		assert.match(
			refused.output,
			new RegExp(`port ${port} of plenum-${port} is taken by process ${process.pid} `),
		);
		assert.deepEqual(await machine.versions(), ["nothing", "good"]);
		const { code, output } = await machine.rollOut("--to", "good", ...TIMES);
		assert.equal(code, 0, output);
		assert.match(output, /pm2 does not list process \d+ of plenum-\d+: ending it\n/);
		await requireRunning("good");
	});

	/** Each process is of that release, and pm2 knows all there are. */
	async function requireRunning(release: string): Promise<void> {
		assert.deepEqual(await machine.versions(), [release, release]);
		assert.deepEqual(await machine.strays(), []);
	}
});

/** Once whoever has it is gone. */
async function takePort(port: number): Promise<Server> {
	for (;;) {
		const server = createServer().listen(port, "127.0.0.1");
		try {
			await once(server, "listening");
			return server;
		} catch {
			await sleep(100);
		}
	}
}

function addMigration(folder: string, version: number, sql: string): void {
	writeFileSync(join(folder, `dist/schema/migrations/${version}.do.planted.sql`), `${sql};\n`);
}

/** Metrics are asked for when the watch begins, and not before. Its next start takes for ever. */
function endOnFirstLook(folder: string): void {
	plant(
		folder,
		`if (request.url === "/metrics") setTimeout(() => {
			writeFileSync(process.env.PORT, "ended");
			process.exit(1);
		}, 100);`,
	);
	const hang = `import { existsSync, writeFileSync } from "node:fs";
if (existsSync(process.env.PORT)) await new Promise(() => setInterval(() => {}, 60_000));
`;
	const file = join(folder, "dist/server/main.js");
	writeFileSync(file, hang + readFileSync(file, "utf8"));
}

/** Requests of this kind never reach the program. */
function answer503(folder: string, method: string, path: string): void {
	plant(
		folder,
		`if (request.method === "${method}" && request.url === "${path}") {
			response.writeHead(503).end("planted");
			return true;
		}`,
	);
}

/** Runs before the program sees a request. */
function plant(folder: string, code: string): void {
	const file = join(folder, "dist/server/main.js");
	const planted = `import { Server } from "node:http";
const emit = Server.prototype.emit;
Server.prototype.emit = function (event, request, response) {
	if (event === "request") { ${code} }
	return emit.apply(this, arguments);
};
`;
	writeFileSync(file, planted + readFileSync(file, "utf8"));
}
