import assert from "node:assert/strict";
import { type IRoomCache, initializeRoomCache, LocalPresence, matchMaker } from "@colyseus/core";
import { RedisUnderTest } from "../test/support/redis-under-test.ts";
import { type VirtualTimers, virtualTimers } from "../test/support/virtual-timers.ts";
import { until } from "../test/support/wire-client.ts";
import { PollDriver } from "./poll-driver.ts";
import type { RedisLink } from "./redis-link.ts";

const ROOM = "poll-1";
const OTHER = "another process";

describe("the listings in Redis", function () {
	this.timeout(60_000);
	let redis: RedisUnderTest;
	let link: RedisLink;
	let driver: PollDriver;
	let timers: VirtualTimers;

	before(async () => {
		redis = await RedisUnderTest.start();
		link = await redis.link();
		timers = virtualTimers();
		driver = new PollDriver(link.client, timers);
		// Gives this process its id, by which the driver knows what is its own.
		await matchMaker.setup(new LocalPresence(), driver);
	});
	after(async () => {
		await driver?.shutdown();
		await redis?.stop();
	});
	beforeEach(() => link.client.flushall());

	const here = () => matchMaker.processId;
	const listing = (processId: string): IRoomCache =>
		initializeRoomCache({ name: "poll", roomId: ROOM, processId });
	/** What was to be written within a second is: commands of one link are answered in their order. */
	const written = async () => {
		await timers.advance(1_000);
		await link.client.ping();
	};
	const isListedBy = async (processId: string | undefined) =>
		assert.equal(await driver.ownerOf(ROOM), processId);

	it("[E9] of twins that claim an id at once one gets it, and nobody else while it is listed", async () => {
		const claims = await Promise.all(
			Array.from({ length: 20 }, async (_, process) => {
				const twin = new PollDriver((await redis.link()).client, timers);
				return twin.insert(listing(`process ${process}`));
			}),
		);
		assert.equal(claims.filter((isClaimed) => isClaimed).length, 1);
		const winner = await driver.ownerOf(ROOM);
		assert.equal(await driver.insert(listing(OTHER)), false);
		assert.equal(await driver.persist(listing(OTHER), true), false);
		await isListedBy(winner);
	});

	it("[E9] an update restores a listing that was lost and never overwrites another owner's", async () => {
		const mine = listing(here());
		await driver.update(mine, { $inc: { clients: 3 }, $set: { locked: true } });
		assert.deepEqual([mine.clients, mine.locked], [3, true]);
		await written();
		await isListedBy(here());
		const restored = JSON.parse((await link.client.hget("roomcaches", ROOM)) ?? "{}");
		assert.deepEqual([restored.clients, restored.locked], [3, true]);

		await link.client.flushall();
		await driver.insert(listing(OTHER));
		const before = await link.client.hget("roomcaches", ROOM);
		await driver.update(mine, { $inc: { clients: 1 } });
		await written();
		assert.equal(await link.client.hget("roomcaches", ROOM), before);
	});

	it("[M16] what a room is told to list is written once a second at most, and never over another owner's", async () => {
		const mine = listing(here());
		await driver.insert(mine);
		const claimed = await link.client.hget("roomcaches", ROOM);
		for (let participants = 1; participants <= 100; participants += 1) {
			mine.metadata = { participants };
			assert.equal(await driver.persist(mine), true);
		}
		assert.equal(await link.client.hget("roomcaches", ROOM), claimed);
		await written();
		const listed = JSON.parse((await link.client.hget("roomcaches", ROOM)) ?? "{}");
		assert.equal(listed.metadata?.participants, 100);

		await link.client.flushall();
		await driver.insert(listing(OTHER));
		await driver.persist(mine);
		await written();
		await isListedBy(OTHER);
	});

	it("[E9] a listing that was removed is not written again by an update from before", async () => {
		const mine = listing(here());
		await driver.insert(mine);
		await driver.update(mine, { $inc: { clients: 1 } });
		assert.equal(await driver.remove(ROOM), true);
		await written();
		await isListedBy(undefined);
	});

	it("[E9] removing, releasing and cleaning up take away only the owner's own", async () => {
		await driver.insert(listing(OTHER));
		assert.equal(await driver.remove(ROOM), false);
		assert.equal(await driver.release(ROOM, here()), false);
		await driver.cleanup(here());
		await isListedBy(OTHER);
		assert.equal(await driver.release(ROOM, OTHER), true);
		await isListedBy(undefined);
		await driver.insert(listing(here()));
		await driver.cleanup(OTHER);
		await isListedBy(here());
		await driver.cleanup(here());
		await isListedBy(undefined);
		assert.equal(await driver.remove(undefined), false);
	});

	it("[E9] a query that failed is not kept: the next one asks Redis again", async () => {
		await driver.insert(listing(OTHER));
		link.client.disconnect(true);
		await assert.rejects(driver.query({ name: "poll" }));
		await assert.rejects(driver.query({}));
		await until(() => !link.isReady);
		await until(() => link.isReady);
		assert.deepEqual(
			(await driver.query({ name: "poll" })).map(({ roomId }) => roomId),
			[ROOM],
		);
		assert.equal((await driver.query({})).length, 1);
	});

	it("[E9] while Redis is away nothing is claimed, removed or known, and nothing hangs", async () => {
		await redis.server.kill();
		await until(() => !link.isReady);
		assert.equal(await driver.insert(listing(OTHER)), false);
		assert.equal(await driver.remove(ROOM), false);
		assert.equal(await driver.release(ROOM, OTHER), false);
		assert.equal(await driver.update(listing(here()), { $inc: { clients: 1 } }), true);
		await driver.cleanup(here());
		await assert.rejects(driver.ownerOf(ROOM));
		await redis.server.restart();
		await until(() => link.isReady);
		assert.equal(await driver.insert(listing(here())), true);
	});
});
