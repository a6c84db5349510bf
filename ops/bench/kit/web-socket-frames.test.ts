import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { WebSocket } from "./web-socket.ts";
import { clientFrame, FrameReader, opcodes } from "./web-socket-frames.ts";

/** As a server writes them: without a mask. */
function serverFrame(payload: Buffer): Buffer {
	const { length } = payload;
	const head = length < 126 ? [0x82, length] : [0x82, 126, length >> 8, length & 0xff];
	if (length < 65_536) return Buffer.concat([Buffer.from(head), payload]);
	const long = Buffer.alloc(10);
	long.set([0x82, 127]);
	long.writeBigUInt64BE(BigInt(length), 2);
	return Buffer.concat([long, payload]);
}

describe("the driver's WebSocket", () => {
	it("[Z7] finds every frame, however the bytes are cut", () => {
		const sizes = [0, 1, 125, 126, 127, 300, 65_535, 65_536];
		for (const piece of [1, 2, 3, 7, 129, 4_096, 200_000]) {
			const sent = sizes
				.filter((size) => size < piece * 300)
				.map((size, index) => Buffer.alloc(size, index + 1));
			const stream = Buffer.concat(sent.map(serverFrame));
			const seen: Buffer[] = [];
			const reader = new FrameReader((opcode, bytes, start, end) => {
				assert.equal(opcode, opcodes.binary);
				seen.push(Buffer.from(bytes.subarray(start, end)));
			});
			const reused = Buffer.alloc(piece);
			for (let at = 0; at < stream.length; at += piece) {
				const length = stream.copy(reused, 0, at, Math.min(at + piece, stream.length));
				reader.read(reused, length);
			}
			assert.deepEqual(seen, sent, `cut every ${piece} bytes`);
		}
	});

	it("[Z7] talks with a real server: messages both ways, pings answered, closing told", async () => {
		const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
		await once(server, "listening");
		const accepted = once(server, "connection");
		const seen: number[] = [];
		let reason = "";
		const url = new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/room?x=1`);
		const client = new WebSocket(url, {
			message: (_bytes, start, end) => seen.push(end - start),
			close: (why) => {
				reason = why;
			},
		});
		await client.opened;
		const [peer, request] = await accepted;
		assert.equal(request.url, "/room?x=1");
		for (const size of [3, 200, 60_000]) {
			client.send(clientFrame(Buffer.alloc(size, 7)));
			const [got] = await once(peer, "message");
			assert.deepEqual(got, Buffer.alloc(size, 7));
			peer.send(got);
		}
		peer.ping("still there?");
		const [pong] = await once(peer, "pong");
		assert.equal(String(pong), "still there?");
		peer.close(4100, "moved");
		await client.closed;
		assert.deepEqual(seen, [3, 200, 60_000]);
		assert.equal(reason, "closed with 4100 moved");
		server.close();
	});
});
