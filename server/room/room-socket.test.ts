import { deepEqual, equal } from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { RoomSocket } from "./room-socket.ts";

const HEARD_WITHIN_MS = 10_000;

describe("[S14] a socket that writes in one piece", () => {
	let server: WebSocketServer;
	let client: WebSocket;
	let socket: WebSocket;
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
		[socket] = (await opened) as [WebSocket];
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
});
