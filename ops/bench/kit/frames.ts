/** Colyseus's frames, written and read by hand: an SDK client for each of thousands would be the load. */
import { decode, encode } from "@colyseus/schema";
import { Protocol } from "@colyseus/shared-types";
import { pack, unpack } from "msgpackr";

const HEADER_MAX_BYTES = 64;
/** The status byte of a request that resolved. */
const RESOLVED = 0;

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
