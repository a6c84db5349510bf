/** An owner that is stopped for fifteen seconds, or until it is replaced, and then goes on as if nothing had happened. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { Protocol } from "@colyseus/shared-types";
import pg from "pg";
import { seededRandom } from "../simulation/random.ts";
import type { ClusterUnderTest } from "../support/cluster-under-test.ts";
import { Crowd } from "../support/crowd.ts";
import { freshDatabaseUrl } from "../support/databases.ts";
import { type Front, startFrontedCluster } from "../support/front.ts";
import { seconds } from "../support/percentiles.ts";
import { RawSeat, seatUrl } from "../support/raw-seat.ts";
import { until, WireClient } from "../support/wire-client.ts";

const STOPPED_MS = 15_000;
const PEOPLE = 20;
/** Frames that tell of the poll. */
const SHOWS: readonly number[] = [
	Protocol.ROOM_STATE,
	Protocol.ROOM_STATE_PATCH,
	Protocol.ROOM_DATA,
	Protocol.ROOM_RESPONSE,
];
/** The goal is one second; this is for a busy machine. */
const SENT_AWAY_MS_MAX = 10_000;

describe("an owner that is stopped and goes on", function () {
	this.timeout(180_000);
	let cluster: ClusterUnderTest;
	let front: Front;
	let crowd: Crowd;
	let database: pg.Client;

	before(async () => {
		const databaseUrl = await freshDatabaseUrl();
		database = new pg.Client({ connectionString: databaseUrl });
		await database.connect();
		({ cluster, front } = await startFrontedCluster({ processes: 2, databaseUrl }));
	});
	after(async () => {
		crowd?.leave();
		await front?.stop();
		await cluster?.stop();
		await database?.end();
	});

	it("[E6] is replaced meanwhile; awake again it writes, shows and answers nothing, and sends its people away", async () => {
		crowd = await Crowd.gather(front.origin, PEOPLE + 1, seededRandom(1));
		await crowd.join(PEOPLE);
		crowd.startVoting();
		const owner = (await until(async () => [await cluster.ownerOf(crowd.poll.id)]))[0] ?? 0;
		const observer = await rawSeat(cluster.origin(owner));
		const frames: { readonly at: number; readonly kind: number | undefined }[] = [];
		observer.socket.on("message", (frame: Buffer) => {
			frames.push({ at: performance.now(), kind: frame[0] });
		});
		await until(() => frames.length > 0);

		cluster.signal(owner, "SIGSTOP");
		const stoppedAt = performance.now();
		const { receivedAt } = await crowd.firstReceipt(stoppedAt);
		console.log(`      first vote elsewhere ${seconds(receivedAt - stoppedAt)} after the stop`);
		await pause(STOPPED_MS - (performance.now() - stoppedAt));
		assert.equal(observer.socket.readyState, observer.socket.OPEN);
		assert.deepEqual(await epochs(), [2, 2]);

		// Sent while it sleeps: the first thing that it finds when it wakes.
		const answer = observer
			.request("vote", { questionId: "q1", choices: [0], revision: 1 })
			.then(({ status, value }) => (status === 0 && value?.seq > 0 ? "ok" : "refused"))
			.catch(() => "none");
		const wokenAt = performance.now();
		cluster.signal(owner, "SIGCONT");
		assert.equal(await observer.closed, 4100);
		const awayMs = performance.now() - wokenAt;
		console.log(`      its people were sent away ${seconds(awayMs)} after waking`);
		assert.ok(awayMs < SENT_AWAY_MS_MAX, `${awayMs} ms`);
		assert.notEqual(await answer, "ok");
		const shown = frames.filter(({ at, kind }) => at >= wokenAt && SHOWS.includes(kind ?? -1));
		assert.deepEqual(shown, []);

		await crowd.settle();
		assert.deepEqual(await crowd.violations(), []);
		const { rows } = await database.query(
			"SELECT count(*)::int AS late FROM journal j WHERE epoch = 1 AND seq > (SELECT min(seq) FROM journal WHERE epoch = 2 AND poll_id = j.poll_id)",
		);
		assert.deepEqual([rows[0]?.late, await epochs()], [0, [2, 2]]);
		assert.deepEqual(cluster.errors(), []);
	});

	async function rawSeat(origin: string): Promise<RawSeat> {
		const path = `/api/polls/${crowd.poll.code}/seats`;
		const { body } = await new WireClient(origin).http("POST", path, { nickname: "Observer" });
		const seat = new RawSeat(seatUrl(origin, body));
		await seat.joined;
		return seat;
	}

	/** As the database has it, and as the crowd's screens do. */
	async function epochs(): Promise<readonly unknown[]> {
		const { rows } = await database.query("SELECT epoch FROM polls WHERE id = $1", [crowd.poll.id]);
		const shown = crowd.screens.map(({ pictures }) => pictures.at(-1)?.epoch ?? 0);
		return [rows[0]?.epoch, Math.max(...shown)];
	}
});
