/** Processes are killed with -9 while people vote through the one origin in front of all of them. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../simulation/random.ts";
import type { ClusterUnderTest } from "../support/cluster-under-test.ts";
import { Crowd, calmTimers } from "../support/crowd.ts";
import { type Front, startFrontedCluster } from "../support/front.ts";
import { percentile, seconds } from "../support/percentiles.ts";
import { SteadyVoting } from "../support/steady-voting.ts";
import { until } from "../support/wire-client.ts";

/** `KILLS=50` for figures worth telling. */
const KILLS = Number(process.env["KILLS"] ?? 20);
const PEOPLE = 40;
const PROCESSES = 4;
/** Starting one takes longer than taking over from it: the next is killed while others still start. */
const SURVIVORS_MIN = 2;
/** From the first vote at the new owner to the next kill: into the middle of everybody's return, or after it. */
const VOTES_MAX = 100;
/** At whatever moment of a commit. */
const PHASE_MS = 20;
// Ends the loop before mocha gives up on it: a loop that nobody waits for would go on killing.
const KILLING_MS_MAX = 400_000;

describe("kill -9 of one of several processes", function () {
	this.timeout(600_000);
	let cluster: ClusterUnderTest;
	let front: Front;
	let crowd: Crowd | undefined;
	let voting: SteadyVoting | undefined;

	before(async () => {
		({ cluster, front } = await startFrontedCluster({ processes: PROCESSES }));
	});
	afterEach(async () => {
		await voting?.stop();
		crowd?.leave();
	});
	after(async () => {
		await front?.stop();
		await cluster?.stop();
	});

	it(`[E4] the owner, ${KILLS} times: the votes go on elsewhere, nothing lost, doubled or taken back`, async () => {
		const seed = Number(process.env["KILL_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
		console.log(`      seed ${seed}`);
		const random = seededRandom(seed);
		crowd = await Crowd.gather(front.origin, PEOPLE, seededRandom(seed + 1));
		await crowd.join(PEOPLE);
		crowd.startVoting();

		const outagesMs: number[] = [];
		const starting: Promise<unknown>[] = [];
		const beganAt = performance.now();
		for (let kill = 1; kill <= KILLS; kill += 1) {
			assert.ok(performance.now() - beganAt < KILLING_MS_MAX, "the kills take too long");
			await crowd.moreReceipts(random.int(0, VOTES_MAX));
			await pause(random.between(0, PHASE_MS));
			const owner = await ownerOf(crowd);
			await until(() => cluster.running.length > SURVIVORS_MIN, 60_000);
			const killedAt = performance.now();
			assert.equal(await cluster.kill(owner), "SIGKILL");
			const back = crowd.firstReceipt(performance.now());
			outagesMs.push((await back).receivedAt - killedAt);
			assert.notEqual(await ownerOf(crowd), owner);
			starting.push(cluster.startAgain(owner));
		}
		await Promise.all(starting);
		await crowd.settle();

		console.log(
			`      ${crowd.receipts.length} votes acknowledged, ${Math.round((performance.now() - beganAt) / 1_000)} s; ` +
				`from kill to next vote: median ${seconds(percentile(outagesMs, 0.5))}, p90 ${seconds(percentile(outagesMs, 0.9))}, p99 ${seconds(percentile(outagesMs, 0.99))}`,
		);
		assert.deepEqual((await crowd.violations()).slice(0, 10), []);
		assert.deepEqual(await crowd.registrations(), [PEOPLE, PEOPLE, PEOPLE]);
		assert.ok(crowd.receipts.length > KILLS * 20, "too few votes to mean anything");
	});

	it("[E5] another process: people of a poll whose owner lives see nothing of it", async () => {
		crowd = await Crowd.gather(front.origin, PEOPLE, seededRandom(1), calmTimers);
		await crowd.join(PEOPLE);
		const owner = await ownerOf(crowd);
		const connections: string[] = [];
		for (const session of crowd.sessions) {
			session.onConnection(({ status }) => connections.push(status));
		}
		voting = new SteadyVoting(crowd, 200, seededRandom(2));
		const others = cluster.running.filter((process) => process !== owner);
		for (const other of others) {
			await cluster.kill(other);
			await pause(500);
		}
		await Promise.all(others.map((other) => cluster.startAgain(other)));
		await voting.stop();
		await crowd.settle();

		console.log(`      longest wait for a receipt: ${seconds(voting.report.longestWaitMs)}`);
		assert.deepEqual([connections, crowd.closedWith], [[], []]);
		assert.equal(voting.report.refused, 0);
		assert.equal(crowd.receipts.length, crowd.sent.length, "a vote was sent twice or failed");
		assert.deepEqual(await crowd.violations(), []);
	});

	const ownerOf = async ({ poll }: Crowd): Promise<number> => {
		const owner = await until(async () => {
			const process = await cluster.ownerOf(poll.id);
			return process === undefined ? undefined : { process };
		});
		return owner.process;
	};
});
