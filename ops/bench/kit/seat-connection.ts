/** One person's WebSocket in a room, with next to no cost for whoever holds thousands. */
import { Protocol } from "@colyseus/shared-types";
import { type CastFrame, readReply, replyId, requestFrame } from "./frames.ts";
import { WebSocket } from "./web-socket.ts";
import { clientFrame } from "./web-socket-frames.ts";

/** What a seat call answers, of Plenum and of Colyseus's own matchmaking alike. */
export interface Reservation {
	readonly processId: string;
	readonly roomId: string;
	readonly sessionId: string;
	readonly publicAddress?: string;
}

/** Hears the frame of the answer, gone once this returns, or why there is none. */
type OnReply = (answer: Buffer | Error) => void;

const ANSWER_WITHIN_MS = 30_000;
const ACKNOWLEDGE = clientFrame(Buffer.from([Protocol.JOIN_ROOM]));
const LEAVE = clientFrame(Buffer.from([Protocol.LEAVE_ROOM]));

export class SeatConnection {
	readonly #socket: WebSocket;
	readonly #waiting = new Map<number, OnReply>();
	#lastId = 0;
	/** Hears that the server has let the person in, or why not. */
	#enter: ((problem?: Error) => void) | undefined;
	/** Bytes that the server has sent, WebSocket headers left out. */
	bytesReceived = 0;
	/** Hears every frame of the room's state, gone once this returns. */
	onState: ((frame: Buffer) => void) | undefined;
	/** Hears why, once the connection is closed. */
	onClose: ((reason: string) => void) | undefined;

	private constructor(url: string) {
		this.#socket = new WebSocket(new URL(url), {
			message: (bytes, start, end) => this.#read(bytes, start, end),
			close: (reason) => {
				const problem = new Error(reason);
				this.#enter?.(problem);
				for (const settle of this.#waiting.values()) settle(problem);
				this.#waiting.clear();
				this.onClose?.(reason);
			},
		});
	}

	/** Resolves once the server has confirmed that the person is in. */
	static enter(origin: string, reservation: Reservation): Promise<SeatConnection> {
		const { processId, roomId, sessionId, publicAddress } = reservation;
		const base =
			publicAddress === undefined ? origin.replace("http", "ws") : `ws://${publicAddress}`;
		const seat = new SeatConnection(`${base}/${processId}/${roomId}?sessionId=${sessionId}`);
		return new Promise((resolve, reject) => {
			seat.#enter = (problem) => (problem === undefined ? resolve(seat) : reject(problem));
			seat.#socket.opened.catch(reject);
		});
	}

	/** For a server that is no room: in as soon as the connection is open. */
	static async connect(url: string): Promise<SeatConnection> {
		const seat = new SeatConnection(url);
		await seat.#socket.opened;
		return seat;
	}

	/** Resolves to the answer; rejects with a refusal, when the connection closes, and after 30 s. */
	request<Answer>(type: string, payload: unknown): Promise<Answer> {
		this.#lastId += 1;
		const id = this.#lastId;
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				this.#waiting.delete(id);
				reject(new Error(`${type} was not answered in time`));
			}, ANSWER_WITHIN_MS);
			this.#waiting.set(id, (answer) => {
				clearTimeout(timer);
				if (answer instanceof Error) return reject(answer);
				const { isResolved, value } = readReply(answer);
				if (!isResolved) return reject(new Error(`${type} was refused: ${JSON.stringify(value)}`));
				// What it is was agreed upon with the server that we have started.
				resolve(value as Answer);
			});
			this.#socket.send(clientFrame(requestFrame(id, type, payload)));
		});
	}

	/** Sends a vote that is encoded already. Whoever calls sees to it that waiting ends. */
	cast(frame: CastFrame, choice: number, revision: number, onReply: OnReply): void {
		this.#lastId += 1;
		this.#waiting.set(this.#lastId, onReply);
		this.#socket.send(frame.with(this.#lastId, choice, revision));
	}

	/** Says goodbye; resolves once the connection is closed. */
	async leave(): Promise<void> {
		this.#socket.send(LEAVE);
		await this.#socket.closed;
	}

	/** Vanishes without a word. */
	drop(): void {
		this.#socket.terminate();
	}

	#read(bytes: Buffer, start: number, end: number): void {
		this.bytesReceived += end - start;
		const kind = bytes[start];
		if (kind === Protocol.ROOM_RESPONSE) {
			const id = replyId(bytes, start);
			const settle = this.#waiting.get(id);
			this.#waiting.delete(id);
			settle?.(bytes.subarray(start, end));
		} else if (kind === Protocol.ROOM_STATE || kind === Protocol.ROOM_STATE_PATCH) {
			this.onState?.(bytes.subarray(start, end));
		} else if (kind === Protocol.JOIN_ROOM && this.#enter !== undefined) {
			this.#socket.send(ACKNOWLEDGE);
			this.#enter();
			this.#enter = undefined;
		}
	}
}
