/**
 * A client's socket. It writes every message of the server in one piece: `ws` writes a frame's head
 * and its bytes as two, gathered by the stream, at a tenth of what a receipt costs, and makes a head
 * anew for everybody who is sent the same picture.
 *
 * A write costs many times what its bytes do, at both ends. So the picture for somebody who is about
 * to be answered waits for the answer, and both go out in one.
 */
import type { Socket } from "node:net";
import { Protocol } from "@colyseus/core";
import { WebSocket } from "ws";
import { realTimers } from "../lib/timers.ts";
import { HeldBack } from "./held-back.ts";

/** FIN and the opcode of binary data, RFC 6455, section 5.2. */
const BINARY = 0x82;
const SHORT_MAX = 125;
const LENGTH_OF_16_BITS = 126;
const MEDIUM_MAX = 0xffff;

type Data = Parameters<WebSocket["send"]>[0];
type Callback = (error?: Error) => void;
type Options = { readonly binary?: boolean | undefined };

/** A client's answer to an empty ping, RFC 6455, section 5.2: its head and its mask. */
const PONG_BYTES = 6;

const heldBack = new HeldBack(realTimers);

/** What was framed last: the same bytes, which nobody changes any more, go to everybody in a room. */
let framed: { readonly data: Uint8Array; readonly frame: Buffer } | undefined;

/** Nothing may be compressed or sent as a `Blob` beside it: `ws` queues such messages by itself. */
export class RoomSocket extends WebSocket {
	/** Pings without an answer; core's own. */
	pingCount = 0;
	/** Requests that will be answered on this socket. */
	unanswered = 0;
	#heardBytes = 0;
	/** Whole frames. */
	#held: Buffer | undefined;

	/** Whether anything but the answer to a ping has come since the last call. */
	hasSpoken(): boolean {
		const { bytesRead } = this.#socket;
		const heard = bytesRead - this.#heardBytes;
		this.#heardBytes = bytesRead;
		return heard > PONG_BYTES;
	}

	override send(data: Data, options: Options | Callback = {}, callback?: Callback): void {
		if (typeof options === "function") return this.send(data, {}, options);
		const isOurs = data instanceof Uint8Array && data.length <= MEDIUM_MAX && options.binary;
		if (!isOurs || this.readyState !== WebSocket.OPEN) {
			this.flush();
			return super.send(data, options, callback);
		}
		if (framed?.data !== data) framed = { data, frame: frameOf(data) };
		const isPatch = data[0] === Protocol.ROOM_STATE_PATCH && callback === undefined;
		if (isPatch && this.unanswered > 0) this.#hold(framed.frame);
		else this.#write(framed.frame, callback);
	}

	override close(...why: Parameters<WebSocket["close"]>): void {
		this.flush();
		super.close(...why);
	}

	/** Writes what is held back. */
	flush(): void {
		if (this.#held === undefined) return;
		if (this.readyState === WebSocket.OPEN) this.#socket.write(this.#held);
		this.#release();
	}

	#hold(frame: Buffer): void {
		this.#held = this.#held === undefined ? frame : Buffer.concat([this.#held, frame]);
		heldBack.add(this);
	}

	#write(frame: Buffer, callback?: Callback): void {
		const whole = this.#held === undefined ? frame : Buffer.concat([this.#held, frame]);
		this.#release();
		this.#socket.write(whole, callback as ((error?: Error | null) => void) | undefined);
	}

	#release(): void {
		if (this.#held === undefined) return;
		this.#held = undefined;
		heldBack.delete(this);
	}

	get #socket(): Socket {
		return (this as unknown as { readonly _socket: Socket })._socket;
	}
}

/** As servers send them: in one fragment, without a mask. */
function frameOf(data: Uint8Array): Buffer {
	const { length } = data;
	const headLength = length <= SHORT_MAX ? 2 : 4;
	const frame = Buffer.allocUnsafe(headLength + length);
	frame[0] = BINARY;
	if (length <= SHORT_MAX) {
		frame[1] = length;
	} else {
		frame[1] = LENGTH_OF_16_BITS;
		frame.writeUInt16BE(length, 2);
	}
	frame.set(data, headLength);
	return frame;
}
