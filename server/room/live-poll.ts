/** What a room has once its poll is live: the actor and everything that works on it, put together. */
import type { PollId, TokenHash } from "../../schema/ids.ts";
import type { Limits } from "../../schema/limits.ts";
import type { RosterMessage } from "../../schema/wire/client-messages.ts";
import type { EndReason } from "../actor/actor-events.ts";
import type { EpochWatch } from "../actor/epoch-watch.ts";
import type { Activation } from "../actor/hydrate.ts";
import { PollActor } from "../actor/poll-actor.ts";
import type { JournalEntry } from "../domain/events.ts";
import type { GroupCommit } from "../journal/group-commit.ts";
import type { Timers } from "../lib/timers.ts";
import type { RoomObserver } from "../telemetry/room-events.ts";
import { type Answering, answering } from "./answering.ts";
import type { Attendance } from "./attendance.ts";
import { HostToken } from "./host-token.ts";
import { messageTable } from "./message-table.ts";
import type { PatchAllowance } from "./patch-allowance.ts";
import { Roster } from "./roster.ts";
import type { HostSeat } from "./seat.ts";

export interface LivePollParts {
	readonly groupCommit: GroupCommit;
	readonly epochs: EpochWatch;
	/** Resolves to false when the poll is gone or lives elsewhere. */
	readonly rotateHostToken: (pollId: PollId, epoch: number, hash: TokenHash) => Promise<boolean>;
	readonly limits: Limits;
	readonly timers: Timers;
	/** Shared by all rooms of the process. */
	readonly patchAllowance: PatchAllowance;
	readonly wallClock: () => number;
	readonly observer: RoomObserver;
}

/** What the room does about what happens. */
export interface LivePollEvents {
	committed(entries: readonly JournalEntry[]): void;
	/** The actor is done; not called when the room itself has ended it. */
	lost(): void;
	deleted(): void;
	rosterChanged(message: RosterMessage): void;
	hostTokenRotated(asker: HostSeat, hash: TokenHash): void;
}

export interface LivePoll {
	readonly actor: PollActor;
	readonly roster: Roster;
	readonly hostToken: HostToken;
	readonly answering: Answering;
	/** No timer and no listener is left afterwards. */
	stop(): void;
}

export function livePoll(
	parts: LivePollParts,
	pollId: PollId,
	{ epoch, entries }: Activation,
	attendance: Attendance,
	events: LivePollEvents,
): LivePoll {
	const { groupCommit, epochs, limits, timers, wallClock, observer } = parts;
	let votesShown = 0;

	function committed(entries: readonly JournalEntry[]): void {
		events.committed(entries);
		let votes = 0;
		for (const { event, requestId } of entries) {
			switch (event.kind) {
				case "vote-cast":
					votes += 1;
					break;
				case "poll-created":
				case "participant-joined":
					break;
				default:
					observer({ type: "host-acted", pollId, requestId, action: event });
			}
		}
		votesShown += votes;
		if (votes > 0) observer({ type: "shown", votes });
	}

	function ended(reason: EndReason, cause: unknown): void {
		release();
		const votesHandedBack = live.answering.votesReceived - votesShown;
		observer({ type: "ended", pollId, reason, cause, votesHandedBack });
		if (reason !== "closed") events.lost();
	}

	const listener = { committed, ended };
	const actor = new PollActor({
		pollId,
		epoch,
		entries,
		groupCommit,
		limits,
		wallClock,
		listener,
	});
	const release = epochs.hold(pollId, epoch, (isDeleted) => {
		if (isDeleted) events.deleted();
		else actor.end("fenced");
	});
	const roster = new Roster({
		timers,
		poll: () => actor.committed,
		isOnline: (participantId) => attendance.isOnline(participantId),
		send: events.rosterChanged,
	});
	const hostToken = new HostToken({
		store: (hash) => parts.rotateHostToken(pollId, epoch, hash),
		onRotated(asker, hash) {
			events.hostTokenRotated(asker, hash);
			const action = { kind: "host-token-rotated" } as const;
			observer({ type: "host-acted", pollId, requestId: asker.requestId, action });
		},
	});
	const table = messageTable({ limits, actor, roster, hostToken, wallClock });
	const live: LivePoll = {
		actor,
		roster,
		hostToken,
		answering: answering({ pollId, actor, table, epochs, timers, observer }),
		stop() {
			release();
			roster.stop();
			live.answering.stop();
		},
	};
	return live;
}
