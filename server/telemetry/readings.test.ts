import { deepEqual, equal } from "node:assert/strict";
import { settlePromises, virtualTimers } from "../test/support/virtual-timers.ts";
import { createMetrics } from "./metrics.ts";
import { type Readings, refresher } from "./readings.ts";

const sound: Readings = {
	rooms: () => 3,
	journal: () => ({ rows: 4, bytes: 500, oldestMs: 250 }),
	storage: () => "ok",
	isDraining: () => false,
	checks: { database: async () => 1 },
};

async function read(readings: Partial<Readings>) {
	const metrics = createMetrics("test");
	const timers = virtualTimers();
	const refreshed = refresher(metrics, { ...sound, ...readings }, timers)();
	await settlePromises();
	await timers.advance(1_000);
	await refreshed;
	const text = await metrics.registry.metrics();
	return (series: string) => {
		const line = text.split("\n").find((each) => each.startsWith(`plenum_${series} `));
		return line === undefined ? undefined : Number(line.split(" ")[1]);
	};
}

describe("readings", () => {
	it("[M5] gauges show the moment of asking", async () => {
		const value = await read({
			storage: () => "delayed",
			isDraining: () => true,
			pool: () => ({ total: 4, idle: 1, waiting: 2, max: 4 }),
			circuits: () => ({ redis: "half-open" }),
		});
		deepEqual(
			[
				value("rooms"),
				value("journal_queue_rows"),
				value("journal_queue_bytes"),
				value("journal_oldest_seconds"),
				value("storage_delayed"),
				value("draining"),
				value('db_pool{state="idle"}'),
				value('db_pool{state="waiting"}'),
				value("db_pool_max"),
				value('circuit_state{name="redis"}'),
			],
			[3, 4, 500, 0.25, 1, 1, 1, 2, 4, 1],
		);
	});

	it("[M5] a dependency is up when it answers; without Redis nothing is said of it", async () => {
		const value = await read({});
		deepEqual([value("db_up"), value("redis_up")], [1, undefined]);
	});

	const troubles: [what: string, ask: () => Promise<unknown>][] = [
		["rejects", () => Promise.reject(new Error("gone"))],
		["says nothing for a second", () => new Promise(() => {})],
		[
			"throws",
			() => {
				throw new Error("closed");
			},
		],
	];
	for (const [what, ask] of troubles) {
		it(`[M5] a dependency that ${what} is down, and the rest is still read`, async () => {
			const value = await read({ checks: { database: ask, redis: ask } });
			deepEqual([value("db_up"), value("redis_up")], [0, 0]);
			equal(value("rooms"), 3);
		});
	}
});
