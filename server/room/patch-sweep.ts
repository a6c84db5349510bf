/**
 * A patch to ten thousand sockets is a tenth of a second of writes in one go, in which nothing else
 * is answered. It goes out in slices instead, and whatever has arrived meanwhile has its turn
 * between two of them.
 */
import { type Client, ClientState, type Room } from "@colyseus/core";

/** About eight milliseconds of writes. */
export const SLICE_CLIENTS = 500;

/** What is left of one patch. */
interface Sweep {
	readonly waiting: Set<Client>;
	readonly bytes: Uint8Array;
}

interface Patching {
	applyPatches(clients: readonly Client[], ...rest: readonly unknown[]): boolean;
}

/**
 * Every client gets its patches whole and in their order: a patch that comes while the one before is
 * still going out sends what is left of that first. Call it after the room's state is set.
 *
 * Returns what is to be called before a client is answered: an answer tells of a later state than
 * the patch that the client still waits for.
 */
export function sweepInSlices(room: Room): (client: Client) => void {
	const serializer = (room as unknown as { _serializer: Patching })._serializer;
	const applyPatches = serializer.applyPatches.bind(serializer);
	let underWay: Sweep | undefined;

	serializer.applyPatches = (clients, ...rest) => {
		if (underWay !== undefined) send(underWay, Number.POSITIVE_INFINITY);
		if (clients.length <= SLICE_CLIENTS) return applyPatches(clients, ...rest);
		// Whoever has not been given the whole state yet finds this change in it.
		const waiting = clients.filter(({ state, view }) => state === ClientState.JOINED && !view);
		let bytes: Uint8Array | undefined;
		const inTheirPlace = {
			state: ClientState.JOINED,
			raw(encoded: Uint8Array) {
				bytes = encoded;
			},
		} as unknown as Client;
		const withViews = clients.filter(({ view }) => view);
		const hasChanged = applyPatches([...withViews, inTheirPlace], ...rest);
		if (bytes !== undefined) goOn({ waiting: new Set(waiting), bytes });
		return hasChanged;
	};

	function goOn(sweep: Sweep): void {
		underWay = sweep;
		send(sweep, SLICE_CLIENTS);
		if (underWay === sweep) setImmediate(() => underWay === sweep && goOn(sweep));
	}

	function send({ waiting, bytes }: Sweep, count: number): void {
		let left = count;
		for (const client of waiting) {
			if (left === 0) return;
			left -= 1;
			waiting.delete(client);
			if (client.state === ClientState.JOINED) client.raw(bytes);
		}
		underWay = undefined;
	}

	return (client) => {
		// One that came back has another client's socket by now, and the whole state.
		if (client.state !== ClientState.JOINED) return;
		if (underWay?.waiting.delete(client)) client.raw(underWay.bytes);
	};
}
