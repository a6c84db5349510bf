/** Colyseus's frames, written and read by hand: an SDK client for each of thousands would be the load. */
import { decode, encode } from "@colyseus/schema";
import { Protocol } from "@colyseus/shared-types";
import { pack, unpack } from "msgpackr";
import { clientFrame } from "./web-socket-frames.ts";

const HEADER_MAX_BYTES = 64;
/** The status byte of a request that resolved. */
const RESOLVED = 0;
/** Of `encode.number`: four bytes follow, the lowest first. */
const UINT32 = 0xce;

export function requestFrame(id: number, type: string, payload: unknown): Buffer {
	const header = Buffer.alloc(HEADER_MAX_BYTES);
	const place = { offset: 1 };
	header[0] = Protocol.ROOM_REQUEST;
	encode.number(header, id, place);
	encode.string(header, type, place);
	return Buffer.concat([header.subarray(0, place.offset), pack(payload)]);
}

export interface ReplyFrame {
	readonly id: number;
	readonly isResolved: boolean;
	readonly value: unknown;
}

export function readReply(frame: Buffer): ReplyFrame {
	const place = { offset: 1 };
	const id = decode.number(frame, place);
	const isResolved = frame[place.offset] === RESOLVED;
	const rest = frame.subarray(place.offset + 1);
	return { id, isResolved, value: rest.length > 0 ? unpack(rest) : undefined };
}

const place = { offset: 0 };

/** @param start where the frame begins in `bytes`. */
export function replyId(bytes: Buffer, start: number): number {
	place.offset = start + 1;
	return decode.number(bytes, place);
}

/** Whether the request was granted, without reading what was answered. */
export function isGranted(reply: Buffer): boolean {
	place.offset = 1;
	decode.number(reply, place);
	return reply[place.offset] === RESOLVED;
}

/** One person's votes on one question, in the WebSocket's own frame: three numbers change, all else stays. */
export class CastFrame {
	readonly #frame: Buffer;
	readonly #idAt: number;
	readonly #choiceAt: number;
	readonly #revisionAt: number;

	/** @param questionId none for a room without questions. */
	constructor(questionId: string | undefined) {
		const head = Buffer.alloc(HEADER_MAX_BYTES);
		head[0] = Protocol.ROOM_REQUEST;
		head[1] = UINT32;
		const after = { offset: 6 };
		encode.string(head, "vote", after);
		const question = questionId === undefined ? [] : [pack("questionId"), pack(questionId)];
		// MessagePack: a map of so many keys, a list of one small number, a number of four bytes.
		const map = Buffer.from([questionId === undefined ? 0x82 : 0x83]);
		const upToChoice = [head.subarray(0, after.offset), map, ...question, pack("choices")];
		const upToRevision = [...upToChoice, Buffer.from([0x91, 0]), pack("revision")];
		this.#frame = clientFrame(Buffer.concat([...upToRevision, Buffer.from([UINT32, 0, 0, 0, 0])]));
		const start = this.#frame.length - lengthOf(upToRevision) - 5;
		this.#idAt = start + 2;
		this.#choiceAt = start + lengthOf(upToChoice) + 1;
		this.#revisionAt = start + lengthOf(upToRevision) + 1;
	}

	/** A frame of its own: more than one may be under way. @param choice up to 127. */
	with(id: number, choice: number, revision: number): Buffer {
		const frame = Buffer.from(this.#frame);
		frame.writeUInt32LE(id, this.#idAt);
		frame[this.#choiceAt] = choice;
		frame.writeUInt32BE(revision, this.#revisionAt);
		return frame;
	}
}

function lengthOf(pieces: readonly Buffer[]): number {
	return pieces.reduce((sum, { length }) => sum + length, 0);
}
