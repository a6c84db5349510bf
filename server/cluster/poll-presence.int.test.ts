import assert from "node:assert/strict";
import { RedisUnderTest } from "../test/support/redis-under-test.ts";
import { tcpProxy } from "../test/support/tcp-proxy.ts";
import { until } from "../test/support/wire-client.ts";
import type { PollPresence } from "./poll-presence.ts";
import type { RedisLink } from "./redis-link.ts";

const CALLS_ANSWER_WITHIN_MS = 12_000;

describe("messages between processes over Redis", function () {
	this.timeout(60_000);
	let redis: RedisUnderTest;
	let link: RedisLink;
	let presence: PollPresence;

	beforeEach(async () => {
		redis = await RedisUnderTest.start();
		link = await redis.link();
		presence = await redis.presence(link);
	});
	afterEach(() => redis.stop());

	/** What core calls without waiting for it: a rejection would be nobody's, a promise for ever too. */
	async function everyCall(): Promise<void> {
		const startedAt = performance.now();
		await Promise.all([
			presence.subscribe("a", () => {}),
			presence.publish("a", "x"),
			presence.hset("roomcount", "here", "1,2"),
			presence.hdel("roomcount", "here"),
			presence.unsubscribe("a"),
		]);
		const ms = performance.now() - startedAt;
		assert.ok(ms < CALLS_ANSWER_WITHIN_MS, `the calls took ${ms} ms`);
	}

	async function isHeard(channel: string): Promise<void> {
		const heard: unknown[] = [];
		await presence.subscribe(channel, (message: unknown) => heard.push(message));
		await presence.publish(channel, { some: "thing" });
		await until(() => heard.length > 0);
		assert.deepEqual(heard, [{ some: "thing" }]);
	}

	it("[E10] no call rejects or hangs while Redis is gone", async () => {
		await isHeard("before");
		await redis.server.kill();
		await everyCall();
		await until(() => !link.isReady);
		await everyCall();
	});

	it("[E10] no call rejects or hangs while Redis is frozen", async () => {
		await redis.server.kill("SIGSTOP");
		await everyCall();
		await redis.server.kill("SIGCONT");
		await isHeard("after");
	});

	it("[E10] subscriptions come back with Redis, those made while it was gone too", async () => {
		const heard: unknown[] = [];
		await presence.subscribe("early", (message: unknown) => heard.push(message));
		await redis.server.kill();
		await until(() => !link.isReady);
		await presence.subscribe("late", (message: unknown) => heard.push(message));
		await redis.server.restart();
		await until(async () => (await presence.deliver("early", "early").catch(() => 0)) === 1);
		await until(async () => (await presence.deliver("late", "late").catch(() => 0)) === 1);
		await until(() => heard.includes("early") && heard.includes("late"));
	});

	it("[E10] they come back too when something in between went on accepting connections", async () => {
		const proxy = await tcpProxy(redis.server.port);
		const far = await redis.presence(await redis.link(proxy.port));
		const heard: unknown[] = [];
		await far.subscribe("a", (message: unknown) => heard.push(message));
		await redis.server.kill();
		await new Promise((resolve) => setTimeout(resolve, 2_000));
		await redis.server.restart();
		await until(async () => (await presence.deliver("a", 1).catch(() => 0)) === 1);
		await until(() => heard.length > 0);
		await proxy.close();
	});

	it("[E10] a subscription that looks alive over a dead link is made anew on demand", async () => {
		const proxy = await tcpProxy(redis.server.port);
		const far = await redis.presence(await redis.link(proxy.port));
		const heard: unknown[] = [];
		await far.subscribe("a", (message: unknown) => heard.push(message));
		proxy.mode = "black-hole";
		assert.equal(await presence.deliver("a", 1), 1);
		proxy.mode = "forward";
		far.reconnect();
		await until(async () => {
			await presence.deliver("a", 2);
			return heard.includes(2);
		});
		await proxy.close();
	});

	it("[E10] delivering tells how many listen, and rejects while Redis is gone", async () => {
		assert.equal(await presence.deliver("nobody", 1), 0);
		await redis.server.kill();
		await until(() => !link.isReady);
		await assert.rejects(presence.deliver("nobody", 1));
	});

	it("[E10] a message that makes a listener throw, or is none at all, harms nobody", async () => {
		await presence.subscribe("a", (message: unknown) => {
			const [method] = message as string[];
			assert.ok(method);
		});
		for (const rubbish of ["", "{", "null", "0", "{}"]) await link.client.publish("a", rubbish);
		await isHeard("b");
	});
});
