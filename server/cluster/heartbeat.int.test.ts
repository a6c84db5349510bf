import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { realTimers } from "../lib/timers.ts";
import { RedisUnderTest } from "../test/support/redis-under-test.ts";
import { until } from "../test/support/wire-client.ts";
import { channelOf, type Heartbeat, startHeartbeat } from "./heartbeat.ts";
import type { PollPresence } from "./poll-presence.ts";
import type { RedisLink } from "./redis-link.ts";

const ANSWERED_WITHIN_MS = 10_000;
const TRUSTED_AFTER_MS = 3_000;

describe("the signs of life of processes", function () {
	this.timeout(60_000);
	let redis: RedisUnderTest;
	let here: Process;
	let there: Process;

	interface Process {
		readonly link: RedisLink;
		readonly presence: PollPresence;
		readonly heartbeat: Heartbeat;
		readonly losses: () => number;
	}

	async function process(processId: string): Promise<Process> {
		const link = await redis.link();
		const presence = await redis.presence(link);
		let losses = 0;
		const onDataLost = () => {
			losses += 1;
		};
		const timers = realTimers;
		const heartbeat = startHeartbeat({ processId, link, presence, timers, onDataLost });
		await presence.subscribe(channelOf(processId), () => heartbeat.heard());
		return { link, presence, heartbeat, losses: () => losses };
	}

	before(async () => {
		redis = await RedisUnderTest.start();
	});
	beforeEach(async () => {
		[here, there] = [await process("here"), await process("there")];
		await until(() => here.link.isTrusted);
		await until(async () => (await here.heartbeat.isGone("there")) === "no");
	});
	afterEach(async () => {
		await Promise.all([here.heartbeat.stop(), there.heartbeat.stop()]);
		for (const { presence } of [here, there]) presence.shutdown();
	});
	after(() => redis.stop());

	it("[E11] whoever listens no more is perhaps gone, whoever beats no more as well is surely gone", async () => {
		there.presence.shutdown();
		await until(async () => (await here.heartbeat.isGone("there")) === "perhaps");
		await there.heartbeat.stop();
		assert.equal(await here.heartbeat.isGone("there"), "surely");
		assert.equal(await here.heartbeat.isGone("nobody"), "surely");
		assert.equal(await here.heartbeat.isGone("here"), "no");
	});

	it("[E11] whoever listens and beats no more, as one that is stopped, is perhaps gone", async () => {
		await there.heartbeat.stop();
		assert.equal(await here.heartbeat.isGone("there"), "perhaps");
	});

	it("[E11] after Redis was emptied it beats and lists again, and tells nobody for dead", async () => {
		await here.link.client.flushall();
		await until(() => here.losses() > 0 && there.losses() > 0);
		assert.equal(await here.heartbeat.isGone("there"), "no");
		const losses = here.losses();
		await pause(2_500);
		assert.equal(here.losses(), losses);
	});

	it("[E12] a link that was away is not trusted before everybody had time to come back", async () => {
		await redis.server.kill();
		await until(() => !here.link.isReady);
		assert.equal(here.link.isTrusted, false);
		assert.equal(await here.heartbeat.isGone("there"), "unknown");
		const startedAt = performance.now();
		await redis.server.restart();
		for (
			let known = "unknown";
			!here.link.isTrusted;
			known = await here.heartbeat.isGone("nobody")
		) {
			assert.equal(known, "unknown");
			await pause(50);
		}
		assert.ok(performance.now() - startedAt >= TRUSTED_AFTER_MS);
		assert.equal(await here.heartbeat.isGone("there"), "no");
		assert.equal(await here.heartbeat.isGone("nobody"), "surely");
	});

	it("[E12] a link of a process that has just started is trusted at once, unless Redis has just started too", async () => {
		await until(async () => (await redis.link()).isTrusted);
		// Three seconds later it is not young any more: a slow machine may take longer to ask.
		await until(async () => {
			await redis.server.restart();
			return !(await redis.link()).isTrusted;
		});
		await until(() => here.link.isTrusted);
	});

	it("[E12] a frozen Redis is answered for within the command timeout: nothing is known", async () => {
		await redis.server.kill("SIGSTOP");
		const askedAt = performance.now();
		assert.equal(await here.heartbeat.isGone("there"), "unknown");
		assert.ok(performance.now() - askedAt < ANSWERED_WITHIN_MS);
		await redis.server.kill("SIGCONT");
		await until(async () => (await here.heartbeat.isGone("there")) === "no");
	});

	it("[E12] Redis that does not answer at all refuses the link", async () => {
		await assert.rejects(redis.link(1), /Redis does not answer/);
	});
});
