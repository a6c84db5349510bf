/**
 * A socket that writes every message of the server in one piece. `ws` writes a frame's head and its
 * bytes as two, gathered by the stream, which is a tenth of what a receipt costs; and it makes a
 * head anew for everybody who is sent the same picture.
 */
import type { Socket } from "node:net";
import { WebSocket } from "ws";

/** FIN and the opcode of binary data, RFC 6455, section 5.2. */
const BINARY = 0x82;
const SHORT_MAX = 125;
const LENGTH_OF_16_BITS = 126;
const MEDIUM_MAX = 0xffff;

type Data = Parameters<WebSocket["send"]>[0];
type Callback = (error?: Error) => void;
type Options = { readonly binary?: boolean | undefined };

/** What was framed last: the same bytes, which nobody changes any more, go to everybody in a room. */
let framed: { readonly data: Uint8Array; readonly frame: Buffer } | undefined;

/** Nothing may be compressed or sent as a `Blob` beside it: `ws` queues such messages by itself. */
export class OnePieceSocket extends WebSocket {
	override send(data: Data, options: Options | Callback = {}, callback?: Callback): void {
		if (typeof options === "function") return super.send(data, options);
		const isOurs = data instanceof Uint8Array && data.length <= MEDIUM_MAX && options.binary;
		if (!isOurs || this.readyState !== WebSocket.OPEN) return super.send(data, options, callback);
		if (framed?.data !== data) framed = { data, frame: frameOf(data) };
		const { _socket: socket } = this as unknown as { readonly _socket: Socket };
		socket.write(framed.frame, callback as ((error?: Error | null) => void) | undefined);
	}
}

/** As servers send them: in one fragment, without a mask. */
export function frameOf(data: Uint8Array): Buffer {
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
