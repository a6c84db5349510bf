/** Below every library: raw HTTP text, and a seat whose every frame the test writes and reads itself. */
import { connect } from "node:net";
import { Decoder, decode, encode } from "@colyseus/schema";
import { Protocol } from "@colyseus/shared-types";
import { pack, unpack } from "msgpackr";
import WebSocket from "ws";
import { PollView } from "../../../schema/view/poll-view.ts";

/** What `POST /api/polls/CODE/seats` answers. */
export interface Reservation {
	readonly name: string;
	readonly processId: string;
	readonly roomId: string;
	readonly sessionId: string;
}

export interface RawReply {
	/** 0 resolved, 1 rejected with a reason, 2 failed. */
	readonly status: number;
	// biome-ignore lint/suspicious/noExplicitAny: checked field by field in tests.
	readonly value: any;
}

/** Well above the eight seconds within which a server answers, of which thousands may be asked at once. */
const ANSWER_WITHIN_MS = 60_000;
const RAW_WAIT_MS = 20_000;

/**
 * Writes the text to a new connection; resolves to what came back once the server has closed it,
 * `isEnough` is satisfied, or 20 s are over.
 */
export function rawExchange(
	port: number,
	text: string,
	isEnough: (answer: string) => boolean = () => false,
): Promise<{ readonly answer: string; readonly isClosed: boolean }> {
	return new Promise((resolve) => {
		const socket = connect(port, "127.0.0.1");
		let answer = "";
		const end = (isClosed: boolean): void => {
			clearTimeout(timer);
			socket.destroy();
			resolve({ answer, isClosed });
		};
		const timer = setTimeout(end, RAW_WAIT_MS, false);
		socket.on("data", (chunk) => {
			answer += chunk.toString("latin1");
			if (isEnough(answer)) end(false);
		});
		socket.on("error", () => {});
		socket.on("close", () => end(true));
		socket.write(text);
	});
}

/** The address at which a reserved seat is taken. */
export function seatUrl(origin: string, reservation: Reservation, query = ""): string {
	const { processId, roomId, sessionId } = reservation;
	return `${origin.replace("http", "ws")}/${processId}/${roomId}?sessionId=${sessionId}${query}`;
}

/** The bytes of a request; `payload` goes as it is. */
export function requestFrame(id: number, type: string, payload: Uint8Array = pack({})): Buffer {
	const header = Buffer.alloc(type.length * 4 + 32);
	const place = { offset: 1 };
	header[0] = Protocol.ROOM_REQUEST;
	encode.number(header, id, place);
	encode.string(header, type, place);
	return Buffer.concat([header.subarray(0, place.offset), payload]);
}

export class RawSeat {
	readonly socket: WebSocket;
	/** Resolves when the server confirms the join, before it is acknowledged. */
	readonly joined: Promise<void>;
	/** Resolves to the close code. */
	readonly closed: Promise<number>;
	/** The state as decoded from this connection's frames alone. */
	readonly view = new PollView();
	/** What went wrong while decoding them. */
	readonly decodingProblems: unknown[] = [];
	readonly #decoder = new Decoder(this.view);
	readonly #waiting = new Map<number, (reply: RawReply | Error) => void>();
	#lastId = 0;

	/** `isAcknowledging: false` leaves the join unacknowledged until `acknowledge`. */
	constructor(
		url: string,
		{ isAcknowledging = true, origin }: { isAcknowledging?: boolean; origin?: string } = {},
	) {
		this.socket = new WebSocket(url, origin === undefined ? {} : { origin });
		this.socket.on("error", () => {});
		this.closed = new Promise((resolve) => this.socket.once("close", resolve));
		this.joined = new Promise((resolve, reject) => {
			this.socket.on("message", (frame: Buffer) => {
				if (frame[0] !== Protocol.JOIN_ROOM) return this.#read(frame);
				if (isAcknowledging) this.acknowledge();
				resolve();
			});
			this.socket.once("close", (code) => {
				const problem = new Error(`closed with ${code}`);
				reject(problem);
				for (const settle of this.#waiting.values()) settle(problem);
			});
		});
		this.joined.catch(() => {});
	}

	acknowledge(): void {
		this.send([Protocol.JOIN_ROOM]);
	}

	send(bytes: Uint8Array | readonly number[]): void {
		this.socket.send(Uint8Array.from(bytes));
	}

	request(type: string, payload: unknown = {}): Promise<RawReply> {
		return this.requestBytes(type, pack(payload));
	}

	requestBytes(type: string, payload: Uint8Array): Promise<RawReply> {
		this.#lastId += 1;
		const id = this.#lastId;
		return new Promise((resolve, reject) => {
			const settle = (reply: RawReply | Error): void => {
				clearTimeout(timer);
				this.#waiting.delete(id);
				if (reply instanceof Error) reject(new Error(`${type} was not answered`, { cause: reply }));
				else resolve(reply);
			};
			// Whoever does not wait for the answer any more is not kept waiting for its deadline.
			const timer = setTimeout(settle, ANSWER_WITHIN_MS, new Error("no reply in time")).unref();
			this.#waiting.set(id, settle);
			this.send(requestFrame(id, type, payload));
		});
	}

	/** Leaves everything that arrives in the network's buffers. */
	pause(): void {
		this.socket.pause();
	}

	resume(): void {
		this.socket.resume();
	}

	close(): void {
		this.socket.terminate();
	}

	#read(frame: Buffer): void {
		switch (frame[0]) {
			case Protocol.ROOM_STATE:
			case Protocol.ROOM_STATE_PATCH:
				return this.#decodeState(frame);
			case Protocol.ROOM_RESPONSE:
				return this.#readReply(frame);
		}
	}

	#decodeState(frame: Buffer): void {
		try {
			this.#decoder.decode(frame, { offset: 1 });
		} catch (problem) {
			this.decodingProblems.push(problem);
		}
	}

	#readReply(frame: Buffer): void {
		const place = { offset: 1 };
		const id = decode.number(frame, place);
		const status = frame[place.offset] ?? -1;
		const rest = frame.subarray(place.offset + 1);
		this.#waiting.get(id)?.({ status, value: rest.length > 0 ? unpack(rest) : undefined });
	}
}
