import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const ECOSYSTEM = fileURLToPath(new URL("../../ecosystem.config.cjs", import.meta.url));
const PM2 = createRequire(import.meta.url).resolve("pm2/bin/pm2");
const SHARED = { DATABASE_URL: "postgres://db.example/plenum", REDIS_URL: "redis://r.example" };

/** Takes its time to come up and to go, and writes down when it did either. */
const STAND_IN = `
const { appendFileSync } = require("node:fs");
const say = (what) => appendFileSync(process.env.DIARY, process.env.PORT + " " + what + "\\n");
setTimeout(() => { say("up"); process.send("ready"); }, 500);
process.on("SIGINT", () => { say("leaving"); setTimeout(() => process.exit(0), 500); });
setInterval(() => {}, 1000);
`;

describe("ecosystem.config.cjs", () => {
	let directory: string;

	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), "plenum-pm2-"));
	});

	afterEach(() => rm(directory, { recursive: true, force: true }));

	it("[O20] gives each process its own port and the public address that nginx has for it", async () => {
		const apps = await readApps({ PLENUM_PROCESSES: "3", ...SHARED });
		assert.deepEqual(
			apps.map(({ name }) => name),
			["plenum-2601", "plenum-2602", "plenum-2603"],
		);
		assert.deepEqual(apps[1]?.env, {
			...{ NODE_ENV: "production", PORT: "2602", HOST: "127.0.0.1", PUBLIC_ADDRESS: "/w/2602" },
			TRUSTED_PROXIES: "loopback",
		});
	});

	it("[O20] is one a processor when no number is given", async () => {
		const { availableParallelism } = await import("node:os");
		assert.equal((await readApps(SHARED)).length, availableParallelism());
	});

	it("[O20] refuses several processes that share nothing, with a sentence; one alone may", async () => {
		const both = /2 processes share a database and a Redis: set DATABASE_URL and REDIS_URL/;
		await assert.rejects(readApps({ PLENUM_PROCESSES: "2" }), both);
		const { DATABASE_URL } = SHARED;
		const redis = /set REDIS_URL, or PLENUM_PROCESSES=1/;
		await assert.rejects(readApps({ PLENUM_PROCESSES: "2", DATABASE_URL }), redis);
		const files = { DATABASE_URL_FILE: "/run/database", REDIS_URL_FILE: "/run/redis" };
		assert.equal((await readApps({ PLENUM_PROCESSES: "2", ...files })).length, 2);
		assert.equal((await readApps({ PLENUM_PROCESSES: "1" })).length, 1);
		for (const wrong of ["0", "1.5", "many", "-1", "100"]) {
			await assert.rejects(readApps({ PLENUM_PROCESSES: wrong, ...SHARED }), /whole number/, wrong);
		}
	});

	it("[O21] pm2 starts and reloads one process after the other, each in pm2's own environment", async function () {
		this.timeout(120_000);
		const diary = join(directory, "diary");
		await writeFile(join(directory, "stand-in.cjs"), STAND_IN);
		// The same file but for the script, so that this is about order alone.
		const config = join(directory, "ecosystem.config.cjs");
		await writeFile(
			config,
			`const { apps } = require(${JSON.stringify(ECOSYSTEM)});
			module.exports = { apps: apps.map((app) => ({
				...app, cwd: __dirname, script: "stand-in.cjs",
			})) };`,
		);
		const pm2 = async (...args: string[]) => {
			const { PATH } = process.env;
			const own = { PM2_HOME: join(directory, "home"), PLENUM_PROCESSES: "3", DIARY: diary };
			await run(process.execPath, [PM2, ...args], {
				env: { PATH, ...SHARED, ...own },
				cwd: directory,
			});
		};
		const events = async () => (await readFile(diary, "utf8")).trim().split("\n");
		try {
			await pm2("start", config);
			assert.deepEqual(await events(), ["2601 up", "2602 up", "2603 up"]);
			await pm2("reload", config);
			const reloaded = (await events()).slice(3);
			assert.equal(reloaded.length, 6);
			for (let index = 0; index < 6; index += 2) {
				const [leaving, up] = reloaded.slice(index, index + 2).map((it) => it.split(" "));
				assert.deepEqual([leaving?.[1], up?.[1]], ["leaving", "up"], reloaded.join(", "));
				assert.equal(leaving?.[0], up?.[0], reloaded.join(", "));
			}
		} finally {
			await pm2("kill");
		}
	});

	interface App {
		readonly name: string;
		readonly env: Readonly<Record<string, string>>;
	}

	async function readApps(environment: Record<string, string>): Promise<readonly App[]> {
		const code = `console.log(JSON.stringify(require(${JSON.stringify(ECOSYSTEM)}).apps))`;
		const { stdout } = await run(process.execPath, ["--eval", code], { env: environment });
		return JSON.parse(stdout);
	}
});
