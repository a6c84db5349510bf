/**
 * One WebSocket between a tab and a room. Its two ends learn of its end apart: one may believe in
 * it for long after the other has let go.
 */

import type { Outcome, RoomConnection, RoomEvents } from "../../../client/src/session/seat.ts";
import type { PollSnapshot } from "../../../client/src/session/view.ts";
import type {
	RequestAnswers,
	RequestInputs,
	RequestType,
} from "../../../schema/wire/client-messages.ts";
import type { Network } from "./network.ts";
import type { Runtime } from "./runtime.ts";
import type { Asked, Reply, Seated, SimRoom } from "./sim-room.ts";

/** What a connection that just broke is closed with. */
const BROKEN = 1006;

export interface SimConnectionParts {
	readonly network: Network;
	readonly tab: Runtime;
	readonly server: Runtime;
	readonly room: SimRoom;
	readonly events: RoomEvents;
	readonly tick: () => number;
	readonly onVote: (vote: RequestInputs["vote"]) => void;
}

export class SimConnection implements RoomConnection {
	seat: Seated = { role: "host" };
	readonly #parts: SimConnectionParts;
	readonly #waiting = new Map<number, (outcome: Outcome<never>) => void>();
	#lastId = 0;
	#isOpenHere = true;
	#isOpenThere = true;

	constructor(parts: SimConnectionParts) {
		this.#parts = parts;
	}

	request<Type extends RequestType>(
		type: Type,
		payload: RequestInputs[Type],
	): Promise<Outcome<RequestAnswers[Type]>> {
		const { network, server, room, tick, onVote } = this.#parts;
		this.#lastId += 1;
		const id = this.#lastId;
		if (type === "vote") onVote(payload as RequestInputs["vote"]);
		const asked = { type, payload, askedTick: tick() } as Asked;
		network.send(server, () => {
			if (this.#isOpenThere) void room.answer(this, asked).then((reply) => this.#reply(id, reply));
		});
		return new Promise((resolve) => {
			this.#waiting.set(id, resolve as (outcome: Outcome<never>) => void);
		});
	}

	ping(onAnswer: () => void): void {
		const { network, server, tab } = this.#parts;
		network.send(server, () => {
			if (this.#isOpenThere) network.send(tab, () => this.#isOpenHere && onAnswer());
		});
	}

	show(snapshot: PollSnapshot): void {
		if (!this.#isOpenThere) return;
		const { network, tab, events } = this.#parts;
		network.sendWhole(
			tab,
			() => this.#isOpenHere && events.shown(snapshot),
			() => this.break("both"),
		);
	}

	leave(): void {
		this.drop();
	}

	drop(): void {
		const { network, server } = this.#parts;
		this.#isOpenHere = false;
		// The goodbye may get lost: the room then keeps a connection that nobody holds.
		network.send(server, () => this.#closeThere());
	}

	/** The room closes it. */
	close(code: number): void {
		if (!this.#isOpenThere) return;
		this.#closeThere();
		const { network, tab } = this.#parts;
		network.send(tab, () => this.#closeHere(code));
	}

	/** Something between them fails; the end that is not named finds out by silence. */
	break(knownTo: "tab" | "server" | "both"): void {
		const { network, tab, server } = this.#parts;
		if (knownTo !== "server") network.send(tab, () => this.#closeHere(BROKEN));
		if (knownTo !== "tab") network.send(server, () => this.#closeThere());
	}

	#closeHere(code: number): void {
		if (!this.#isOpenHere) return;
		this.#isOpenHere = false;
		this.#parts.events.closed(code);
	}

	#closeThere(): void {
		this.#isOpenThere = false;
		this.#parts.room.leave(this);
	}

	#reply(id: number, reply: Reply): void {
		if (!this.#isOpenThere) return;
		const { network, tab } = this.#parts;
		network.send(tab, () => {
			if (!this.#isOpenHere) return;
			const resolve = this.#waiting.get(id);
			this.#waiting.delete(id);
			resolve?.(
				"answer" in reply
					? { kind: "answered", answer: reply.answer as never }
					: { kind: "refused", refusal: reply.refusal },
			);
		});
	}
}
