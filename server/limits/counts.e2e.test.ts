import { deepEqual, equal, ok } from "node:assert/strict";
import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "../../ops/services/redis-server.ts";
import { realTimers, type Timers } from "../lib/timers.ts";
import { tempDir } from "../test/support/databases.ts";
import { Counts } from "./counts.ts";
import { SHARED_COUNT_RETRY_MS } from "./numbers.ts";

/** Waits for an answer forty times as long as the server does. */
const patient: Timers = {
	now: realTimers.now,
	after: (ms, task) => realTimers.after(ms * 40, task),
};
const CALM = { commandTimeout: 10_000, timers: patient };

describe("[R12] counts that processes share in Redis", function () {
	this.timeout(60_000);
	let server: RedisServer;
	const clients: Redis[] = [];

	before(async () => {
		server = await startRedis({ directory: await tempDir() });
	});
	after(async () => {
		for (const client of clients) client.disconnect();
		await server.stop();
	});

	/**
	 * What a process has: a client of its own that fails soon while Redis is away. Calm unless told, lest
	 * a Redis that is late on a slow machine be taken for one that hangs.
	 */
	function process({ commandTimeout, timers } = CALM) {
		const redis = new Redis(server.url, {
			maxRetriesPerRequest: 0,
			commandTimeout,
			retryStrategy: () => 100,
		});
		redis.on("error", () => {});
		clients.push(redis);
		const parts = { redis, timers, wallClock: Date.now };
		return { redis, counts: (name: string) => new Counts(name, 60_000, parts) };
	}
	const hits = async (counts: Counts, key = "a") => (await counts.increment(key)).totalHits;
	const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
	async function connected({ redis }: ReturnType<typeof process>) {
		while (redis.status !== "ready") await later(20);
	}

	it("are one count for all processes, by name and key, and end with their window", async () => {
		const [one, two] = [process(), process()];
		await Promise.all([connected(one), connected(two)]);
		const [here, there] = [one.counts("shared"), two.counts("shared")];
		deepEqual([await hits(here), await hits(there), await hits(here)], [1, 2, 3]);
		equal(await hits(one.counts("other")), 1);
		equal(await hits(there, "b"), 1);
		const { resetTime } = await here.increment("a");
		const leftMs = (resetTime?.getTime() ?? 0) - Date.now();
		ok(leftMs > 0 && leftMs <= 60_000);
		ok((await one.redis.pttl("plenum:limit:shared:a")) > 0);
	});

	it("go on in each process while Redis is away, and are shared again once it is back, empty", async () => {
		const [one, two] = [process(), process()];
		await Promise.all([connected(one), connected(two)]);
		const [here, there] = [one.counts("outage"), two.counts("outage")];
		for (let n = 1; n <= 4; n += 1) equal(await hits(n % 2 ? here : there), n);
		await server.kill();
		// Each goes on from the two that it has seen itself: neither open nor shut.
		deepEqual([await hits(here), await hits(here), await hits(there)], [3, 4, 3]);
		await server.restart();
		await Promise.all([connected(one), connected(two)]);
		await later(SHARED_COUNT_RETRY_MS);
		deepEqual([await hits(here), await hits(there)], [1, 2]);
	});

	it("are shared also by a process that started while Redis was away", async () => {
		await server.kill();
		const early = process();
		const counts = early.counts("early");
		deepEqual([await hits(counts), await hits(counts)], [1, 2]);
		await server.restart();
		await connected(early);
		await later(SHARED_COUNT_RETRY_MS);
		await hits(counts);
		const late = process();
		await connected(late);
		equal(await hits(late.counts("early")), 2);
	});

	it("wait for a Redis that hangs no longer than a moment, and then not at all", async () => {
		const hung = process({ commandTimeout: 200, timers: realTimers });
		await connected(hung);
		const counts = hung.counts("hung");
		equal(await hits(counts), 1);
		await server.kill("SIGSTOP");
		try {
			const startedAt = Date.now();
			equal(await hits(counts), 2);
			const waitedMs = Date.now() - startedAt;
			for (let n = 3; n <= 100; n += 1) equal(await hits(counts), n);
			ok(Date.now() - startedAt - waitedMs < 10_000);
		} finally {
			await server.kill("SIGCONT");
		}
	});
});
