/**
 * The Colyseus edge of one poll: connections, seats, requests in, patches and messages out.
 * Everything that is decided about the poll is decided by its actor.
 *
 * States: created → live (activated) → closing. `onCreate` stays instant, because core runs it
 * before the room owns its listing: a duplicate that is then discarded must not fence the winner.
 * Joins wait for `#live`.
 */
import { CloseCode, Room } from "@colyseus/core";
import type { PollId } from "../../schema/ids.ts";
import { ANSWER_WITHIN_MS, type Limits } from "../../schema/limits.ts";
import { closeCodes, retryableRefusal } from "../../schema/refusals.ts";
import { PollView } from "../../schema/view/poll-view.ts";
import type { RosterMessage } from "../../schema/wire/client-messages.ts";
import type { EndReason } from "../actor/actor-events.ts";
import type { Activation } from "../actor/hydrate.ts";
import { PollActor } from "../actor/poll-actor.ts";
import type { JournalEntry } from "../domain/events.ts";
import type { SeatAuth } from "../identity/seat-auth.ts";
import type { GroupCommit } from "../journal/group-commit.ts";
import { Deferred, within } from "../lib/deferred.ts";
import type { Timers } from "../lib/timers.ts";
import type { RoomObserver } from "../telemetry/room-events.ts";
import { admit, joinRefused, requireViewerPlace } from "./admission.ts";
import { Attendance } from "./attendance.ts";
import { giveUpReservations, replaceHalfOpenSocket } from "./framework-guards.ts";
import { type AnswerRequest, messageTable } from "./message-table.ts";
import { answerRequests, type Reply, type RequestFrame } from "./request-frames.ts";
import { Roster } from "./roster.ts";
import type { PollClient } from "./seat.ts";
import { ShownPoll } from "./shown-poll.ts";

/** How long a dropped connection may come back by the SDK's own reconnection; a new seat works for ever. */
const RECONNECTION_SECONDS = 20;

/** How long a room waits on its way out for entries that are already on their way to the database. */
const LAST_FLUSH_MS = 5_000;

export interface PollRoomParts {
	/** Fences the poll's previous owner and reads its journal; `undefined` when there is no such poll. */
	readonly activate: (pollId: PollId) => Promise<Activation | undefined>;
	readonly groupCommit: GroupCommit;
	readonly limits: Limits;
	readonly timers: Timers;
	readonly wallClock: () => number;
	readonly observer: RoomObserver;
}

export interface PollRoomOptions {
	readonly pollId: PollId;
	readonly code: string;
}

/** One key per poll, so that finding a room is one look-up however many polls there are. */
export function roomIdOf(pollId: PollId): string {
	return `poll-${pollId}`;
}

interface Live {
	readonly actor: PollActor;
	readonly roster: Roster;
	readonly answer: AnswerRequest;
}

export abstract class PollRoom extends Room<{ state: PollView; client: PollClient }> {
	protected abstract readonly parts: PollRoomParts;
	override state = new PollView();
	override patchRate = null;

	/** Resolves when the room holds nothing any more and its id may be used again. */
	readonly gone = new Deferred<void>();
	readonly #live = new Deferred<Live>();
	readonly #attendance = new Attendance();
	#options!: PollRoomOptions;
	#shown!: ShownPoll;
	#current: Live | undefined;
	#unsubscribeStorage = (): void => {};

	override onCreate(options: PollRoomOptions): void {
		this.#options = options;
		this.roomId = roomIdOf(options.pollId);
		this.#shown = new ShownPoll(this, this.#attendance, this.parts.timers);
		answerRequests(this, (client, request) => this.#answer(client as PollClient, request));
	}

	/** Called once the room owns its listing. Never rejects: joins hear of a failure. */
	async activate(): Promise<void> {
		const { pollId } = this.#options;
		try {
			const activation = await this.parts.activate(pollId);
			if (activation === undefined) this.#live.reject(joinRefused("poll_not_found"));
			else this.#live.resolve(this.#bringToLife(activation));
		} catch (cause) {
			this.parts.observer({ type: "activation-failed", pollId, cause });
			this.#live.reject(joinRefused("unavailable"));
		}
		await this.#live.promise.catch(() => this.closeAll(closeCodes.moved));
	}

	override async onJoin(client: PollClient, _options: unknown, auth: SeatAuth): Promise<void> {
		const entering = this.#live.promise.then(({ actor }) => admit(actor, auth));
		client.userData = await within(ANSWER_WITHIN_MS, this.parts.timers, entering, () => {
			throw joinRefused("unavailable");
		});
		if (this.#current?.actor.endReason !== undefined) throw joinRefused("unavailable");
		// Here, not in `admit`: between this look and entering nobody else may come in.
		if (client.userData.role === "viewer") requireViewerPlace(this.#attendance, this.parts.limits);
		if (client.userData.role === "host") this.#shown.revealTo(client);
		this.#enter(client);
	}

	override onDrop(client: PollClient, code: number): void {
		this.#leave(client);
		if (this.#mayReconnect(client, code)) {
			// It rejects when the time is up, and at once for somebody who never finished joining.
			this.allowReconnection(client, RECONNECTION_SECONDS).catch(() => {});
		}
	}

	override onReconnect(client: PollClient): void {
		const seat = client.userData;
		if (seat?.role === "participant" && !this.#isParticipant(seat.participantId)) {
			client.leave(closeCodes.removed);
			return;
		}
		this.#enter(client);
	}

	override onLeave(client: PollClient): void {
		this.#leave(client);
	}

	override async onDispose(): Promise<void> {
		this.#shown?.stop();
		this.#unsubscribeStorage();
		const { actor, roster } = this.#current ?? {};
		roster?.stop();
		if (actor !== undefined) {
			await within(LAST_FLUSH_MS, this.parts.timers, actor.quiet(), () => {});
			actor.end("closed");
		}
		this.gone.resolve();
	}

	/** A bug in here must not take other polls down: without this hook it would end the process. */
	override onUncaughtException(error: Error, method: string): void {
		const cause = error.cause ?? error;
		// Refused joins are rejections by design.
		if (method === "onJoin" && "code" in (cause as object)) return;
		this.parts.observer({ type: "bug", pollId: this.#options.pollId, method, cause });
	}

	override onBeforeShutdown(): void {
		this.closeAll(closeCodes.moved);
	}

	override hasReservedSeat(sessionId: string, reconnectionToken?: string): boolean {
		const isReserved = super.hasReservedSeat(sessionId, reconnectionToken);
		if (isReserved) replaceHalfOpenSocket(this, sessionId, reconnectionToken);
		return isReserved;
	}

	/** Closes every connection with the code and disposes of the room. */
	closeAll(code: number): void {
		this.disconnect(code).catch((cause: unknown) => {
			this.parts.observer({
				type: "bug",
				pollId: this.#options.pollId,
				method: "disconnect",
				cause,
			});
		});
		giveUpReservations(this);
	}

	#bringToLife({ epoch, entries }: Activation): Live {
		const { pollId, code } = this.#options;
		const { groupCommit, limits, timers, wallClock } = this.parts;
		const actor = new PollActor({
			pollId,
			epoch,
			entries,
			groupCommit,
			limits,
			wallClock,
			listener: {
				committed: (committed) => this.#onCommitted(committed),
				ended: (reason, cause) => this.#onActorEnded(reason, cause),
			},
		});
		const roster = new Roster({
			timers,
			poll: () => actor.committed,
			isOnline: (participantId) => this.#attendance.isOnline(participantId),
			send: (message) => this.#sendToHosts(message),
		});
		this.#shown.begin(actor.committed, epoch, code);
		this.#unsubscribeStorage = groupCommit.onStorage((storage) => this.#shown.storage(storage));
		this.#shown.storage(groupCommit.storage);
		this.#current = { actor, roster, answer: messageTable(limits, actor, roster, wallClock) };
		this.parts.observer({ type: "activated", pollId, epoch, entries: entries.length });
		return this.#current;
	}

	async #answer(client: PollClient, request: RequestFrame): Promise<Reply> {
		const seat = client.userData;
		if (seat === undefined || this.#current === undefined) return TIMED_OUT;
		try {
			const reply = this.#current.answer(seat, request);
			return await within(ANSWER_WITHIN_MS, this.parts.timers, reply, () => TIMED_OUT);
		} catch (cause) {
			const { pollId } = this.#options;
			this.parts.observer({ type: "bug", pollId, method: request.type, cause });
			return TIMED_OUT;
		}
	}

	#onCommitted(entries: readonly JournalEntry[]): void {
		const live = this.#current;
		if (live === undefined) return;
		this.#shown.follow(live.actor.committed, entries);
		for (const { event } of entries) {
			if (event.kind === "participant-joined") live.roster.changed(event.participantId);
			if (event.kind !== "participant-removed") continue;
			live.roster.changed(event.participantId);
			for (const client of this.#attendance.connectionsOf(event.participantId)) {
				client.leave(closeCodes.removed);
			}
		}
	}

	#onActorEnded(reason: EndReason, cause: unknown): void {
		this.parts.observer({ type: "ended", pollId: this.#options.pollId, reason, cause });
		if (reason !== "closed") this.closeAll(closeCodes.moved);
	}

	#enter(client: PollClient): void {
		this.#attendance.enter(client)?.leave(closeCodes.tooManyConnections);
		this.#onAttendance(client);
	}

	#leave(client: PollClient): void {
		this.#attendance.leave(client);
		this.#onAttendance(client);
	}

	#onAttendance({ userData: seat }: PollClient): void {
		this.#shown.people();
		if (seat?.role === "participant") this.#current?.roster.changed(seat.participantId);
	}

	#mayReconnect({ userData: seat }: PollClient, code: number): boolean {
		if (seat === undefined || code === CloseCode.SERVER_SHUTDOWN) return false;
		if (Object.values<number>(closeCodes).includes(code)) return false;
		return seat.role !== "participant" || this.#isParticipant(seat.participantId);
	}

	#isParticipant(participantId: Parameters<Attendance["isOnline"]>[0]): boolean {
		return this.#current?.actor.committed.participants.has(participantId) ?? false;
	}

	#sendToHosts(message: RosterMessage): void {
		for (const host of this.#attendance.hosts) host.send("roster", message);
	}
}

const TIMED_OUT: Reply = {
	refusal: retryableRefusal(
		"unavailable",
		"This took too long. Ask again the same way: it may have been saved.",
		1_000,
	),
};
