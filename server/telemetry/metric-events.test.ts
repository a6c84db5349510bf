import { deepEqual, equal, ok } from "node:assert/strict";
import type { ParticipantId, PollId } from "../../schema/ids.ts";
import type { GroupCommitEvent } from "../journal/commit-events.ts";
import { meterJournalEvents, meterRoomEvents } from "./metric-events.ts";
import { createMetrics } from "./metrics.ts";
import { observeAll, type RequestOutcome, type RoomEvent, VOTE_RECEIVED } from "./room-events.ts";
import { readStatus } from "./status.ts";

const requestId = "request-1";
const pollId = "0b6f1f3e-0000-4000-8000-000000000001" as PollId;
const cause = new Error("of a test");

function setup() {
	const metrics = createMetrics("test");
	const room = meterRoomEvents(metrics);
	const journal = meterJournalEvents(metrics);
	const text = async () => (await metrics.registry.metrics()).split("\n");
	return {
		metrics,
		room: (...events: RoomEvent[]) => events.forEach(room),
		journal: (...events: GroupCommitEvent[]) => events.forEach(journal),
		/** The value of a series as Prometheus would read it; `undefined` when it is not there. */
		async value(series: string): Promise<number | undefined> {
			const line = (await text()).find((each) => each.startsWith(`plenum_${series} `));
			return line === undefined ? undefined : Number(line.split(" ")[1]);
		},
		text,
	};
}

function answered(
	outcome: RequestOutcome,
	request: (RoomEvent & { type: "request-answered" })["request"] = "vote",
	ms = 3,
): RoomEvent {
	const participantId = "p1" as ParticipantId;
	return {
		type: "request-answered",
		requestId,
		pollId,
		participantId,
		request,
		outcome,
		ms,
	};
}

describe("events as metrics", () => {
	it("[M2] votes are counted where they are received, committed and shown", async () => {
		const { metrics, room, journal } = setup();
		const status = () =>
			readStatus({
				metrics,
				refresh: async () => {},
				process: "here",
				version: "test",
				wallClock: () => 0,
				polls: () => [],
			});
		room(VOTE_RECEIVED, VOTE_RECEIVED, VOTE_RECEIVED);
		metrics.journalRows.set(3);
		deepEqual((await status()).votes, {
			received: 3,
			committed: 0,
			shown: 0,
			handedBack: 0,
			onTheirWay: 3,
			outOfStep: 0,
		});
		journal({ kind: "votes-committed", votes: 2 });
		room({ type: "shown", votes: 2 });
		room({ type: "ended", pollId, reason: "fenced", cause, votesHandedBack: 1 });
		metrics.journalRows.set(0);
		const quiet = (await status()).votes;
		deepEqual([quiet.outOfStep, quiet.onTheirWay, quiet.handedBack], [0, 0, 1]);
		// Shown without a commit, and received without a trace: each is one.
		room({ type: "shown", votes: 1 });
		equal((await status()).votes.outOfStep, 1);
		room(VOTE_RECEIVED);
		equal((await status()).votes.outOfStep, 2);
	});

	it("[M3] an answered vote counts by its outcome, with its time", async () => {
		const { room, value } = setup();
		room(answered("accepted"), answered("repeated"), answered("question_not_open", "vote", 30));
		equal(await value('votes_total{outcome="accepted"}'), 1);
		equal(await value('votes_total{outcome="repeated"}'), 1);
		equal(await value('votes_total{outcome="question_not_open"}'), 1);
		equal(await value('votes_total{outcome="stale_revision"}'), 0);
		equal(await value("vote_ack_duration_seconds_count"), 3);
		equal(await value('vote_ack_duration_seconds_bucket{le="0.005"}'), 2);
		equal(await value('vote_ack_duration_seconds_bucket{le="0.05"}'), 3);
	});

	it("[M3] errors are the client's, ours or time's; an ordinary refusal is none", async () => {
		const { room, value } = setup();
		room(answered("invalid_input"), answered("forbidden", "open-question"));
		room(answered("unavailable"), { type: "bug", pollId, method: "vote", cause });
		room(answered("timed-out"));
		room(answered("question_not_open"), answered("stale_revision"), answered("poll_ended"));
		equal(await value('errors_total{class="client"}'), 2);
		equal(await value('errors_total{class="server"}'), 2);
		equal(await value('errors_total{class="timeout"}'), 1);
	});

	it("[M3] other requests count by type; one that does not exist is `other`", async () => {
		const { room, value } = setup();
		room(answered("accepted", "hello"));
		const asked = { pollId, requestId, participantId: undefined, request: undefined };
		room({ type: "request-answered", ...asked, outcome: "invalid_input", ms: 1 });
		equal(await value('room_requests_total{type="hello",outcome="accepted"}'), 1);
		equal(await value('room_requests_total{type="other",outcome="invalid_input"}'), 1);
	});

	it("[M3] seats, polls and patches", async () => {
		const { room, value } = setup();
		const role = "participant";
		const entered = { type: "seat-entered", pollId, requestId } as const;
		room({ ...entered, role }, { ...entered, role: "host" });
		room({ ...entered, role }, { type: "seat-left", role });
		room({ type: "seat-refused", pollId, code: "poll_full", requestId, address: "" });
		room({ type: "activated", pollId, epoch: 1, entries: 1 });
		room({ type: "activated", pollId, epoch: 2, entries: 1, ms: 40 });
		const takeover = { reason: "takeover", withoutOwnerMs: 700 } as const;
		room({ type: "activated", pollId, epoch: 3, entries: 1, ...takeover });
		room({ type: "activation-failed", pollId, cause });
		room({ type: "ended", pollId, reason: "closed", cause: undefined });
		room({ type: "patch-sent", ms: 4, bytes: 20, clients: 50 });
		equal(await value('connections{role="participant"}'), 1);
		equal(await value('connections{role="host"}'), 1);
		equal(await value('connections{role="viewer"}'), 0);
		equal(await value('joins_total{outcome="entered"}'), 3);
		equal(await value('joins_total{outcome="poll_full"}'), 1);
		equal(await value('activations_total{reason="first"}'), 1);
		equal(await value('activations_total{reason="woken"}'), 1);
		equal(await value('activations_total{reason="takeover"}'), 1);
		equal(await value("activation_failures_total"), 1);
		equal(await value("activation_duration_seconds_count"), 1);
		equal(await value("recovery_duration_seconds_sum"), 0.7);
		equal(await value("polls_live"), 2);
		equal(await value("patches_total"), 1);
		equal(await value("patch_bytes_total"), 1000);
	});

	it("[M3] the journal's answers", async () => {
		const { journal, value } = setup();
		const failed = { rows: 5, attempt: 0, waitMs: 50, cause };
		const poll = { pollId, epoch: 1, droppedRows: 2 };
		journal({ kind: "queue-depth", rows: 5, bytes: 100, oldestMs: 2 });
		journal({ kind: "batch-committed", batch: [], rows: 120, polls: 3, ms: 12 });
		journal({ kind: "batch-retried", ...failed }, { kind: "batch-unknown", ...failed });
		journal({ kind: "poll-fenced", ...poll }, { kind: "poll-poisoned", ...poll, cause });
		journal({ kind: "callback-failed", cause });
		equal(await value("commit_duration_seconds_sum"), 0.012);
		equal(await value('commit_batch_rows_bucket{le="100"}'), 0);
		equal(await value('commit_batch_rows_bucket{le="200"}'), 1);
		equal(await value("journal_retried_batches_total"), 1);
		equal(await value("journal_unknown_batches_total"), 1);
		equal(await value("journal_fenced_polls_total"), 1);
		equal(await value("journal_poisoned_polls_total"), 1);
		equal(await value('errors_total{class="server"}'), 1);
	});

	it("[M1] nothing of the people in the events reaches the text", async () => {
		const { room, journal, text } = setup();
		room(answered("accepted"), { type: "activated", pollId, epoch: 1, entries: 1 });
		journal({ kind: "poll-fenced", pollId, epoch: 1, droppedRows: 0 });
		ok(!(await text()).join().includes(pollId.slice(0, 8)));
	});

	it("[M4] an observer that throws harms neither the others nor who reports", () => {
		const heard: string[] = [];
		const all = observeAll(
			() => {
				throw cause;
			},
			({ type }) => heard.push(type),
		);
		all(VOTE_RECEIVED);
		deepEqual(heard, ["vote-received"]);
	});
});
