/** The state of this process in one object, read from the metrics: the page and Prometheus agree. */
import assert from "node:assert/strict";
import type { Metrics } from "./metrics.ts";

export interface PollLoad {
	readonly pollId: string;
	/** By which its people know it. */
	readonly code: string;
	readonly connections: number;
	readonly participants: number;
	/** Entries decided and not yet durable. */
	readonly waiting: number;
}

export interface ProcessStatus {
	readonly process: string;
	readonly version: string;
	/** ms since 1970. */
	readonly at: number;
	readonly uptimeSeconds: number;
	readonly isDraining: boolean;
	readonly storage: "ok" | "delayed";
	readonly votes: {
		readonly received: number;
		readonly committed: number;
		readonly shown: number;
		/** Their poll left this process before they were answered; outboxes resend them. */
		readonly handedBack: number;
		/** Received and still on their way. */
		readonly onTheirWay: number;
		/** Votes that are missing somewhere although nothing is on its way; 0 in a sound system. */
		readonly outOfStep: number;
	};
	/** Since the start; `counts[i]` answers took at most `boundsSeconds[i]`, and `total` are all. */
	readonly acks: {
		readonly boundsSeconds: readonly number[];
		readonly counts: readonly number[];
		readonly total: number;
	};
	readonly connections: Readonly<Record<string, number>>;
	readonly rooms: number;
	readonly pollsLive: number;
	readonly polls: readonly PollLoad[];
	readonly journal: {
		readonly rows: number;
		readonly bytes: number;
		readonly oldestSeconds: number;
		readonly unknown: number;
		readonly retried: number;
		readonly fenced: number;
		readonly poisoned: number;
	};
	/** `redis` is absent where there is none. */
	readonly dependencies: Readonly<Record<string, "up" | "down">>;
	/** By state; empty where there is no pool. */
	readonly pool: Readonly<Record<string, number>>;
	/** Seconds by quantile. */
	readonly eventLoop: Readonly<Record<string, number>>;
	readonly memoryBytes: number;
	readonly errors: Readonly<Record<string, number>>;
}

export interface StatusParts {
	readonly metrics: Metrics;
	/** Brings the gauges up to date. */
	readonly refresh: () => Promise<void>;
	readonly process: string;
	readonly version: string;
	readonly wallClock: () => number;
	/** The polls of this process with most connections, the fullest first. */
	readonly polls: () => readonly PollLoad[];
}

/** So many polls are listed; the others are in the sums. */
const POLLS_LISTED_MAX = 20;

export async function readStatus(parts: StatusParts): Promise<ProcessStatus> {
	await parts.refresh();
	const values = await valuesByName(parts.metrics);
	// Nothing is awaited below: all numbers are of one moment.
	const one = (name: string) => values(name)[0]?.value ?? 0;
	const by = (name: string, label: string) =>
		Object.fromEntries(values(name).map(({ labels, value }) => [labels[label] ?? "", value]));
	return {
		process: parts.process,
		version: parts.version,
		at: parts.wallClock(),
		uptimeSeconds: Math.round(process.uptime()),
		isDraining: one("draining") === 1,
		storage: one("storage_delayed") === 1 ? "delayed" : "ok",
		votes: votesOf(one),
		acks: acksOf(values("vote_ack_duration_seconds")),
		connections: by("connections", "role"),
		rooms: one("rooms"),
		pollsLive: one("polls_live"),
		polls: parts.polls().slice(0, POLLS_LISTED_MAX),
		journal: {
			rows: one("journal_queue_rows"),
			bytes: one("journal_queue_bytes"),
			oldestSeconds: one("journal_oldest_seconds"),
			unknown: one("journal_unknown_batches_total"),
			retried: one("journal_retried_batches_total"),
			fenced: one("journal_fenced_polls_total"),
			poisoned: one("journal_poisoned_polls_total"),
		},
		dependencies: {
			database: upOrDown(one("db_up")),
			...(values("redis_up").length > 0 && { redis: upOrDown(one("redis_up")) }),
		},
		pool: by("db_pool", "state"),
		eventLoop: by("event_loop_lag_seconds", "quantile"),
		memoryBytes: process.memoryUsage.rss(),
		errors: by("errors_total", "class"),
	};
}

interface Value {
	readonly value: number;
	readonly labels: Readonly<Partial<Record<string, string | number>>>;
	/** Of a histogram: the name with `_bucket`, `_sum` or `_count`. */
	readonly metricName?: string;
}

async function valuesByName({ registry }: Metrics): Promise<(name: string) => readonly Value[]> {
	const metrics = new Map(
		(await registry.getMetricsAsJSON()).map(({ name, values }) => [name, values]),
	);
	return (name) => {
		const values = metrics.get(`plenum_${name}`);
		assert(values, `there is no metric plenum_${name}`);
		return values;
	};
}

function votesOf(one: (name: string) => number): ProcessStatus["votes"] {
	const received = one("votes_received_total");
	const committed = one("votes_committed_total");
	const shown = one("votes_shown_total");
	const handedBack = one("votes_handed_back_total");
	const missing = received - handedBack - committed;
	const isQuiet = one("journal_queue_rows") === 0;
	return {
		received,
		committed,
		shown,
		handedBack,
		onTheirWay: isQuiet ? 0 : Math.max(0, missing),
		outOfStep: (isQuiet ? Math.abs(missing) : 0) + Math.abs(committed - shown),
	};
}

function acksOf(values: readonly Value[]): ProcessStatus["acks"] {
	const buckets = values.filter(({ labels }) => typeof labels["le"] === "number");
	return {
		boundsSeconds: buckets.map(({ labels }) => Number(labels["le"])),
		counts: buckets.map(({ value }) => value),
		total: values.find(({ metricName }) => metricName?.endsWith("_count"))?.value ?? 0,
	};
}

function upOrDown(value: number): "up" | "down" {
	return value === 1 ? "up" : "down";
}
