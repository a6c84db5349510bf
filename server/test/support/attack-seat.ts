/**
 * A seat with nothing but a socket in it: no state is decoded, so that a thousand of them leave
 * the machine to the server. Every frame can be seen, and anything can be sent.
 */
import type { Socket } from "node:net";
import { decode } from "@colyseus/schema";
import { Protocol } from "@colyseus/shared-types";
import { pack, unpack } from "msgpackr";
import WebSocket from "ws";
import { type RawReply, type Reservation, requestFrame, seatUrl } from "./raw-seat.ts";

export interface SeatOptions {
	readonly headers?: Record<string, string>;
	/** Behind the session id in the address. */
	readonly query?: string;
	readonly onFrame?: (frame: Buffer) => void;
	/** False leaves the join unacknowledged until `acknowledge`. */
	readonly isAcknowledging?: boolean;
}

/** Well above the eight seconds within which a server answers. */
const ANSWER_WITHIN_MS = 60_000;

export class AttackSeat {
	readonly socket: WebSocket;
	/** Resolves when the server confirms the join; rejects with the close code in its message. */
	readonly joined: Promise<void>;
	/** Resolves to the close code, 1006 for a socket that was cut. */
	readonly closed: Promise<number>;
	readonly #waiting = new Map<number, (reply: RawReply) => void>();
	#reconnectionToken = "";
	#lastId = 0;

	constructor(origin: string, reservation: Reservation, options: SeatOptions = {}) {
		const { headers = {}, query = "", onFrame, isAcknowledging = true } = options;
		this.socket = new WebSocket(seatUrl(origin, reservation, query), { headers });
		this.socket.on("error", () => {});
		this.closed = new Promise((resolve) => this.socket.once("close", resolve));
		this.joined = new Promise((resolve, reject) => {
			this.socket.on("message", (frame: Buffer) => {
				onFrame?.(frame);
				if (frame[0] === Protocol.ROOM_RESPONSE) this.#settle(frame);
				if (frame[0] !== Protocol.JOIN_ROOM) return;
				this.#reconnectionToken = frame.subarray(2, 2 + (frame[1] ?? 0)).toString();
				if (isAcknowledging) this.acknowledge();
				resolve();
			});
			void this.closed.then((code) => reject(new Error(`closed with ${code}`)));
		});
		this.joined.catch(() => {});
	}

	/** What the framework lets a dropped connection come back with. */
	get reconnectionToken(): string {
		return this.#reconnectionToken;
	}

	get isOpen(): boolean {
		return this.socket.readyState === WebSocket.OPEN;
	}

	acknowledge(): void {
		this.send(Uint8Array.of(Protocol.JOIN_ROOM));
	}

	send(bytes: Uint8Array): void {
		if (this.isOpen) this.socket.send(bytes);
	}

	/** Bytes below the library, which sends only whole and proper frames. */
	writeRaw(bytes: Uint8Array): void {
		(this.socket as unknown as { readonly _socket: Socket })._socket.write(bytes);
	}

	/** Rejects when no answer has come in time or the connection is closed. */
	request(type: string, payload: unknown = {}): Promise<RawReply> {
		this.#lastId += 1;
		const id = this.#lastId;
		return new Promise((resolve, reject) => {
			const fail = (reason: string) => {
				clearTimeout(timer);
				this.#waiting.delete(id);
				reject(new Error(`${type} was not answered: ${reason}`));
			};
			const timer = setTimeout(fail, ANSWER_WITHIN_MS, "no reply in time").unref();
			void this.closed.then((code) => fail(`closed with ${code}`));
			this.#waiting.set(id, (reply) => {
				clearTimeout(timer);
				resolve(reply);
			});
			this.send(requestFrame(id, type, pack(payload)));
		});
	}

	close(): void {
		this.socket.terminate();
	}

	#settle(frame: Buffer): void {
		const place = { offset: 1 };
		const id = decode.number(frame, place);
		const status = frame[place.offset] ?? -1;
		const rest = frame.subarray(place.offset + 1);
		this.#waiting.get(id)?.({ status, value: rest.length > 0 ? unpack(rest) : undefined });
		this.#waiting.delete(id);
	}
}
