import assert from "node:assert/strict";
import { decode, encode } from "@colyseus/schema";
import { Protocol } from "@colyseus/shared-types";
import { pack, unpack } from "msgpackr";
import { atOnce } from "./at-once.ts";
import { CastFrame, isGranted, readReply, replyId, requestFrame } from "./frames.ts";

describe("the driver of the benches", () => {
	it("[Z7] writes requests as the SDK does, also with large ids", () => {
		for (const id of [1, 127, 128, 70_000]) {
			const frame = requestFrame(id, "vote", { choices: [1], revision: id });
			const place = { offset: 1 };
			assert.equal(frame[0], Protocol.ROOM_REQUEST);
			assert.equal(decode.number(frame, place), id);
			assert.equal(decode.string(frame, place), "vote");
			assert.deepEqual(unpack(frame.subarray(place.offset)), { choices: [1], revision: id });
		}
	});

	it("[Z7] writes votes that are encoded ahead as any request", () => {
		for (const questionId of ["q1", "a-rather-long-name-of-a-question", undefined]) {
			const cast = new CastFrame(questionId);
			for (const id of [1, 127, 128, 70_000]) {
				const frame = cast.with(id, 3, id + 1).subarray(6);
				const place = { offset: 1 };
				assert.equal(frame[0], Protocol.ROOM_REQUEST);
				assert.equal(decode.number(frame, place), id);
				assert.equal(decode.string(frame, place), "vote");
				const asked = { choices: [3], revision: id + 1, ...(questionId && { questionId }) };
				assert.deepEqual(unpack(frame.subarray(place.offset)), asked);
			}
		}
	});

	it("[Z7] reads answers and refusals", () => {
		for (const [status, isResolved] of [
			[0, true],
			[1, false],
			[2, false],
		] as const) {
			const head = Buffer.alloc(16);
			const place = { offset: 1 };
			head[0] = Protocol.ROOM_RESPONSE;
			encode.number(head, 300, place);
			head[place.offset] = status;
			const bare = head.subarray(0, place.offset + 1);
			assert.deepEqual(readReply(bare), { id: 300, isResolved, value: undefined });
			const full = Buffer.concat([bare, pack({ seq: 7 })]);
			assert.deepEqual(readReply(full), { id: 300, isResolved, value: { seq: 7 } });
			assert.deepEqual([replyId(full, 0), isGranted(full)], [300, isResolved]);
		}
	});

	it("[Z7] does so many things, so many at a time", async () => {
		const done: number[] = [];
		let now = 0;
		let most = 0;
		await atOnce(10, 3, async (index) => {
			now += 1;
			most = Math.max(most, now);
			await new Promise((resolve) => setImmediate(resolve));
			now -= 1;
			done.push(index);
		});
		assert.deepEqual(
			[...done].sort((a, b) => a - b),
			[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
		);
		assert.equal(most, 3);
		await assert.rejects(
			atOnce(2, 1, async () => {
				throw new Error("no");
			}),
			/no/,
		);
	});
});
