/**
 * Seats through the HTTP API and rooms through the Colyseus SDK.
 *
 * The SDK's own reconnection is switched off: every lost connection is followed by a new seat.
 * That is the one way which also leads to another process or a restarted server; it costs one
 * small HTTP call, waits for no half-open socket to be noticed, and asks the server each time
 * whether this person may still come in.
 */
import { ColyseusSDK, type Room, type SeatReservation } from "@colyseus/sdk";
import { closeCodes, type Refusal, retryableRefusal } from "../../../schema/refusals.ts";
import type { PollView } from "../../../schema/view/poll-view.ts";
import type { RosterMessage } from "../../../schema/wire/client-messages.ts";
import type { HttpApi } from "./http-api.ts";
import { HttpError } from "./http-call.ts";
import { isSeatRefusalCode, RefusedError, readRefusal, seatRefusal } from "./refused-error.ts";
import type { RoomConnection, RoomEvents, SeatTaker } from "./seat.ts";
import { snapshotOf } from "./view.ts";

type PollRoom = Room<unknown, PollView>;

// The session gives up long before; this only bounds what the SDK keeps.
const SDK_TIMEOUT_MS = 30_000;
// A server that is well closes at once; a frozen one is not waited for.
const GOODBYE_MS = 1_000;

export function colyseusSeats(origin: string, code: string, api: HttpApi): SeatTaker {
	return {
		async take(request, events, signal) {
			let reservation: SeatReservation;
			try {
				reservation = await api.takeSeat(code, request, signal);
			} catch (error) {
				throw refusedSeat(error) ?? error;
			}
			events.reserved();
			return enter(origin, reservation, events, signal);
		},
	};
}

function enter(
	origin: string,
	reservation: SeatReservation,
	events: RoomEvents,
	signal: AbortSignal,
): Promise<RoomConnection> {
	return new Promise((resolve, reject) => {
		let isOver = false;
		const end = () => {
			isOver = true;
		};
		let onGone = () => {};
		const gone = new Promise<void>((resolve) => {
			onGone = resolve;
		});
		const client = new EnteringClient(origin, (room) => {
			room.reconnection.enabled = false;
			// Before connecting, so that nothing that arrives can be missed.
			room.onStateChange((view) => void (isOver || events.shown(snapshotOf(view))));
			room.onMessage("roster", (message: RosterMessage) => {
				if (!isOver) events.rosterChanged(message);
			});
			room.onLeave((closeCode) => {
				if (!isOver) events.closed(closeCode);
				end();
				onGone();
			});
		});
		const abandon = () => {
			end();
			reject(signal.reason);
			if (client.room) closeNow(client.room);
		};
		signal.addEventListener("abort", abandon, { once: true });
		if (signal.aborted) return reject(signal.reason);
		client
			// Without the class of the state: its fields are as that server says, which may be of another release.
			.consumeSeatReservation<PollView>(reservation)
			.then((room) => resolve(connectionIn(room as PollRoom, end, gone)))
			.catch((error) => {
				end();
				reject(refusedOnEntering(error) ?? error);
			})
			.finally(() => signal.removeEventListener("abort", abandon));
	});
}

/** Hands out the room before it connects: the SDK does so only once it was entered, if ever. */
class EnteringClient extends ColyseusSDK {
	room: PollRoom | undefined;
	readonly #prepare: (room: PollRoom) => void;

	constructor(origin: string, prepare: (room: PollRoom) => void) {
		super(origin);
		this.#prepare = prepare;
	}

	protected override createRoom<State>(
		...made: Parameters<ColyseusSDK["createRoom"]>
	): Room<unknown, State> {
		const room = super.createRoom(...made);
		this.room = room as PollRoom;
		this.#prepare(this.room);
		return room as Room<unknown, State>;
	}
}

function connectionIn(room: PollRoom, end: () => void, gone: Promise<void>): RoomConnection {
	return {
		async request(type, payload) {
			try {
				const answer: unknown = await room.request(type, payload, { timeout: SDK_TIMEOUT_MS });
				if (typeof answer === "object" && answer !== null) {
					return { kind: "answered", answer: answer as never };
				}
				return { kind: "refused", refusal: failedAtServer() };
			} catch (error) {
				const refusal = readRefusal((error as { reason?: unknown }).reason);
				if (refusal !== undefined) return { kind: "refused", refusal };
				if (room.connection.isOpen) return { kind: "refused", refusal: failedAtServer() };
				// While it closes, the reason is still on its way: whoever learns of the loss gives the room up.
				const giveUp = new Promise((resolve) => setTimeout(resolve, GOODBYE_MS));
				await Promise.race([gone, giveUp]);
				return { kind: "lost" };
			}
		},
		ping: (onAnswer) => room.ping(onAnswer),
		leave() {
			end();
			const giveUp = setTimeout(() => closeNow(room), GOODBYE_MS);
			room.leave().then(
				() => clearTimeout(giveUp),
				() => closeNow(room),
			);
		},
		drop() {
			end();
			closeNow(room);
		},
	};
}

function closeNow(room: PollRoom): void {
	try {
		room.connection?.close();
	} catch {
		// Closing what is not yet open throws in some WebSockets, and closes it all the same.
	}
}

function failedAtServer(): Refusal {
	return retryableRefusal("unavailable", "The server failed to answer this request.", 0);
}

function refusedSeat(error: unknown): RefusedError | undefined {
	if (!(error instanceof HttpError)) return undefined;
	const { code, message, retryAfterMs } = error;
	if (!isSeatRefusalCode(code) && code !== "forbidden") return undefined;
	const retryable = code === "rate_limited" || code === "unavailable";
	const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
	return new RefusedError({ code, message, retryable, ...wait });
}

/** On entering, a refusal is an error whose message is the bare code, or a close code of ours. */
function refusedOnEntering(error: { readonly code?: unknown; readonly message?: unknown }) {
	if (isSeatRefusalCode(error.message)) return new RefusedError(seatRefusal(error.message));
	if (error.code === closeCodes.removed) return new RefusedError(seatRefusal("removed"));
	if (error.code === closeCodes.deleted) return new RefusedError(seatRefusal("poll_not_found"));
	return undefined;
}
