/**
 * What the people in a room are shown: the synchronised view, when its patches go out, and the
 * fields that only hosts get. It decides nothing; it is told what is committed and who is there.
 */
import type { Room } from "@colyseus/core";
import { StateView } from "@colyseus/schema";
import { textBytes } from "../../schema/limits.ts";
import type { StorageStatus } from "../../schema/poll-words.ts";
import { HOST_TAG, type PollView, type QuestionView } from "../../schema/view/poll-view.ts";
import type { JournalEntry } from "../domain/events.ts";
import type { Poll } from "../domain/poll.ts";
import type { Timers } from "../lib/timers.ts";
import type { RoomObserver } from "../telemetry/room-events.ts";
import type { Attendance } from "./attendance.ts";
import { copyOnEncode, reserveBuffers, showViewsOnce } from "./framework-guards.ts";
import type { PatchAllowance } from "./patch-allowance.ts";
import { PatchPacer } from "./patch-pacer.ts";
import { Projection } from "./projection.ts";
import type { PollClient } from "./seat.ts";

export class ShownPoll {
	readonly #room: Room<{ state: PollView; client: PollClient }>;
	readonly #attendance: Attendance;
	readonly #timers: Timers;
	readonly #pacer: PatchPacer;
	readonly #projection: Projection;
	readonly #observer: RoomObserver;
	#encodedBytes = 0;

	/** The room's state is set, and nobody is in it yet. */
	constructor(
		room: Room<{ state: PollView; client: PollClient }>,
		attendance: Attendance,
		timers: Timers,
		allowance: PatchAllowance,
		/** See `EpochWatch.doubt`. */
		doubt: () => Promise<void> | undefined,
		observer: RoomObserver,
	) {
		this.#room = room;
		this.#attendance = attendance;
		this.#timers = timers;
		const audience = () => room.clients.length;
		this.#pacer = new PatchPacer(timers, allowance, audience, () => {
			const certain = doubt();
			if (certain === undefined) this.#sendPatch();
			else void certain.then(() => this.#pacer.changed());
		});
		this.#projection = new Projection(room.state, (question) => this.#showToHosts(question));
		this.#observer = observer;
		copyOnEncode(room, (bytes) => {
			this.#encodedBytes += bytes;
		});
		showViewsOnce(room);
	}

	/** The whole poll, as it was hydrated. */
	begin(poll: Poll, epoch: number, code: string): void {
		this.#reserveBuffers(poll);
		this.#projection.show(poll, epoch, code);
		// To nobody: whoever comes in is given the whole state, and of this a patch may not tell them again.
		this.#room.broadcastPatch();
	}

	/** The poll after these entries. People joining can wait a moment, everything else is waited for. */
	follow(poll: Poll, entries: readonly JournalEntry[]): void {
		if (entries.some(({ event }) => event.kind === "question-added")) this.#reserveBuffers(poll);
		const hasGrown = this.#projection.follow(poll, entries);
		if (hasGrown) this.#sendPatch();
		else if (entries.some(({ event }) => event.kind !== "participant-joined"))
			this.#pacer.changed();
		else this.#pacer.changedCalmly();
	}

	storage(storage: StorageStatus): void {
		const { state } = this.#room;
		if (state.storage === storage) return;
		state.storage = storage;
		this.#pacer.changed();
	}

	/** Who is connected has changed. */
	people(): void {
		const { state } = this.#room;
		const { online, hosts } = this.#attendance;
		if (state.online !== online) state.online = online;
		if (state.hostOnline !== hosts.size > 0) state.hostOnline = hosts.size > 0;
		this.#pacer.changedCalmly();
	}

	/** Each host has a view of its own: what is added to a shared one reaches only one of them. */
	revealTo(host: PollClient): void {
		const { state } = this.#room;
		host.view = new StateView();
		host.view.add(state);
		for (const question of state.questions) host.view.add(question, HOST_TAG);
	}

	stop(): void {
		this.#pacer.stop();
	}

	#sendPatch(): void {
		this.#encodedBytes = 0;
		const startedAt = this.#timers.now();
		this.#room.broadcastPatch();
		const ms = this.#timers.now() - startedAt;
		const clients = this.#room.clients.length;
		this.#observer({ type: "patch-sent", ms, bytes: this.#encodedBytes, clients });
	}

	#showToHosts(question: QuestionView): void {
		for (const host of this.#attendance.hosts) host.view?.add(question, HOST_TAG);
	}

	#reserveBuffers({ title, questions }: Poll): void {
		reserveBuffers(this.#room, textBytes(title, questions.values()), [...questions.values()]);
	}
}
