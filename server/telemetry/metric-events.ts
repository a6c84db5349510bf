/** Events of the core as numbers; the core knows of no metric. Per vote: two counters and one histogram. */
import { seatRefusalCodes } from "../../schema/refusals.ts";
import type { GroupCommitEvent } from "../journal/commit-events.ts";
import { assertNever } from "../lib/assert-never.ts";
import type { Metrics } from "./metrics.ts";
import {
	activationReasons,
	type RequestOutcome,
	type RoomEvent,
	type RoomObserver,
} from "./room-events.ts";

type Answered = RoomEvent & { readonly type: "request-answered" };

/** Refusals that mean trouble, by whose it is; a closed question or an old revision is none. */
const errorClasses: { readonly [Outcome in RequestOutcome]?: "client" | "server" | "timeout" } = {
	invalid_input: "client",
	question_not_found: "client",
	forbidden: "client",
	rate_limited: "client",
	unavailable: "server",
	"timed-out": "timeout",
};

export function meterRoomEvents(metrics: Metrics): RoomObserver {
	const { voteAck, votes, votesReceived, votesShown } = metrics;
	// Looked up once: resolving labels is most of what counting costs.
	const errors = children(["client", "server", "timeout"], (name) => metrics.errors.labels(name));
	const roles = children(["host", "participant", "viewer"], (role) =>
		metrics.connections.labels(role),
	);
	const joins = children(["entered", ...seatRefusalCodes], (code) => metrics.joins.labels(code));
	const activations = children(activationReasons, (reason) => metrics.activations.labels(reason));

	function answered({ request, outcome, ms }: Answered): void {
		if (request === "vote") {
			votes[outcome] += 1;
			voteAck.observe(ms / 1000);
		} else {
			metrics.requests.labels(request ?? "other", outcome).inc();
		}
		const errorClass = errorClasses[outcome];
		if (errorClass !== undefined) errors[errorClass].inc();
	}

	return (event) => {
		switch (event.type) {
			case "vote-received":
				return votesReceived.inc();
			case "request-answered":
				return answered(event);
			case "shown":
				return votesShown.inc(event.votes);
			case "patch-sent":
				metrics.patches.inc();
				metrics.patchBytes.inc(event.bytes * event.clients);
				return metrics.patchDuration.observe(event.ms / 1000);
			case "seat-entered":
				joins.entered.inc();
				return roles[event.role].inc();
			case "seat-left":
				return roles[event.role].dec();
			case "seat-refused":
				return joins[event.code].inc();
			case "activated": {
				const { epoch, ms, withoutOwnerMs, reason = epoch === 1 ? "first" : "woken" } = event;
				metrics.pollsLive.inc();
				activations[reason].inc();
				if (ms !== undefined) metrics.activationDuration.observe(ms / 1000);
				if (withoutOwnerMs !== undefined) metrics.recoveryDuration.observe(withoutOwnerMs / 1000);
				return;
			}
			case "activation-failed":
				return metrics.activationFailures.inc();
			case "ended":
				metrics.pollsLive.dec();
				return metrics.votesHandedBack.inc(event.votesHandedBack ?? 0);
			case "host-acted":
				return;
			case "bug":
				return errors.server.inc();
			default:
				return assertNever(event);
		}
	};
}

export function meterJournalEvents(metrics: Metrics): (event: GroupCommitEvent) => void {
	return (event) => {
		switch (event.kind) {
			case "batch-committed":
				metrics.commitRows.observe(event.rows);
				return metrics.commitDuration.observe(event.ms / 1000);
			case "votes-committed":
				return metrics.votesCommitted.inc(event.votes);
			case "batch-retried":
				return metrics.journalRetried.inc();
			case "batch-unknown":
				return metrics.journalUnknown.inc();
			case "poll-fenced":
				return metrics.journalFenced.inc();
			case "poll-poisoned":
				return metrics.journalPoisoned.inc();
			case "callback-failed":
				return metrics.errors.inc({ class: "server" });
			// Before a flush only; between flushes the queue is read when somebody asks.
			case "queue-depth":
				return;
			default:
				return assertNever(event);
		}
	};
}

/** The series of these labels, all there from the start: a rate needs a zero to rise from. */
function children<Label extends string, Child extends { inc(value?: number): void }>(
	labels: readonly Label[],
	childOf: (label: Label) => Child,
): { readonly [L in Label]: Child } {
	const entries = labels.map((label) => {
		const child = childOf(label);
		child.inc(0);
		return [label, child] as const;
	});
	// Object.fromEntries widens the keys; they are exactly `labels`.
	return Object.fromEntries(entries) as { readonly [L in Label]: Child };
}
