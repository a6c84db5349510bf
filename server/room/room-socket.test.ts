import { deepEqual, equal } from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { Protocol } from "@colyseus/core";
import { WebSocket, WebSocketServer } from "ws";
import { until } from "../test/support/wire-client.ts";
import { RoomSocket } from "./room-socket.ts";

const HEARD_WITHIN_MS = 10_000;

describe("[S14] a socket that writes in one piece", () => {
	let server: WebSocketServer;
	let client: WebSocket;
	let socket: RoomSocket;
	/** What the client has heard, texts as they are and bytes as `[length, first byte]`. */
	let heard: unknown[];

	beforeEach(async () => {
		const options = { port: 0, host: "127.0.0.1", perMessageDeflate: false } as const;
		server = new WebSocketServer({ ...options, WebSocket: RoomSocket });
		await once(server, "listening");
		const opened = once(server, "connection");
		client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
		heard = [];
		client.on("message", (data: Buffer, isBinary) =>
			heard.push(isBinary ? [data.length, data[0]] : String(data)),
		);
		client.on("ping", () => heard.push("ping"));
		[socket] = (await opened) as [RoomSocket];
		await once(client, "open");
	});
	afterEach(() => {
		client.terminate();
		server.close();
	});

	/** Resolves once the client has heard everything that was sent before. */
	async function flushed(): Promise<void> {
		const signal = AbortSignal.timeout(HEARD_WITHIN_MS);
		const closed = once(client, "close", { signal });
		socket.close(4_000);
		equal((await closed)[0], 4_000);
	}

	it("sends messages of every length, in their order, with what `ws` itself sends", async () => {
		const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 300_000];
		for (const length of lengths) {
			socket.send(new Uint8Array(length).fill(length % 251), { binary: true });
			socket.send(`after ${length}`);
			socket.ping();
		}
		await flushed();
		const firstByte = (length: number) => (length === 0 ? undefined : length % 251);
		deepEqual(
			heard,
			lengths.flatMap((length) => [[length, firstByte(length)], `after ${length}`, "ping"]),
		);
	});

	it("tells who asks that a message was written, and sends the same bytes twice", async () => {
		const picture = Buffer.from("the same for everybody");
		for (let time = 0; time < 2; time += 1) {
			await new Promise<void>((resolve, reject) => {
				socket.send(picture, { binary: true }, (error) => (error ? reject(error) : resolve()));
			});
		}
		await flushed();
		const whole = [picture.length, picture[0]];
		deepEqual(heard, [whole, whole]);
	});

	it("says so when the connection is closed already", async () => {
		socket.close();
		const problem = await new Promise((resolve) => {
			socket.send(Buffer.from("late"), { binary: true }, resolve);
		});
		equal(problem instanceof Error, true);
	});

	describe("with an answer on its way", () => {
		const binary = { binary: true };
		const patch = Uint8Array.of(Protocol.ROOM_STATE_PATCH, 1, 2);
		const secondPatch = Uint8Array.of(Protocol.ROOM_STATE_PATCH, 3, 4, 5);
		const answer = Uint8Array.of(Protocol.ROOM_RESPONSE, 7);
		const seen = (...all: Uint8Array[]) => all.map((each) => [each.length, each[0]]);
		const bytesWritten = () => (socket as unknown as { _socket: Socket })._socket.bytesWritten;

		beforeEach(() => {
			socket.unanswered = 1;
		});

		it("keeps pictures for the answer, and writes them before it in one piece", async () => {
			const before = bytesWritten();
			socket.send(patch, binary);
			socket.send(secondPatch, binary);
			equal(bytesWritten(), before);
			socket.unanswered = 0;
			socket.send(answer, binary);
			const heads = 3 * 2;
			equal(bytesWritten() - before, heads + patch.length + secondPatch.length + answer.length);
			await flushed();
			deepEqual(heard, seen(patch, secondPatch, answer));
		});

		it("sends them by themselves when the answer takes long", async () => {
			socket.send(patch, binary);
			socket.send(secondPatch, binary);
			await until(() => heard.length === 2, HEARD_WITHIN_MS);
			deepEqual(heard, seen(patch, secondPatch));
		});

		it("sends them before whatever else is sent, and before it is closed", async () => {
			socket.send(patch, binary);
			socket.send("a text");
			socket.send(secondPatch, binary);
			await flushed();
			deepEqual(heard, [...seen(patch), "a text", ...seen(secondPatch)]);
		});

		it("holds nothing else back", async () => {
			const before = bytesWritten();
			socket.send(answer, binary);
			equal(bytesWritten() - before, 2 + answer.length);
			await flushed();
		});
	});
});
