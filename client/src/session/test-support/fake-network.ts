/**
 * The transport of the tests: seats and rooms that a test opens, holds, cuts and freezes. It
 * exists only here; what a real transport does is tested against a real server.
 */
import type { RequestType } from "../../../../schema/wire/client-messages.ts";
import type { Outcome, RoomConnection, RoomEvents, SeatRequest, SeatTaker } from "../seat.ts";
import type { FakePoll } from "./fake-poll.ts";

interface Frame {
	readonly type: RequestType;
	readonly payload: unknown;
	readonly resolve: (outcome: Outcome<never>) => void;
}

export class FakeNetwork implements SeatTaker {
	readonly poll: FakePoll;
	/** Thrown by the next tries, one each. */
	readonly refusals: unknown[] = [];
	/** No server is reached. */
	isDown = false;
	/** Tries get no answer but those that the test gives, of the newest one. */
	isSilent = false;
	reserve = (): void => {};
	enter = (): void => {};
	/** Frames wait for `deliver` instead of being answered at once. */
	isHeld = false;
	/** The seat requests so far. */
	readonly tries: SeatRequest[] = [];
	/** The rooms that were entered, oldest first. */
	readonly rooms: FakeRoom[] = [];
	/** Frames whose connection is gone and which may still reach the server. */
	readonly strays: (() => void)[] = [];

	constructor(poll: FakePoll) {
		this.poll = poll;
	}

	get room(): FakeRoom {
		const room = this.rooms.at(-1);
		if (room === undefined) throw new Error("nobody has entered yet");
		return room;
	}

	async take(request: SeatRequest, events: RoomEvents, signal: AbortSignal) {
		this.tries.push(request);
		if (this.isSilent) {
			await new Promise<void>((resolve, reject) => {
				this.reserve = () => events.reserved();
				this.enter = resolve;
				signal.addEventListener("abort", () => reject(signal.reason));
			});
		}
		const refusal = this.refusals.shift();
		if (refusal !== undefined) throw refusal;
		if (this.isDown) throw new Error("connection refused");
		const room = new FakeRoom(this, request, events);
		this.rooms.push(room);
		queueMicrotask(() => room.show());
		return room;
	}
}

export class FakeRoom implements RoomConnection {
	readonly events: RoomEvents;
	/** As a frozen process: connected, and never an answer. */
	isFrozen = false;
	end: "left" | "dropped" | "cut" | undefined;
	readonly #network: FakeNetwork;
	readonly #from: SeatRequest;
	#frames: Frame[] = [];

	constructor(network: FakeNetwork, from: SeatRequest, events: RoomEvents) {
		this.#network = network;
		this.#from = from;
		this.events = events;
	}

	request(type: RequestType, payload: unknown): Promise<Outcome<never>> {
		return new Promise((resolve) => {
			if (this.end !== undefined) return resolve({ kind: "lost" });
			this.#frames.push({ type, payload, resolve });
			if (!this.#network.isHeld) queueMicrotask(() => this.deliver());
		});
	}

	/** The oldest frame reaches the server; its answer comes back unless it is lost. */
	deliver(isAnswerLost = false): void {
		if (this.isFrozen) return;
		const frame = this.#frames.shift();
		if (frame === undefined) return;
		const outcome = this.#process(frame);
		if (!isAnswerLost && this.end === undefined) frame.resolve(outcome);
	}

	get waiting(): number {
		return this.#frames.length;
	}

	show(): void {
		if (this.end === undefined) this.events.shown(this.#network.poll.snapshot());
	}

	ping(onAnswer: () => void): void {
		if (!this.isFrozen && this.end === undefined) queueMicrotask(onAnswer);
	}

	leave(): void {
		this.#over("left");
	}

	drop(): void {
		this.#over("dropped");
	}

	/** The server closes, or the network does (1006). */
	cut(closeCode = 1006): void {
		if (this.end !== undefined) return;
		this.#over("cut");
		this.events.closed(closeCode);
	}

	#over(end: "left" | "dropped" | "cut"): void {
		this.end ??= end;
		for (const frame of this.#frames) {
			this.#network.strays.push(() => void this.#process(frame));
			frame.resolve({ kind: "lost" });
		}
		this.#frames = [];
	}

	#process({ type, payload }: Frame): Outcome<never> {
		return this.#network.poll.answer(this.#from, type, payload) as Outcome<never>;
	}
}
