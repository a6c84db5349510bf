/**
 * Core finds out before every seat, twice, whether the room is full, by listing the names of all
 * seats that nobody has taken yet: with five thousand on their way in most of a millisecond each.
 * How many a poll takes is its actor's to say; here it only matters whether the room is going.
 */
import { type Room, RoomInternalState } from "@colyseus/core";

/** For a room without `maxClients`. */
export function countNoSeats(room: Room): void {
	const internals = room as unknown as { readonly _internalState: number };
	room.hasReachedMaxClients = () => internals._internalState === RoomInternalState.DISPOSING;
}
