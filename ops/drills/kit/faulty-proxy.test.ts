import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type FaultyProxy, faultyProxy } from "./faulty-proxy.ts";

/** Long enough for what should not come to have come. */
const QUIET_MS = 80;

describe("the faulty proxy", () => {
	let echo: Server;
	let ended: number;
	let peers: Socket[];
	let proxy: FaultyProxy;
	const clients: Socket[] = [];

	beforeEach(async () => {
		ended = 0;
		peers = [];
		echo = createServer((socket) => {
			peers.push(socket);
			socket.on("data", (piece) => socket.write(piece));
			socket.on("error", () => {});
			socket.on("close", () => {
				ended += 1;
			});
		}).listen(0, "127.0.0.1");
		await once(echo, "listening");
		proxy = await faultyProxy((echo.address() as AddressInfo).port);
	});
	afterEach(async () => {
		for (const client of clients.splice(0)) client.destroy();
		await proxy.close();
		echo.close();
	});

	it("[F2] forwards both ways, and a delay keeps the order", async () => {
		const client = await visit();
		proxy.delay(40);
		const sentAt = performance.now();
		client.socket.write("a");
		await pause(5);
		proxy.delay(0);
		client.socket.write("b");
		await client.hears("ab");
		assert.ok(performance.now() - sentAt >= 39);
	});

	it("[F2] what is held comes late, what is swallowed never, and its connection is reset", async () => {
		const client = await visit();
		proxy.set("hold");
		client.socket.write("late");
		await pause(QUIET_MS);
		assert.equal(client.heard(), "");
		proxy.heal();
		await client.hears("late");

		proxy.set("swallow", "replies");
		client.socket.write("!");
		await pause(QUIET_MS);
		assert.equal(client.heard(), "late");
		proxy.heal();
		assert.equal(await client.closed, true);
	});

	it("[F2] holds one way only when told to", async () => {
		const client = await visit();
		const arrived: string[] = [];
		peers.at(-1)?.on("data", (piece) => arrived.push(String(piece)));
		proxy.set("hold", "replies");
		client.socket.write("x");
		await pause(QUIET_MS);
		assert.deepEqual([arrived, client.heard()], [["x"], ""]);
		proxy.set("forward");
		await client.hears("x");
	});

	it("[F2] refuses who comes and resets who is there", async () => {
		const before = await visit();
		proxy.set("refuse");
		assert.equal(await before.closed, true);
		const late = visitor();
		assert.equal(await late.closed, true);
		proxy.heal();
		const after = await visit();
		after.socket.write("back");
		await after.hears("back");
	});

	it("[F2] resets a connection some time after the next request went through", async () => {
		const client = await visit();
		const other = await visit();
		proxy.resetAfterNextRequest(20);
		client.socket.write("through");
		await client.hears("through");
		assert.equal(await client.closed, true);
		other.socket.write("still here");
		await other.hears("still here");
	});

	it("[F2] half-open: the target is rid of it, the client hears nothing of that", async () => {
		const client = await visit();
		assert.equal(proxy.halfOpen(), 1);
		const deadline = performance.now() + 2_000;
		while (ended === 0 && performance.now() < deadline) await pause(5);
		assert.equal(ended, 1);
		client.socket.write("anybody?");
		await pause(QUIET_MS);
		assert.deepEqual([client.heard(), client.socket.readyState], ["", "open"]);
		proxy.heal();
		assert.equal(await client.closed, true);
	});

	it("[F2] an end passes on, behind what was sent before it", async () => {
		proxy.delay(20);
		const client = await visit();
		client.socket.end("last words");
		await client.hears("last words");
		await client.closed;
	});

	function visitor() {
		const socket = connect(proxy.port, "127.0.0.1");
		clients.push(socket);
		let text = "";
		socket.on("data", (piece) => {
			text += piece;
		});
		socket.on("error", () => {});
		const closed = new Promise<boolean>((resolve) => socket.once("close", () => resolve(true)));
		return {
			socket,
			closed,
			heard: () => text,
			async hears(expected: string) {
				const deadline = performance.now() + 2_000;
				while (text !== expected && performance.now() < deadline) await pause(2);
				assert.equal(text, expected);
			},
		};
	}

	async function visit() {
		const client = visitor();
		await once(client.socket, "connect");
		// Connected here is not yet connected there.
		client.socket.write("?");
		await client.hears("?");
		const before = client.heard().length;
		const heard = () => client.heard().slice(before);
		return {
			...client,
			heard,
			hears: (expected: string) => client.hears(`?${expected}`),
		};
	}
});
