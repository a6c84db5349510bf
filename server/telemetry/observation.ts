/** Everybody who watches, and what they watch. */
import type { GroupCommitObserver } from "../journal/commit-events.ts";
import { watchEventLoop } from "./event-loop.ts";
import type { Log } from "./log.ts";
import { logJournalEvents, logRoomEvents } from "./log-events.ts";
import { meterJournalEvents, meterRoomEvents } from "./metric-events.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { observeAll, type RoomObserver } from "./room-events.ts";

export interface Observation {
	readonly metrics: Metrics;
	readonly rooms: RoomObserver;
	readonly journal: GroupCommitObserver;
	stop(): void;
}

export function startObservation(log: Log, version: string): Observation {
	const metrics = createMetrics(version);
	const stopWatchingLoop = watchEventLoop(metrics);
	const meterJournal = meterJournalEvents(metrics);
	const logJournal = logJournalEvents(log);
	return {
		metrics,
		rooms: observeAll(meterRoomEvents(metrics), logRoomEvents(log)),
		journal(event) {
			meterJournal(event);
			logJournal(event);
		},
		stop: stopWatchingLoop,
	};
}
