/**
 * What Colyseus 0.18 gets wrong for rooms open to strangers, each closed in one place.
 * Every guard names a failure that was reproduced; `sharp-edges.e2e.test.ts` reproduces them.
 */
import type { Server } from "node:http";
import type { Room } from "@colyseus/core";
import type { StateView } from "@colyseus/schema";
import WS from "ws";

/** Core reads the global `WebSocket` when somebody reconnects; Node 20 has none. */
export function provideWebSocket(): void {
	const scope: { WebSocket?: unknown } = globalThis;
	scope.WebSocket ??= WS;
}

/**
 * The transport parses the target of an upgrade inside its listener: for one that is no path, such
 * as `*:99999`, it throws there, an uncaught exception, and nobody ever closes the socket.
 */
export function refuseUnreadableUpgrades(server: Server): void {
	server.prependListener("upgrade", (request, socket) => {
		if (request.url?.startsWith("/")) return;
		socket.destroy();
		// The transport's listener runs all the same; this it can read, and then finds the socket closed.
		request.url = "/";
	});
}

interface SchemaEncoder {
	sharedBuffer: Uint8Array;
	encode(...args: readonly unknown[]): Uint8Array;
	encodeAll(iterator: unknown, buffer: Uint8Array): Uint8Array;
	encodeAllView(view: StateView, ...args: readonly unknown[]): Uint8Array;
}

interface SchemaSerializer {
	readonly encoder: SchemaEncoder;
	fullEncodeBuffer: Uint8Array;
}

function serializerOf(room: Room): SchemaSerializer {
	return (room as unknown as { _serializer: SchemaSerializer })._serializer;
}

/**
 * Core sends patches and full states out of buffers that it reuses, while `ws` keeps a reference
 * to them for as long as a client reads slowly: such a client gets later bytes in earlier frames.
 * Every encoding is copied once per room instead. Call it after the room's state is set.
 */
export function copyOnEncode(room: Room, onEncoded: (bytes: number) => void = () => {}): void {
	const serializer = serializerOf(room);
	const { encoder } = serializer;
	const encode = encoder.encode.bind(encoder);
	const encodeAll = encoder.encodeAll.bind(encoder);
	encoder.encode = (iterator, view, ...rest) => {
		const bytes = encode(iterator, view, ...rest);
		onEncoded(bytes.length);
		// Encodings for a view are concatenated into a new buffer by the encoder itself.
		return view === undefined ? bytes.slice() : bytes;
	};
	encoder.encodeAll = (iterator, buffer) => {
		const bytes = encodeAll(iterator, buffer);
		// A buffer that had to grow is not kept by core, which then reads the rest of a host's state
		// out of the old one, cut off.
		if (bytes.buffer !== buffer.buffer) serializer.fullEncodeBuffer = new Uint8Array(bytes.buffer);
		return bytes.slice();
	};
}

/**
 * A full state holds everything that its view shows, yet core sends what was added to the view
 * once more with the next patch. A list takes a place that it is told of twice for an insertion
 * when the number there has changed meanwhile: a host who came in while people voted saw
 * `[2, 7, 3, 1, 2, 3]` for `[2, 7, 3]`, for good.
 */
export function showViewsOnce(room: Room): void {
	const { encoder } = serializerOf(room);
	const encodeAllView = encoder.encodeAllView.bind(encoder);
	encoder.encodeAllView = (view, ...rest) => {
		const bytes = encodeAllView(view, ...rest);
		view.changes.clear();
		return bytes;
	};
}

/** Bytes that a question or an option takes in an encoded state beside its texts, generously. */
const QUESTION_BYTES = 256;
const OPTION_BYTES = 40;

/** Makes room for a state with this much in it, before the encoder finds out and complains. */
export function reserveBuffers(
	room: Room,
	texts: number,
	questions: Iterable<{ readonly options: readonly string[] }>,
): void {
	let bytes = 1024 + texts;
	for (const { options } of questions) bytes += QUESTION_BYTES + OPTION_BYTES * options.length;
	const serializer = serializerOf(room);
	if (serializer.fullEncodeBuffer.length >= bytes) return;
	const grown = new Uint8Array(bytes);
	grown.set(serializer.fullEncodeBuffer);
	serializer.fullEncodeBuffer = grown;
	// Twice: the host's part of a patch is written behind everybody's.
	serializer.encoder.sharedBuffer = new Uint8Array(2 * bytes);
}

interface Reservations {
	readonly _reservedSeats: Record<string, readonly [unknown, unknown, isConsumed?: boolean]>;
	readonly _reservedSeatTimeouts: Record<string, NodeJS.Timeout>;
	_autoDisposeTimeout: NodeJS.Timeout | undefined;
}

/**
 * A closing room waits for every reserved seat to be taken or to expire, 15 seconds, and lets
 * whoever takes one in, never to be closed. Seats that nobody has come for yet are given up.
 */
export function giveUpReservations(room: Room): void {
	const reservations = room as unknown as Reservations;
	for (const [sessionId, [, , isConsumed]] of Object.entries(reservations._reservedSeats)) {
		if (isConsumed) continue;
		clearTimeout(reservations._reservedSeatTimeouts[sessionId]);
		delete reservations._reservedSeatTimeouts[sessionId];
		delete reservations._reservedSeats[sessionId];
	}
	clearTimeout(reservations._autoDisposeTimeout);
	reservations._autoDisposeTimeout = undefined;
}

/**
 * A phone that changes networks comes back while its old socket still looks open; core would let
 * it wait until the ping sweep finds out. Whoever shows the old connection's token replaces it.
 */
export function replaceHalfOpenSocket(room: Room, sessionId: string, token?: string): void {
	const old = room.clients.get(sessionId);
	if (token === undefined || old === undefined || old.reconnectionToken !== token) return;
	setImmediate(() => (old.ref as { terminate?: () => void }).terminate?.());
}
