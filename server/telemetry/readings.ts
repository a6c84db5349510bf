/** What is looked up when somebody asks, instead of being counted as it happens. */
import { within } from "../lib/deferred.ts";
import type { Timers } from "../lib/timers.ts";
import type { Metrics } from "./metrics.ts";

export interface QueueDepth {
	readonly rows: number;
	readonly bytes: number;
	/** Age of the oldest row; 0 when nothing waits. */
	readonly oldestMs: number;
}

export interface PoolLoad {
	readonly total: number;
	readonly idle: number;
	readonly waiting: number;
	readonly max: number;
}

export type CircuitState = "closed" | "half-open" | "open";

export interface Readings {
	readonly rooms: () => number;
	readonly journal: () => QueueDepth;
	readonly storage: () => "ok" | "delayed";
	readonly isDraining: () => boolean;
	/** Absent where there is no pool. */
	readonly pool?: () => PoolLoad;
	readonly circuits?: () => Readonly<Record<string, CircuitState>>;
	/** Each resolves when its dependency answers; without Redis there is no such check. */
	readonly checks: {
		readonly database: () => Promise<unknown>;
		readonly redis?: () => Promise<unknown>;
	};
}

/** Well below the 10 s that a scrape may take. */
const CHECK_WITHIN_MS = 1_000;

const circuitNumbers: { readonly [State in CircuitState]: number } = {
	closed: 0,
	"half-open": 1,
	open: 2,
};

/** Brings the gauges up to date; to be called before they are given out. Never rejects. */
export function refresher(metrics: Metrics, readings: Readings, timers: Timers) {
	return async (): Promise<void> => {
		const { database, redis } = readings.checks;
		const [dbUp, redisUp] = await Promise.all([
			answers(database, timers),
			redis === undefined ? undefined : answers(redis, timers),
		]);
		metrics.dbUp.set(dbUp ? 1 : 0);
		if (redisUp !== undefined) metrics.redisUp.set(redisUp ? 1 : 0);
		// After the last wait, so that all of them are of one moment.
		const { rows, bytes, oldestMs } = readings.journal();
		metrics.journalRows.set(rows);
		metrics.journalBytes.set(bytes);
		metrics.journalOldest.set(oldestMs / 1000);
		metrics.storageDelayed.set(readings.storage() === "delayed" ? 1 : 0);
		metrics.rooms.set(readings.rooms());
		metrics.draining.set(readings.isDraining() ? 1 : 0);
		for (const [name, state] of Object.entries(readings.circuits?.() ?? {})) {
			metrics.circuitState.set({ name }, circuitNumbers[state]);
		}
		if (readings.pool !== undefined) showPool(metrics, readings.pool());
	};
}

function showPool({ dbPool, dbPoolMax }: Metrics, { total, idle, waiting, max }: PoolLoad): void {
	dbPool.set({ state: "total" }, total);
	dbPool.set({ state: "idle" }, idle);
	dbPool.set({ state: "waiting" }, waiting);
	dbPoolMax.set(max);
}

async function answers(ask: () => Promise<unknown>, timers: Timers): Promise<boolean> {
	try {
		const answered = ask().then(() => true);
		return await within(CHECK_WITHIN_MS, timers, answered, () => false);
	} catch {
		return false;
	}
}
