/**
 * One room while it lasts. It notices when the server has gone silent: a request without an
 * answer, or nothing at all for a while and no answer to a ping either. A frozen server and a
 * half-open connection look like that; only the end of the connection helps against both.
 */
import { CLIENT_GIVES_UP_AFTER_MS } from "../../../schema/limits.ts";
import type {
	RequestAnswers,
	RequestInputs,
	RequestType,
} from "../../../schema/wire/client-messages.ts";
import type { Outcome, RoomConnection } from "./seat.ts";
import type { Timers } from "./timers.ts";

export interface LiveRoomOptions {
	readonly timers: Timers;
	/** How long a request may go unanswered; asked anew while one waits. */
	readonly patienceMs: () => number;
	/** After this long without a word from the server it is asked for one. */
	readonly heartbeatMs: number;
	/** Called once; the room is to be dropped. */
	readonly onSilence: () => void;
}

export class LiveRoom {
	readonly #room: RoomConnection;
	readonly #options: LiveRoomOptions;
	readonly #waiting = new Set<() => void>();
	#heardAt: number;
	#heardCount = 0;
	#cancelHeartbeat: () => void = () => {};
	#isOver = false;

	constructor(room: RoomConnection, options: LiveRoomOptions) {
		this.#room = room;
		this.#options = options;
		this.#heardAt = options.timers.now();
		this.#awaitHeartbeat(options.heartbeatMs);
	}

	/** Never rejects, and always ends: with an answer, a refusal, or the end of the connection. */
	request<Type extends RequestType>(
		type: Type,
		payload: RequestInputs[Type],
	): Promise<Outcome<RequestAnswers[Type]>> {
		return new Promise((resolve) => {
			const lose = () => finish({ kind: "lost" });
			const finish = (outcome: Outcome<RequestAnswers[Type]>) => {
				if (!this.#waiting.delete(lose)) return;
				cancelWatch();
				resolve(outcome);
			};
			this.#waiting.add(lose);
			const cancelWatch = this.#watch();
			if (this.#isOver) return lose();
			void this.#room.request(type, payload).then((outcome) => {
				if (outcome.kind !== "lost") this.heard();
				finish(outcome);
				if (outcome.kind === "lost") this.#silent();
			});
		});
	}

	/** Something arrived. */
	heard(): void {
		this.#heardAt = this.#options.timers.now();
		this.#heardCount += 1;
	}

	/** Asks for a sign of life now, as after a sleep. */
	check(): void {
		const heardBefore = this.#heardCount;
		this.#room.ping(() => this.heard());
		this.#cancelHeartbeat();
		this.#cancelHeartbeat = this.#options.timers.after(CLIENT_GIVES_UP_AFTER_MS, () => {
			if (this.#heardCount === heardBefore) this.#silent();
			else this.#awaitHeartbeat(this.#options.heartbeatMs);
		});
	}

	leave(): void {
		this.end();
		this.#room.leave();
	}

	drop(): void {
		this.end();
		this.#room.drop();
	}

	/** The connection is gone: whatever still waits for an answer is lost. */
	end(): void {
		this.#isOver = true;
		this.#cancelHeartbeat();
		for (const lose of [...this.#waiting]) lose();
	}

	#silent(): void {
		if (!this.#isOver) this.#options.onSilence();
	}

	#watch(): () => void {
		const { timers, patienceMs } = this.#options;
		const askedAt = timers.now();
		let cancel: () => void;
		const wait = (ms: number) => {
			cancel = timers.after(ms, () => {
				const leftMs = patienceMs() - (timers.now() - askedAt);
				if (leftMs > 0) wait(leftMs);
				else this.#silent();
			});
		};
		wait(CLIENT_GIVES_UP_AFTER_MS);
		return () => cancel();
	}

	#awaitHeartbeat(ms: number): void {
		const { timers, heartbeatMs } = this.#options;
		this.#cancelHeartbeat = timers.after(ms, () => {
			const quietMs = timers.now() - this.#heardAt;
			if (quietMs >= heartbeatMs) this.check();
			else this.#awaitHeartbeat(heartbeatMs - quietMs);
		});
	}
}
