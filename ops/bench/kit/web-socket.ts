/**
 * A WebSocket client for drivers that hold thousands: one buffer a connection to read into, frames
 * handed on where they lie, no streams. Messages of one frame only, no extensions.
 */
import { connect, type Socket } from "node:net";
import { clientFrame, FrameReader, opcodes } from "./web-socket-frames.ts";

const READ_BYTES = 4_096;
const HEAD_MAX_BYTES = 8_192;
const END_OF_HEAD = "\r\n\r\n";
/** Fixed: it protects against caches between client and server, of which there are none. */
const KEY = "cGxlbnVtLWJlbmNobWFyaw==";

export interface WebSocketEvents {
	/** A message; its bytes are those from `start` to `end`, gone once this returns. */
	message(bytes: Buffer, start: number, end: number): void;
	close(reason: string): void;
}

export class WebSocket {
	readonly #socket: Socket;
	readonly #reader: FrameReader;
	readonly #closed: Promise<void>;
	#reason = "the connection was lost";
	#head: string | undefined = "";

	/** Resolves once messages may be sent; those of the server may come before it is noticed. */
	readonly opened: Promise<void>;

	constructor({ hostname, port, host, pathname, search }: URL, events: WebSocketEvents) {
		let whenOpen = (_problem?: Error): void => {};
		this.opened = new Promise((resolve, reject) => {
			whenOpen = (problem) => (problem === undefined ? resolve() : reject(problem));
		});
		this.#reader = new FrameReader((opcode, bytes, start, end) => {
			if (opcode === opcodes.binary || opcode === opcodes.text) events.message(bytes, start, end);
			else this.#control(opcode, bytes.subarray(start, end));
		});
		this.#socket = connect({
			...{ host: hostname, port: Number(port), noDelay: true },
			onread: {
				buffer: Buffer.allocUnsafeSlow(READ_BYTES),
				callback: (length, buffer) => {
					if (this.#head === undefined) this.#reader.read(buffer as Buffer, length);
					else this.#readHead((buffer as Buffer).subarray(0, length), whenOpen);
					return true;
				},
			},
		});
		this.#socket.write(
			`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13${END_OF_HEAD}`,
		);
		this.#socket.on("error", (error) => {
			this.#reason = error.message;
		});
		this.#closed = new Promise((resolve) => {
			this.#socket.once("close", () => {
				whenOpen(new Error(this.#reason));
				events.close(this.#reason);
				resolve();
			});
		});
	}

	/** Resolves once the connection is gone, whoever ends it. */
	get closed(): Promise<void> {
		return this.#closed;
	}

	/** @param frame made by `clientFrame`; not to be changed before it is answered. */
	send(frame: Buffer): void {
		this.#socket.write(frame);
	}

	/** Without a word. */
	terminate(): void {
		this.#socket.destroy();
	}

	#readHead(piece: Buffer, whenOpen: (problem?: Error) => void): void {
		const head = `${this.#head}${piece.toString("latin1")}`;
		const end = head.indexOf(END_OF_HEAD);
		if (end < 0 && head.length < HEAD_MAX_BYTES) {
			this.#head = head;
			return;
		}
		if (!head.startsWith("HTTP/1.1 101")) {
			this.#reason = `the upgrade was answered with ${head.slice(0, 120)}`;
			this.#socket.destroy();
			return;
		}
		this.#head = undefined;
		whenOpen();
		const rest = Buffer.from(head.slice(end + END_OF_HEAD.length), "latin1");
		if (rest.length > 0) this.#reader.read(rest, rest.length);
	}

	#control(opcode: number, payload: Buffer): void {
		if (opcode === opcodes.ping) this.#socket.write(clientFrame(payload, opcodes.pong));
		if (opcode !== opcodes.close) return;
		const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
		this.#reason = `closed with ${code} ${payload.toString("utf8", 2)}`.trim();
		this.#socket.end(clientFrame(payload, opcodes.close));
	}
}
