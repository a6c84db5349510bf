import { equal } from "node:assert/strict";
import { Room, RoomInternalState } from "@colyseus/core";
import { countNoSeats } from "./pending-seats.ts";

/** What core does; private to TypeScript alone. */
interface Internals {
	_internalState: number;
	_reservedSeats: object;
	__init(): void;
}

describe("[S13] whether a room takes another seat", () => {
	function roomOf(prepare: (room: Room) => void) {
		const room = new Room();
		const internals = room as unknown as Internals;
		internals.__init();
		prepare(room);
		let listed = 0;
		const ownKeys = (target: object): ArrayLike<string | symbol> => {
			listed += 1;
			return Reflect.ownKeys(target);
		};
		internals._reservedSeats = new Proxy({}, { ownKeys });
		return { room, internals, listed: () => listed };
	}

	it("is found out without a look at the seats that nobody has taken yet", () => {
		const { room, listed } = roomOf(countNoSeats);
		equal(room.hasReachedMaxClients(), false);
		equal(listed(), 0);
	});

	it("is found out by core by going through all of them", () => {
		const { room, listed } = roomOf(() => {});
		equal(room.hasReachedMaxClients(), false);
		equal(listed(), 1);
	});

	for (const [name, prepare] of Object.entries({
		"as core does": () => {},
		"as ours": countNoSeats,
	})) {
		it(`is no once the room is going, ${name}`, () => {
			const { room, internals } = roomOf(prepare);
			internals._internalState = RoomInternalState.DISPOSING;
			equal(room.hasReachedMaxClients(), true);
		});
	}
});
