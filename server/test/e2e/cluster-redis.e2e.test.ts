/** Redis killed, emptied, frozen, cut off and full of rubbish, under people who vote. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import pg from "pg";
import { seededRandom } from "../simulation/random.ts";
import { ClusterUnderTest } from "../support/cluster-under-test.ts";
import { Crowd, calmTimers } from "../support/crowd.ts";
import { freshDatabaseUrl } from "../support/databases.ts";
import { seconds } from "../support/percentiles.ts";
import { SteadyVoting } from "../support/steady-voting.ts";
import { type ProxyMode, type TcpProxy, tcpProxy } from "../support/tcp-proxy.ts";
import { until, WireClient } from "../support/wire-client.ts";

const PEOPLE = 20;
const VOTES_PER_SECOND = 100;
/** Well below what a client waits for a seat. */
const REFUSED_WITHIN_MS = 10_000;
/** The goal is 6 s; this is for a busy machine. */
const BACK_WITHIN_MS = 18_000;
const RELISTED_WITHIN_MS = 15_000;
const OWNER = 0;
const OTHER = 1;

describe("Redis in trouble", function () {
	this.timeout(180_000);
	let cluster: ClusterUnderTest;
	/** Between each process and Redis. */
	let proxies: TcpProxy[];
	let database: pg.Client;
	let crowd: Crowd;
	let voting: SteadyVoting;
	let connections: string[];

	before(async () => {
		const databaseUrl = await freshDatabaseUrl();
		database = new pg.Client({ connectionString: databaseUrl });
		await database.connect();
		proxies = [];
		cluster = await ClusterUnderTest.start({
			processes: 2,
			databaseUrl,
			async redisUrl({ port }, process) {
				proxies[process] = await tcpProxy(port);
				return `redis://127.0.0.1:${proxies[process]?.port}`;
			},
		});
	});
	after(async () => {
		await cluster?.stop();
		await Promise.all(proxies.map((proxy) => proxy.close()));
		await database?.end();
		const refused = (line: string) => line.includes("The poll is moving");
		assert.deepEqual(
			cluster?.errors().filter((line) => !refused(line)),
			[],
		);
	});

	beforeEach(async () => {
		const { origin } = cluster.server(OWNER);
		crowd = await Crowd.gather(origin, PEOPLE + 10, seededRandom(1), calmTimers);
		await crowd.join(PEOPLE);
		assert.equal(await cluster.ownerOf(crowd.poll.id), OWNER);
		connections = [];
		for (const session of crowd.sessions) {
			session.onConnection(({ status }) => connections.push(status));
		}
		voting = new SteadyVoting(crowd, VOTES_PER_SECOND, seededRandom(2));
	});
	afterEach(async () => {
		for (const proxy of proxies) proxy.mode = "forward";
		await voting?.stop();
		crowd?.leave();
	});

	function cut(process: number, mode: ProxyMode): void {
		const proxy = proxies[process];
		if (proxy !== undefined) proxy.mode = mode;
	}

	/** Nobody noticed, every vote was taken the first time, and one activation did it all. */
	async function nothingHappened(): Promise<void> {
		await voting.stop();
		await crowd.settle();
		assert.deepEqual([connections, crowd.closedWith, voting.report.refused], [[], [], 0]);
		assert.equal(crowd.receipts.length, crowd.sent.length);
		assert.deepEqual(await crowd.violations(), []);
		const { rows } = await database.query("SELECT epoch FROM polls WHERE id = $1", [crowd.poll.id]);
		assert.equal(rows[0]?.epoch, 1);
		assert.deepEqual(cluster.running, [OWNER, OTHER]);
	}

	let people = 0;
	function seat(process: number) {
		people += 1;
		const path = `/api/polls/${crowd.poll.code}/seats`;
		const claim = people % 2 === 0 ? { role: "viewer" } : { nickname: `Newcomer ${people}` };
		return new WireClient(cluster.origin(process)).http("POST", path, claim);
	}

	async function seatsWhileAway(): Promise<void> {
		const askedAt = performance.now();
		const [here, elsewhere] = await Promise.all([seat(OWNER), seat(OTHER)]);
		assert.equal(here.status, 200);
		assert.deepEqual([elsewhere.status, elsewhere.body.error.code], [503, "unavailable"]);
		assert.ok(performance.now() - askedAt < REFUSED_WITHIN_MS, "it hung");
	}

	async function seatsAgain(): Promise<number> {
		const backAt = performance.now();
		const answer = await until(async () => {
			const answer = await seat(OTHER);
			if (answer.status === 200) return answer;
			await pause(100);
			return undefined;
		}, 20_000);
		const backMs = performance.now() - backAt;
		assert.equal(answer.body.publicAddress, `127.0.0.1:${cluster.ports[OWNER]}`);
		assert.ok(backMs < BACK_WITHIN_MS, `joins elsewhere work after ${backMs} ms`);
		return backMs;
	}

	async function outage(lastsMs: number): Promise<void> {
		await cluster.redis.kill();
		const until = performance.now() + lastsMs;
		await pause(500);
		while (performance.now() < until - 2_000) {
			await seatsWhileAway();
			await pause(1_000);
		}
		await pause(until - performance.now());
		await cluster.redis.restart();
		console.log(`      seats elsewhere ${seconds(await seatsAgain())} after ${lastsMs / 1_000} s`);
		await pause(500);
	}

	it("[E7] away for 5 s and back empty: votes and joins where the room is go on, joins elsewhere soon", async () => {
		await outage(5_000);
		await nothingHappened();
	});

	it("[E7] away for 20 s and then for 50 s: the same, and no process ends", async () => {
		await outage(20_000);
		await outage(50_000);
		await nothingHappened();
	});

	it("[E8] emptied under running polls: their rooms are listed again, and nobody makes a second one", async () => {
		const client = new Redis(cluster.redis.url);
		await client.flushall();
		const flushedAt = performance.now();
		const whileUnlisted = await Promise.all([seat(OWNER), seat(OTHER), seat(OTHER)]);
		assert.deepEqual(
			whileUnlisted.map(({ status, body }) => [status, body.processId]),
			whileUnlisted.map(() => [200, whileUnlisted[0]?.body.processId]),
		);
		await until(async () => (await cluster.ownerOf(crowd.poll.id)) === OWNER, RELISTED_WITHIN_MS);
		console.log(`      listed again after ${seconds(performance.now() - flushedAt)}`);
		client.disconnect();
		await nothingHappened();
	});

	it("[E8] frozen for 8 s: votes go on, seats elsewhere are refused in time and come back", async () => {
		await cluster.redis.kill("SIGSTOP");
		const until = performance.now() + 8_000;
		while (performance.now() < until - 3_000) await seatsWhileAway();
		await pause(until - performance.now());
		await cluster.redis.kill("SIGCONT");
		await seatsAgain();
		await nothingHappened();
	});

	it("[E8] in a black hole for another process: votes go on, no second room is made, seats come back", async () => {
		cut(OTHER, "black-hole");
		const until = performance.now() + 6_000;
		while (performance.now() < until) {
			assert.equal((await seat(OWNER)).status, 200);
			assert.equal((await seat(OTHER)).status, 503);
		}
		cut(OTHER, "forward");
		await seatsAgain();
		await nothingHappened();
	});

	it("[E8] in a black hole for the owner: it counts as dead, the poll moves, and no vote is lost", async () => {
		cut(OWNER, "black-hole");
		await until(async () => (await seat(OTHER)).status === 200);
		await until(() => crowd.closedWith.length > 0);
		cut(OWNER, "forward");
		await until(async () => (await seat(OWNER)).status === 200);
		assert.equal(await cluster.ownerOf(crowd.poll.id), OTHER);
		await voting.stop();
		await crowd.settle();
		assert.deepEqual([[...new Set(crowd.closedWith)], voting.report.refused], [[4100], 0]);
		assert.deepEqual(await crowd.violations(), []);
	});

	it("[E8] full of rubbish on every channel: nothing happens", async () => {
		const client = new Redis(cluster.redis.url);
		const channels = (await client.pubsub("CHANNELS", "*")) as string[];
		assert.ok(channels.some((channel) => channel.startsWith("plenum:calls:")));
		for (const channel of channels) {
			for (const message of RUBBISH) await client.publish(channel, message);
		}
		client.disconnect();
		await pause(500);
		assert.deepEqual([(await seat(OWNER)).status, (await seat(OTHER)).status], [200, 200]);
		await nothingHappened();
	});
});

const RUBBISH = [
	"",
	"{",
	"null",
	"0",
	'"beat"',
	"[]",
	"[null]",
	'["_reserveSeat"]',
	"{}",
	'{"kind":"call"}',
	'{"kind":"call","id":1,"from":"nobody","request":null}',
	'{"kind":"call","id":1,"from":"nobody","request":{"kind":"seat","pollId":"x","auth":{"role":"host"}}}',
	'{"kind":"call","id":1,"from":"nobody","request":{"kind":"close","pollId":{},"code":4102}}',
	'{"kind":"answer","id":1,"value":{"roomId":1}}',
	'{"kind":"answer","id":"1"}',
	'{"__proto__":{"kind":"call"},"constructor":{}}',
	"x".repeat(100_000),
];
