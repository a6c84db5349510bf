/** Events of the core as log lines; the core knows of no log. */
import { assertNever } from "../lib/assert-never.ts";
import type { Log } from "./log.ts";
import type { RoomObserver } from "./room-events.ts";

export function logRoomEvents(log: Log): RoomObserver {
	return (event) => {
		const { type, pollId } = event;
		switch (type) {
			case "activated":
				return log.info({ pollId, epoch: event.epoch, entries: event.entries }, "poll is live");
			case "activation-failed":
				return log.error({ pollId, err: event.cause }, "poll could not be brought to life");
			case "ended":
				if (event.reason === "closed") return log.info({ pollId }, "poll went to sleep");
				return log.warn({ pollId, reason: event.reason, err: event.cause }, "poll lost its room");
			case "bug":
				return log.error({ pollId, method: event.method, err: event.cause }, "bug in a room");
			default:
				return assertNever(type);
		}
	};
}
