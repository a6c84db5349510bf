/**
 * The Colyseus edge of one poll: connections, seats, requests in, patches and messages out.
 * Everything that is decided about the poll is decided by its actor.
 *
 * States: created → live (activated) → closing. `onCreate` stays instant, because core runs it
 * before the room owns its listing: a duplicate that is then discarded must not fence the winner.
 * Joins wait for `#live`.
 */
import { type Client, CloseCode, Room, ServerError } from "@colyseus/core";
import type { PollId, TokenHash } from "../../schema/ids.ts";
import { ANSWER_WITHIN_MS } from "../../schema/limits.ts";
import type { StorageStatus } from "../../schema/poll-words.ts";
import { closeCodes, type SeatRefusalCode } from "../../schema/refusals.ts";
import { PollView } from "../../schema/view/poll-view.ts";
import type { Role } from "../../schema/wire/session.ts";
import type { Activation } from "../actor/hydrate.ts";
import type { JournalEntry } from "../domain/events.ts";
import type { SeatAuth } from "../identity/seat-auth.ts";
import { Deferred, within } from "../lib/deferred.ts";
import { FLOOD_CLOSE_CODE, type MessageBudget } from "../limits/message-budget.ts";
import type { Sitter } from "../limits/seat-limits.ts";
import type { PollLoad } from "../telemetry/status.ts";
import { admit, joinRefused } from "./admission.ts";
import { TIMED_OUT } from "./answering.ts";
import { Attendance } from "./attendance.ts";
import { giveUpReservations, replaceHalfOpenSocket } from "./framework-guards.ts";
import { type LivePoll, type LivePollParts, livePoll } from "./live-poll.ts";
import { sweepInSlices } from "./patch-sweep.ts";
import { countNoSeats } from "./pending-seats.ts";
import { answerRequests, type Reply, type RequestFrame } from "./request-frames.ts";
import type { HostSeat, PollClient, Seat } from "./seat.ts";
import { sendAwayInParts } from "./sending-away.ts";
import { ShownPoll } from "./shown-poll.ts";

/**
 * The longest interval there is, 24.8 days: patches are sent by `ShownPoll`. With none at all core
 * ticks a clock sixty times a second in every room, half a core for 5,000 idle polls.
 */
const NEVER_MS = 2_147_483_647;

/** How long a dropped connection may come back by the SDK's own reconnection; a new seat works for ever. */
const RECONNECTION_SECONDS = 20;

/** How long a room waits on its way out for entries that are already on their way to the database. */
const LAST_FLUSH_MS = 5_000;

export interface PollRoomParts extends LivePollParts {
	/** Fences the poll's previous owner and reads its journal; `undefined` when there is no such poll. */
	readonly activate: (pollId: PollId) => Promise<Activation | undefined>;
	/** What one connection may send, from when it enters. */
	readonly messageBudget: (role: Role | undefined, sitter: Sitter) => MessageBudget;
}

export interface PollRoomOptions {
	readonly pollId: PollId;
	readonly code: string;
	/** ms of the timers: since when the poll's owner, of whom only the listing was left, had been missed. */
	readonly ownerlessSince?: number | undefined;
}

/** What the listing of a room tells those who watch. */
type Listed = Pick<PollView, "title" | "code" | "participants" | "storage">;

/** One key per poll, so that finding a room is one look-up however many polls there are. */
export function roomIdOf(pollId: PollId): string {
	return `poll-${pollId}`;
}

export abstract class PollRoom extends Room<{
	state: PollView;
	client: PollClient;
	metadata: Listed;
}> {
	protected abstract readonly parts: PollRoomParts;
	override state = new PollView();
	override patchRate = NEVER_MS;

	/** Resolves when the room holds nothing any more and its id may be used again. */
	readonly gone = new Deferred<void>();
	readonly #live = new Deferred<LivePoll>();
	readonly #attendance = new Attendance();
	readonly #budgets = new WeakMap<Client, MessageBudget>();
	#options!: PollRoomOptions;
	#shown!: ShownPoll;
	#current: LivePoll | undefined;
	#unsubscribeStorage = (): void => {};
	#isClosing = false;

	override onCreate(options: PollRoomOptions): void {
		this.#options = options;
		this.roomId = roomIdOf(options.pollId);
		const { timers, patchAllowance, epochs, observer } = this.parts;
		const { doubt } = epochs;
		this.#shown = new ShownPoll(this, this.#attendance, timers, patchAllowance, doubt, observer);
		const catchUp = sweepInSlices(this);
		countNoSeats(this);
		answerRequests(
			this,
			(client) => this.#budgetOf(client as PollClient),
			(client, request, done) =>
				this.#answer(client as PollClient, request, (reply) => {
					catchUp(client);
					done(reply);
				}),
		);
	}

	/** Called once the room owns its listing. Never rejects: joins hear of a failure. */
	async activate(): Promise<void> {
		const { pollId, ownerlessSince } = this.#options;
		const { timers } = this.parts;
		const startedAt = timers.now();
		try {
			const activation = await this.parts.activate(pollId);
			if (activation === undefined) {
				this.#live.reject(joinRefused("poll_not_found"));
			} else if (this.#isClosing) {
				// Nobody would ever end what came to life now.
				this.#live.reject(joinRefused("unavailable"));
			} else {
				this.#live.resolve(this.#bringToLife(activation));
				const { epoch, entries } = activation;
				this.parts.observer({
					type: "activated",
					pollId,
					epoch,
					entries: entries.length,
					ms: timers.now() - startedAt,
					...(ownerlessSince !== undefined && {
						reason: "takeover",
						withoutOwnerMs: timers.now() - ownerlessSince,
					}),
				});
			}
		} catch (cause) {
			this.parts.observer({ type: "activation-failed", pollId, cause });
			this.#live.reject(joinRefused("unavailable"));
		}
		await this.#live.promise.catch(() => this.closeAll(closeCodes.moved));
	}

	override async onJoin(client: PollClient, _options: unknown, auth: SeatAuth): Promise<void> {
		try {
			await this.#join(client, auth);
		} catch (cause) {
			if (cause instanceof ServerError) {
				// Only `joinRefused` makes them.
				const code = cause.message as SeatRefusalCode;
				const { pollId } = this.#options;
				const { requestId, address } = auth;
				this.parts.observer({ type: "seat-refused", pollId, code, requestId, address });
			}
			throw cause;
		}
	}

	async #join(client: PollClient, auth: SeatAuth): Promise<void> {
		const entering = this.#certain().then(({ actor }) => admit(actor, auth));
		const seat = await within(ANSWER_WITHIN_MS, this.parts.timers, entering, () => {
			throw joinRefused("unavailable");
		});
		client.userData = seat;
		const live = this.#current;
		if (live === undefined || live.actor.endReason !== undefined) throw joinRefused("unavailable");
		// Here, not in `admit`: between this look and entering nobody else may come in.
		if (!live.hostToken.admits(seat)) throw joinRefused("unauthorized");
		if (seat.role === "viewer" && !this.#hasViewerPlace) throw joinRefused("poll_full");
		if (seat.role === "host") this.#shown.revealTo(client);
		this.#enter(client, seat);
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
		if (seat === undefined) return;
		if (!this.#isStillIn(seat)) {
			client.leave(seat.role === "host" ? closeCodes.hostTokenRotated : closeCodes.removed);
			return;
		}
		if (seat.role === "viewer" && !this.#hasViewerPlace) {
			// The new seat that it takes then tells why.
			client.leave(closeCodes.moved);
			return;
		}
		// Anew: the view it had was told of no question that has been added meanwhile.
		if (seat.role === "host") this.#shown.revealTo(client);
		this.#enter(client, seat);
	}

	override onLeave(client: PollClient): void {
		this.#leave(client);
	}

	override async onDispose(): Promise<void> {
		this.#isClosing = true;
		const { actor } = this.#current ?? {};
		if (actor !== undefined) {
			await within(LAST_FLUSH_MS, this.parts.timers, actor.quiet(), () => {});
			actor.end("closed");
		}
		// Last: what is committed until then sets timers.
		this.#shown?.stop();
		this.#unsubscribeStorage();
		this.#current?.stop();
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
		void this.#handOver();
	}

	override hasReservedSeat(sessionId: string, reconnectionToken?: string): boolean {
		const isReserved = super.hasReservedSeat(sessionId, reconnectionToken);
		if (isReserved) replaceHalfOpenSocket(this, sessionId, reconnectionToken);
		return isReserved;
	}

	/** `undefined` until the poll is live. */
	get load(): PollLoad | undefined {
		const actor = this.#current?.actor;
		return (
			actor && {
				pollId: this.#options.pollId,
				code: this.#options.code,
				connections: this.clients.length,
				participants: this.state.participants,
				waiting: actor.queueLength,
			}
		);
	}

	/** Whether people are let in: the poll is live here, and not on its way out. */
	get isOpen(): boolean {
		return !this.#isClosing && this.#current !== undefined && !this.#current.actor.endReason;
	}

	/** Closes one connection, which comes back by itself; `false` when there is none. */
	sendAway(sessionId: string): boolean {
		const client = this.clients.get(sessionId);
		client?.leave(closeCodes.moved);
		return client !== undefined;
	}

	/** Closes every connection with the code and disposes of the room. */
	closeAll(code: number): void {
		this.#isClosing = true;
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

	/** Whoever waits for an answer gets it; then everybody is sent to where the poll lives next. */
	async #handOver(): Promise<void> {
		const { timers } = this.parts;
		const actor = this.#current?.actor;
		if (actor !== undefined) {
			await within(LAST_FLUSH_MS, timers, actor.quiet(), () => {});
			actor.end("closed");
		}
		await sendAwayInParts(this.clients, timers, closeCodes.moved);
		this.closeAll(closeCodes.moved);
	}

	get #hasViewerPlace(): boolean {
		return this.#attendance.viewers < this.parts.limits.viewersMax;
	}

	/** The actor, once it is known that the poll still lives here. */
	async #certain(): Promise<LivePoll> {
		const live = await this.#live.promise;
		await this.parts.epochs.doubt();
		return live;
	}

	#bringToLife(activation: Activation): LivePoll {
		const { pollId, code } = this.#options;
		const { groupCommit } = this.parts;
		const live = livePoll(this.parts, pollId, activation, this.#attendance, {
			committed: (entries) => this.#onCommitted(entries),
			lost: () => this.closeAll(closeCodes.moved),
			deleted: () => this.closeAll(closeCodes.deleted),
			rosterChanged: (message) => {
				for (const host of this.#attendance.hosts) host.send("roster", message);
			},
			hostTokenRotated: (asker, hash) => this.#sendAwayHosts(asker, hash),
		});
		this.#current = live;
		this.#shown.begin(live.actor.committed, activation.epoch, code);
		const showStorage = (storage: StorageStatus): void => {
			this.#shown.storage(storage);
			this.#list();
		};
		this.#unsubscribeStorage = groupCommit.onStorage(showStorage);
		showStorage(groupCommit.storage);
		return live;
	}

	#answer(
		{ userData: seat }: PollClient,
		request: RequestFrame,
		done: (reply: Reply) => void,
	): void {
		if (seat === undefined || this.#current === undefined) return done(TIMED_OUT);
		this.#current.answering.answer(seat, request, done);
	}

	#onCommitted(entries: readonly JournalEntry[]): void {
		const live = this.#current;
		if (live === undefined) return;
		this.#shown.follow(live.actor.committed, entries);
		if (this.state.participants !== this.metadata?.participants) this.#list();
		for (const { event } of entries) {
			if (event.kind === "participant-joined") live.roster.changed(event.participantId);
			if (event.kind !== "participant-removed") continue;
			live.roster.changed(event.participantId);
			for (const client of this.#attendance.connectionsOf(event.participantId)) {
				client.leave(closeCodes.removed);
			}
		}
	}

	/** The driver sees to it that this is seldom written. */
	#list(): void {
		const { title, code, participants, storage } = this.state;
		void this.setMetadata({ title, code, participants, storage });
	}

	#enter(client: PollClient, { role, requestId }: Seat): void {
		const { pollId } = this.#options;
		this.parts.observer({ type: "seat-entered", pollId, role, requestId });
		this.#attendance.enter(client)?.leave(closeCodes.tooManyConnections);
		this.#onAttendance(client);
	}

	#leave(client: PollClient): void {
		const role = this.#attendance.leave(client);
		if (role !== undefined) this.parts.observer({ type: "seat-left", role });
		this.#onAttendance(client);
	}

	#onAttendance({ userData: seat }: PollClient): void {
		this.#shown.people();
		if (seat?.role === "participant") this.#current?.roster.changed(seat.participantId);
	}

	#mayReconnect({ userData: seat }: PollClient, code: number): boolean {
		if (seat === undefined || code === CloseCode.SERVER_SHUTDOWN) return false;
		if (code === FLOOD_CLOSE_CODE || Object.values<number>(closeCodes).includes(code)) return false;
		return this.#isStillIn(seat);
	}

	/** False for somebody who was removed, and for a host whose token was replaced. */
	#isStillIn(seat: Seat): boolean {
		if (this.#current === undefined) return false;
		const { actor, hostToken } = this.#current;
		return seat.role === "participant"
			? actor.committed.participants.has(seat.participantId)
			: hostToken.admits(seat);
	}

	#sendAwayHosts(asker: HostSeat, tokenHash: TokenHash): void {
		for (const host of [...this.#attendance.hosts]) {
			if (host.userData === asker) host.userData = { ...asker, tokenHash };
			else host.leave(closeCodes.hostTokenRotated);
		}
	}

	#budgetOf(client: PollClient): MessageBudget {
		const known = this.#budgets.get(client);
		if (known !== undefined) return known;
		// Frames are heard once `onJoin` is done, so the role is known.
		const { auth } = client;
		const sitter = {
			pollId: this.#options.pollId,
			tokenHash: auth?.role === "viewer" ? undefined : auth?.tokenHash,
			address: auth?.address,
		};
		const budget = this.parts.messageBudget(client.userData?.role, sitter);
		this.#budgets.set(client, budget);
		return budget;
	}
}
