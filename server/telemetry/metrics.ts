/**
 * Every metric there is. Labels come from lists in the code, never from people: no code, name or
 * id, so that the number of series does not grow with use.
 */
import { collectDefaultMetrics } from "prom-client";
import type { LimitKind } from "../limits/limit-exceeded.ts";
import type { Shed } from "../resilience/overload.ts";
import { instruments } from "./instruments.ts";
import { requestOutcomes } from "./room-events.ts";

/** Labels that are there from the start: a rate needs a zero to rise from. */
const limitKinds: Readonly<Record<LimitKind, 0>> = {
	lookups: 0,
	guessing: 0,
	creating: 0,
	reading: 0,
	seats: 0,
	"poll-seats": 0,
	messages: 0,
	unanswered: 0,
	flood: 0,
	sockets: 0,
	"silent-connections": 0,
	"slow-reader": 0,
};
const shedKinds: Readonly<Record<Shed, 0>> = { new: 0, viewer: 0, returning: 0 };

/** Seconds. A receipt takes one commit: milliseconds on a quiet disk, and 8 s is its deadline. */
const ANSWERS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8];
/** Seconds of one call to a dependency; the statements' own deadline is 2 s, the client's 4 s. */
const CALLS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4];
/** Seconds to encode and write one patch to everyone in a room: 18 ms for a thousand clients. */
const PATCHES = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25];
/** Seconds from nothing to a live poll, the reading of 10,000 votes included. */
const ACTIVATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8];
/** Seconds without an owner: half a second with an orderly hand-over, tens with a dead machine. */
const RECOVERIES = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 60];
/** A batch is bounded at 500 rows. */
const BATCHES = [1, 2, 5, 10, 25, 50, 100, 200, 350, 500];

/** One set of metrics with a registry of its own; nothing is global. */
export type Metrics = ReturnType<typeof createMetrics>;

/** @param version of the program, for `plenum_build_info`. */
export function createMetrics(version: string) {
	const { registry, counter, tally, gauge, histogram } = instruments();
	collectDefaultMetrics({ register: registry });

	const metrics = {
		registry,

		httpRequests: counter(
			"http_requests_total",
			"HTTP requests answered, by route pattern, method and class of the status.",
			"route",
			"method",
			"class",
		),
		httpDuration: histogram(
			"http_request_duration_seconds",
			"From the request line to the end of the answer.",
			ANSWERS,
			"route",
		),
		errors: counter(
			"errors_total",
			"Failed requests, over HTTP and in rooms: client (ours to refuse), server, timeout.",
			"class",
		),

		connections: gauge("connections", "People connected to rooms of this process.", "role"),
		rooms: gauge("rooms", "Rooms of this process, live or on their way."),
		pollsLive: gauge("polls_live", "Polls that this process owns and answers for."),
		seats: counter("seats_total", "Answers to requests for a seat.", "outcome"),
		joins: counter("joins_total", "Seats taken up in a room, or why not.", "outcome"),
		requests: counter(
			"room_requests_total",
			"Requests in rooms except votes, by type and outcome.",
			"type",
			"outcome",
		),

		votes: tally(
			"votes_total",
			"Votes answered: accepted, repeated, or why not.",
			"outcome",
			requestOutcomes,
		),
		voteAck: histogram("vote_ack_duration_seconds", "From a vote's frame to its answer.", ANSWERS),
		votesReceived: counter(
			"votes_received_total",
			"New votes accepted by a poll and queued for the journal.",
		),
		votesCommitted: counter(
			"votes_committed_total",
			"Votes that the database confirmed for polls that still own their epoch.",
		),
		votesShown: counter("votes_shown_total", "Committed votes folded into what people see."),
		votesHandedBack: counter(
			"votes_handed_back_total",
			"Votes whose poll left this process before they were answered; their outboxes resend them.",
		),

		commitDuration: histogram(
			"commit_duration_seconds",
			"One statement of group commit, from sending to its answer.",
			CALLS,
		),
		commitRows: histogram("commit_batch_rows", "Rows of one committed batch.", BATCHES),
		journalRows: gauge("journal_queue_rows", "Entries decided and not yet durable."),
		journalBytes: gauge("journal_queue_bytes", "Bytes of the entries not yet durable."),
		journalOldest: gauge("journal_oldest_seconds", "Age of the oldest entry not yet durable."),
		journalUnknown: counter(
			"journal_unknown_batches_total",
			"Batches sent again because their answer was lost.",
		),
		journalRetried: counter(
			"journal_retried_batches_total",
			"Batches sent again because the database rolled them back.",
		),
		journalFenced: counter(
			"journal_fenced_polls_total",
			"Polls that lost their epoch to another owner while they had something to write.",
		),
		journalPoisoned: counter(
			"journal_poisoned_polls_total",
			"Polls ended because the database refused one of their rows for good.",
		),
		storageDelayed: gauge("storage_delayed", "1 while saving votes is delayed, else 0."),

		activations: counter("activations_total", "Polls brought to life here, by reason.", "reason"),
		activationFailures: counter(
			"activation_failures_total",
			"Polls that could not be brought to life.",
		),
		activationDuration: histogram(
			"activation_duration_seconds",
			"From taking the epoch to a live poll, the reading of its journal included.",
			ACTIVATIONS,
		),
		recoveryDuration: histogram(
			"recovery_duration_seconds",
			"From the loss of a poll's owner to the poll being live again here.",
			RECOVERIES,
		),

		dbPool: gauge("db_pool", "Connections of the database pool, and who waits for one.", "state"),
		dbPoolMax: gauge("db_pool_max", "Connections the pool may open."),
		dbUp: gauge("db_up", "1 when the database answered the last check."),
		dbQueryDuration: histogram(
			"db_query_duration_seconds",
			"Statements by the connections they went through; failed ones included.",
			CALLS,
			"pool",
		),
		circuitState: gauge(
			"circuit_state",
			"A circuit breaker: 0 closed, 1 half open, 2 open.",
			"name",
		),
		redisUp: gauge("redis_up", "1 when Redis answered the last check; absent without Redis."),
		redisDuration: histogram(
			"redis_command_duration_seconds",
			"Redis commands; failed ones included.",
			CALLS,
		),

		loopLag: gauge(
			"event_loop_lag_seconds",
			"How late the event loop was over the last seconds.",
			"quantile",
		),
		patchDuration: histogram(
			"patch_duration_seconds",
			"Encoding one patch and writing it to everyone in the room.",
			PATCHES,
		),
		patchBytes: counter("patch_bytes_total", "Bytes of patches, once for every client."),
		patches: counter("patches_total", "Patches sent, once for every room."),
		retentionDeleted: counter(
			"retention_deleted_total",
			"What had outlived its time and was deleted: polls, audit_rows.",
			"kind",
		),
		shed: counter("shed_requests_total", "Refused to protect those who vote.", "kind"),
		rateLimited: counter("rate_limited_total", "Refused by a rate limit.", "kind"),
		draining: gauge("draining", "1 while this process hands its polls over, else 0."),
		buildInfo: gauge("build_info", "1, with what is running as labels.", "version", "node"),
	};

	for (const kind of Object.keys(limitKinds)) metrics.rateLimited.inc({ kind }, 0);
	for (const kind of Object.keys(shedKinds)) metrics.shed.inc({ kind }, 0);
	for (const kind of ["polls", "audit_rows"]) metrics.retentionDeleted.inc({ kind }, 0);
	metrics.buildInfo.set({ version, node: process.version }, 1);
	// A gauge without labels starts at 0, which would be a dead Redis where there is none.
	metrics.redisUp.remove();
	metrics.dbUp.remove();
	return metrics;
}
