/**
 * Fifty people ask two processes at once for a seat in a poll that sleeps, over and over, with a
 * database at every distance: however long an activation takes, there is one room and one writer.
 */
import assert from "node:assert/strict";
import { Client, type SeatReservation } from "@colyseus/sdk";
import pg from "pg";
import { ClusterUnderTest } from "../support/cluster-under-test.ts";
import { freshDatabaseUrl } from "../support/databases.ts";
import { seconds } from "../support/percentiles.ts";
import { type TcpProxy, tcpProxy } from "../support/tcp-proxy.ts";
import { until, WireClient } from "../support/wire-client.ts";

const SEATS = 50;
/** The database's distance, there and back, and how many rounds at it: a hundred together. */
const ROUNDS = [
	{ distanceMs: 0, rounds: 80 },
	{ distanceMs: 20, rounds: 14 },
	{ distanceMs: 200, rounds: 4 },
	{ distanceMs: 600, rounds: 1 },
	{ distanceMs: 1_500, rounds: 1 },
];

describe("a poll that sleeps, asked for everywhere at once", function () {
	this.timeout(180_000);
	let cluster: ClusterUnderTest;
	let proxy: TcpProxy;
	let database: pg.Client;

	before(async () => {
		const direct = new URL(await freshDatabaseUrl());
		database = new pg.Client({ connectionString: direct.href });
		await database.connect();
		proxy = await tcpProxy(Number(direct.port));
		const slow = new URL(direct);
		slow.port = String(proxy.port);
		cluster = await ClusterUnderTest.start({ processes: 2, databaseUrl: slow.href });
	});
	after(async () => {
		await cluster?.stop();
		await proxy?.close();
		await database?.end();
	});

	it(`[E3] gets one room and one activation from ${SEATS} seats asked on two processes, a hundred times`, async () => {
		const owners = new Set<string>();
		for (const { distanceMs, rounds } of ROUNDS) {
			const startedAt = performance.now();
			for (let round = 0; round < rounds; round += 1) {
				proxy.delayMs = 0;
				const clients = cluster.running.map((process) => new WireClient(cluster.origin(process)));
				const form = { question: "?", options: ["a", "b"], settings: { capacity: SEATS } };
				const poll = await clients[round % 2]?.create(form);
				const { code = "", id = "" } = poll ?? {};
				proxy.delayMs = distanceMs / 2;
				// From round to round another process is asked first.
				const asked = Array.from({ length: SEATS }, (_, seat) =>
					seatFor(cluster.origin((seat + round) % 2), code, `Person ${seat}`),
				);
				const seats = await Promise.all(asked);
				proxy.delayMs = 0;
				const rooms = new Set(seats.map(({ processId, roomId }) => `${processId} ${roomId}`));
				assert.deepEqual([rooms.size, await epochOf(id)], [1, 1], `${[...rooms]}`);
				for (const room of rooms) owners.add(room.split(" ")[0] ?? "");
				if (round === 0) await enterAll(seats);
				assert.equal(await epochOf(id), 1);
			}
			const each = seconds((performance.now() - startedAt) / rounds);
			console.log(`      ${rounds} rounds at ${distanceMs} ms: ${each} each`);
		}
		assert.equal(owners.size, 2, "only one process was ever faster: this proves little");
		assert.deepEqual(cluster.errors(), []);
	});

	/** Asks again when told to, as clients do: a database may be too far for so many at once. */
	async function seatFor(origin: string, code: string, nickname: string): Promise<SeatReservation> {
		const client = new WireClient(origin);
		return until(async () => {
			const answer = await client.http("POST", `/api/polls/${code}/seats`, { nickname });
			assert.ok([200, 503].includes(answer.status), answer.text);
			return answer.status === 200 ? answer.body : undefined;
		}, 30_000);
	}

	/** Once it was activated at all. */
	async function epochOf(pollId: string): Promise<number> {
		return until(async () => {
			const { rows } = await database.query("SELECT epoch FROM polls WHERE id = $1", [pollId]);
			return Number(rows[0]?.epoch);
		});
	}

	async function enterAll(seats: readonly SeatReservation[]): Promise<void> {
		const client = new Client(cluster.origin(0));
		const entering = seats.map((seat) =>
			client.consumeSeatReservation<{ participants: number }>(seat),
		);
		const rooms = await Promise.all(entering);
		for (const room of rooms) room.reconnection.enabled = false;
		for (const room of rooms) await until(() => room.state.participants === SEATS);
		await Promise.all(rooms.map((room) => room.leave()));
	}
});
