import assert from "node:assert/strict";
import { Protocol } from "@colyseus/core";
import { encode } from "@colyseus/schema";
import { pack } from "msgpackr";
import { readHead, withPayload } from "./request-frames.ts";

function frame(id: number, type: string, payload?: Uint8Array): Buffer {
	const head = new Uint8Array(512);
	const iterator = { offset: 1 };
	head[0] = Protocol.ROOM_REQUEST;
	encode.number(head, id, iterator);
	encode.string(head, type, iterator);
	return Buffer.concat([head.subarray(0, iterator.offset), payload ?? new Uint8Array()]);
}

function readRequest(buffer: Buffer) {
	const head = readHead(buffer);
	return head && withPayload(head, buffer);
}

describe("request frames", () => {
	it("[W5] hold an id, a type and a payload", () => {
		const request = readRequest(frame(7, "vote", pack({ questionId: "q1" })));
		assert.deepEqual(request, {
			id: 7,
			type: "vote",
			payload: { questionId: "q1" },
			isMalformed: false,
		});
		assert.equal(readRequest(frame(1, "hello"))?.payload, undefined);
	});

	it("[W5] take integers of 64 bits, as some languages pack every integer", () => {
		const revision = Uint8Array.of(0x81, 0xa1, 0x72, 0xcf, 0, 0, 0, 0, 0, 0, 0, 5);
		assert.deepEqual(readRequest(frame(1, "vote", revision))?.payload, { r: 5 });
	});

	it("[S7] that cannot be read are nobody's, or are known to be malformed", () => {
		assert.equal(readRequest(Buffer.of(Protocol.ROOM_REQUEST)), undefined);
		assert.equal(readRequest(frame(1, "vote", Uint8Array.of(0x92, 0x01)))?.isMalformed, true);
	});
});
