/** Events of the core as log lines; the core knows of no log. */

import type { GroupCommitEvent } from "../journal/commit-events.ts";
import { assertNever } from "../lib/assert-never.ts";
import type { Log } from "./log.ts";
import type { RoomObserver } from "./room-events.ts";

export function logRoomEvents(log: Log): RoomObserver {
	return (event) => {
		switch (event.type) {
			case "activated": {
				const { type, ...fields } = event;
				return log.info(fields, "poll is live");
			}
			case "activation-failed":
				return log.error(
					{ pollId: event.pollId, err: event.cause },
					"poll could not be brought to life",
				);
			case "ended": {
				const { pollId, reason, votesHandedBack, cause: err } = event;
				if (reason === "closed") return log.info({ pollId }, "poll went to sleep");
				return log.warn({ pollId, reason, votesHandedBack, err }, "poll lost its room");
			}
			case "bug": {
				const { pollId, method, cause: err } = event;
				return log.error({ pollId, method, err }, "bug in a room");
			}
			case "seat-refused": {
				const { type, address, ...fields } = event;
				return log.debug(fields, "seat refused");
			}
			case "seat-entered": {
				const { type, ...fields } = event;
				return log.debug(fields, "seat taken");
			}
			case "request-answered": {
				if (!log.isLevelEnabled("debug")) return;
				const { type, ...fields } = event;
				return log.debug(fields, "request answered");
			}
			// The audit log tells of it, in the same stream.
			case "host-acted":
			case "seat-left":
			case "vote-received":
			case "shown":
			case "patch-sent":
				return;
			default:
				return assertNever(event);
		}
	};
}

/** What group commit has to tell people; its numbers are for the metrics. */
export function logJournalEvents(log: Log): (event: GroupCommitEvent) => void {
	return (event) => {
		switch (event.kind) {
			case "batch-retried":
			case "batch-unknown": {
				const { rows, attempt, waitMs, cause: err } = event;
				const what = event.kind === "batch-unknown" ? "answer lost" : "rolled back";
				return log.warn({ rows, attempt, waitMs, err }, `batch ${what}; it is sent again`);
			}
			case "poll-fenced": {
				const { kind, ...fields } = event;
				return log.warn(fields, "poll has another owner now");
			}
			case "poll-poisoned": {
				const { pollId, epoch, droppedRows, cause: err } = event;
				return log.error(
					{ pollId, epoch, droppedRows, err },
					"the database refused a row for good",
				);
			}
			case "callback-failed":
				return log.error({ err: event.cause }, "bug in a listener of the journal");
			case "batch-committed":
				if (!log.isLevelEnabled("debug")) return;
				for (const { pollId, epoch, entry } of event.batch) {
					const { seq, event: happened, requestId } = entry;
					log.debug({ requestId, pollId, epoch, seq, kind: happened.kind }, "entry is durable");
				}
				return;
			case "queue-depth":
			case "votes-committed":
				return;
			default:
				return assertNever(event);
		}
	};
}
