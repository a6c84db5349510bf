/**
 * The main promise: the server is killed with -9 twenty times while a hundred people vote, and is
 * started again on the same port and data. `KILL_SEED` repeats the moments of a run.
 */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../../ops/services/free-port.ts";
import { type Random, seededRandom } from "../simulation/random.ts";
import { Crowd } from "../support/crowd.ts";
import { databaseEnvironments } from "../support/databases.ts";
import { type ServerUnderTest, startServer } from "../support/server-under-test.ts";

const KILLS = 20;
const PEOPLE = 100;
/** So many of them come in only while the server is being killed. */
const LATECOMERS = 30;
const LATECOMERS_PER_KILL = 5;
/** Each comes within this time of a kill. */
const LATE_MS = 1_300;
/**
 * A kill comes so many votes after the first one of each life, or twice that, or three times, up to the
 * number of kills: in the middle of everybody's return, or after it, and in the end they are enough.
 */
const VOTES_APART = 8;
/** At whatever moment of a commit. */
const PHASE_MS = 20;
// Ends the loop before mocha gives up on it: a loop that nobody waits for would start yet another server.
const KILLING_MS_MAX = 360_000;

describe("kill -9", function () {
	this.timeout(600_000);
	let server: ServerUnderTest | undefined;
	let crowd: Crowd | undefined;

	afterEach(async () => {
		crowd?.leave();
		await server?.kill("SIGKILL");
	});

	for (const [name, database] of Object.entries(databaseEnvironments)) {
		it(`[X1] killed ${KILLS} times while ${PEOPLE} people vote, it loses nothing and counts nothing twice, on ${name}`, async () => {
			const seed = Number(process.env["KILL_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
			const random = seededRandom(seed);
			console.log(`      seed ${seed}`);
			const environment = { ...(await database()), PORT: String(await freePort()) };
			server = await startServer(environment);
			crowd = await Crowd.gather(server.origin, PEOPLE, seededRandom(seed + 1));
			await crowd.join(PEOPLE - LATECOMERS);
			crowd.startVoting();

			const lives = shuffled(
				Array.from({ length: KILLS }, (_, number) => number * VOTES_APART),
				random,
			);
			const joining: Promise<void>[] = [];
			const outagesMs: number[] = [];
			const beganAt = performance.now();
			for (const votes of lives) {
				if (joining.length * LATECOMERS_PER_KILL < LATECOMERS) {
					joining.push(joinSoon(crowd, random.between(0, LATE_MS)));
				}
				await crowd.moreReceipts(votes);
				await pause(random.between(0, PHASE_MS));
				assert.ok(performance.now() - beganAt < KILLING_MS_MAX, "the kills take too long");
				const killedAt = performance.now();
				assert.equal(await server.kill("SIGKILL"), "SIGKILL");
				const back = crowd.firstReceipt(performance.now());
				server = await startServer(environment);
				outagesMs.push((await back).receivedAt - killedAt);
			}
			await Promise.all(joining);
			const settling = performance.now();
			await crowd.settle();

			report(crowd, outagesMs, performance.now() - settling);
			assert.deepEqual((await crowd.violations()).slice(0, 10), []);
			assert.deepEqual(await crowd.registrations(), [PEOPLE, PEOPLE, PEOPLE]);
			assert.ok(crowd.receipts.length > KILLS * 50, "too few votes to mean anything");
		});
	}
});

function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
	const drawn = items.map((item) => ({ item, lot: random.next() }));
	return drawn.sort((a, b) => a.lot - b.lot).map(({ item }) => item);
}

async function joinSoon(crowd: Crowd, inMs: number): Promise<void> {
	await pause(inMs);
	await crowd.join(LATECOMERS_PER_KILL);
}

function report(crowd: Crowd, outagesMs: number[], settledMs: number): void {
	const sorted = outagesMs.map((ms) => ms / 1000).sort((a, b) => a - b);
	const seconds = (value = 0) => `${value.toFixed(2)} s`;
	const pictures = crowd.screens.reduce((sum, screen) => sum + screen.pictures.length, 0);
	console.log(
		`      ${outagesMs.length} kills, ${crowd.receipts.length} votes acknowledged, ${pictures} pictures; ` +
			`from kill to next vote: median ${seconds(sorted[sorted.length >> 1])}, ` +
			`worst ${seconds(sorted.at(-1))}; all settled after ${seconds(settledMs / 1000)}`,
	);
}
