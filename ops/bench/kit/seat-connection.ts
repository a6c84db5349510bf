/** One person's WebSocket in a room, with next to no cost for whoever holds thousands. */
import { Protocol } from "@colyseus/shared-types";
import WebSocket from "ws";
import { type ReplyFrame, readReply, requestFrame } from "./frames.ts";

/** What a seat call answers, of Plenum and of Colyseus's own matchmaking alike. */
export interface Reservation {
	readonly processId: string;
	readonly roomId: string;
	readonly sessionId: string;
	readonly publicAddress?: string;
}

const ANSWER_WITHIN_MS = 30_000;
const ACKNOWLEDGE = Buffer.from([Protocol.JOIN_ROOM]);
const LEAVE = Buffer.from([Protocol.LEAVE_ROOM]);

export class SeatConnection {
	readonly #socket: WebSocket;
	readonly #waiting = new Map<number, (reply: ReplyFrame | Error) => void>();
	#lastId = 0;
	/** Bytes that the server has sent, WebSocket headers left out. */
	bytesReceived = 0;
	/** Hears every frame of the room's state. */
	onState: (frame: Buffer) => void = () => {};

	private constructor(socket: WebSocket) {
		this.#socket = socket;
	}

	/** Resolves once the server has confirmed that the person is in. */
	static enter(origin: string, reservation: Reservation): Promise<SeatConnection> {
		const { processId, roomId, sessionId, publicAddress } = reservation;
		const base =
			publicAddress === undefined ? origin.replace("http", "ws") : `ws://${publicAddress}`;
		return SeatConnection.#open(`${base}/${processId}/${roomId}?sessionId=${sessionId}`, true);
	}

	/** For a server that is no room: in as soon as the connection is open. */
	static connect(url: string): Promise<SeatConnection> {
		return SeatConnection.#open(url, false);
	}

	static #open(url: string, isRoom: boolean): Promise<SeatConnection> {
		const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
		const seat = new SeatConnection(socket);
		return new Promise((resolve, reject) => {
			let isIn = false;
			const enter = (): void => {
				isIn = true;
				resolve(seat);
			};
			if (!isRoom) socket.once("open", enter);
			socket.on("message", (frame: Buffer) => {
				seat.bytesReceived += frame.length;
				if (isIn) return seat.#read(frame);
				if (frame[0] !== Protocol.JOIN_ROOM) return;
				socket.send(ACKNOWLEDGE);
				enter();
			});
			socket.once("error", reject);
			socket.once("close", (code, reason) => {
				const problem = new Error(`closed with ${code} ${reason}`);
				reject(problem);
				for (const settle of seat.#waiting.values()) settle(problem);
			});
		});
	}

	/** Resolves to the answer; rejects with a refusal, when the connection closes, and after 30 s. */
	async request<Answer>(type: string, payload: unknown): Promise<Answer> {
		this.#lastId += 1;
		const reply = await this.#exchange(this.#lastId, requestFrame(this.#lastId, type, payload));
		if (!reply.isResolved) throw new Error(`${type} was refused: ${JSON.stringify(reply.value)}`);
		// What it is was agreed upon with the server that we have started.
		return reply.value as Answer;
	}

	/** Says goodbye; resolves once the connection is closed. */
	leave(): Promise<void> {
		this.#socket.send(LEAVE);
		return new Promise((resolve) => this.#socket.once("close", () => resolve()));
	}

	/** Vanishes without a word. */
	drop(): void {
		this.#socket.terminate();
	}

	#exchange(id: number, frame: Buffer): Promise<ReplyFrame> {
		return new Promise((resolve, reject) => {
			const settle = (reply: ReplyFrame | Error): void => {
				clearTimeout(timer);
				this.#waiting.delete(id);
				if (reply instanceof Error) reject(reply);
				else resolve(reply);
			};
			const timer = setTimeout(settle, ANSWER_WITHIN_MS, new Error("not answered in time"));
			this.#waiting.set(id, settle);
			this.#socket.send(frame);
		});
	}

	#read(frame: Buffer): void {
		if (frame[0] === Protocol.ROOM_RESPONSE) {
			const reply = readReply(frame);
			this.#waiting.get(reply.id)?.(reply);
		} else if (frame[0] === Protocol.ROOM_STATE || frame[0] === Protocol.ROOM_STATE_PATCH) {
			this.onState(frame);
		}
	}
}
