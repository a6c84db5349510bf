import { deepEqual, equal, ok } from "node:assert/strict";
import { createServer, type Server, type ServerOptions } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { clientAddress } from "./addresses.ts";
import { SILENT_CONNECTIONS_PER_ADDRESS, SOCKETS_PER_ADDRESS, serverTimeouts } from "./numbers.ts";
import { guardSockets } from "./socket-guard.ts";

const HTTP = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const upgrade = (address: string) =>
	`GET /p/r HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Forwarded-For: ${address}\r\n\r\n`;
const isLoopback = (address: string) => /127\.0\.0\.1$/.test(address);

describe("[R10] sockets", function () {
	this.timeout(30_000);
	let server: Server;
	let sockets: Socket[];
	let met: unknown[];
	let upgraded: Socket[];

	beforeEach(() => {
		sockets = [];
		met = [];
		upgraded = [];
	});
	afterEach((done) => {
		for (const socket of [...sockets, ...upgraded]) socket.destroy();
		server.close(done);
		server.closeAllConnections();
	});

	/** With Node's own timeouts of a minute unless told. With a transport's listener that, as the real one, waits a moment before it takes the socket. */
	async function start(isProxy: (address: string) => boolean, timeouts: ServerOptions = {}) {
		server = createServer(timeouts, (_request, response) => void response.end());
		server.on("upgrade", async (_request, socket: Socket) => {
			await Promise.resolve();
			if (socket.destroyed) return;
			upgraded.push(socket);
			socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
		});
		const refusal = () => "HTTP/1.1 429 Too Many Requests\r\n\r\n";
		guardSockets(server, isProxy, refusal, (...event) => void met.push(event));
		server.listen(0, "127.0.0.1");
		await new Promise((resolve) => server.once("listening", resolve));
	}

	/** Sends the text, if any; the returned promises tell the first answer and the end. */
	async function open(text = "") {
		const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
		socket.on("error", () => {});
		sockets.push(socket);
		const ended = new Promise<string>((resolve) => socket.once("close", () => resolve("closed")));
		const answer = new Promise<string>((resolve) => {
			socket.once("data", (data) => resolve(String(data).slice(9, 12)));
		});
		await new Promise((resolve) => socket.once("connect", resolve));
		if (text !== "") socket.write(text);
		return { socket, ended, answer: Promise.race([answer, ended]) };
	}

	it("of one address are two thousand, and one that closes makes room", async () => {
		await start(isLoopback);
		// Listeners on the server are enough to count: no need for two thousand real ones.
		const fake = () => {
			const handlers: (() => void)[] = [];
			const written: string[] = [];
			const socket = {
				destroyed: false,
				once: (_event: string, handler: () => void) => handlers.push(handler),
				write: (text: string) => written.push(text),
				destroy() {
					socket.destroyed = true;
				},
			};
			const request = {
				headers: { "x-forwarded-for": "192.0.2.1" },
				socket: { remoteAddress: "127.0.0.1" },
			};
			for (const listener of server.listeners("upgrade").slice(0, 1)) listener(request, socket);
			return { socket, written, close: () => handlers.map((handler) => handler()) };
		};
		const all = Array.from({ length: SOCKETS_PER_ADDRESS }, fake);
		equal(all.filter(({ socket }) => socket.destroyed).length, 0);
		const refused = fake();
		ok(refused.socket.destroyed);
		ok(refused.written[0]?.startsWith("HTTP/1.1 429"));
		deepEqual(met, [["sockets", "192.0.2.1"]]);
		equal(await (await open(upgrade("192.0.2.2"))).answer, "101");
		equal(await (await open(upgrade("192.0.2.1"))).answer, "429");
		all[0]?.close();
		equal(await (await open(upgrade("192.0.2.1"))).answer, "101");
		equal(await (await open(upgrade("192.0.2.1"))).answer, "429");
	});

	it("that say nothing are two hundred an address: the oldest goes, whoever speaks stays", async () => {
		await start(() => false);
		const speaker = await open(HTTP);
		equal(await speaker.answer, "200");
		const silent = [];
		for (let n = 0; n < SILENT_CONNECTIONS_PER_ADDRESS; n += 1) silent.push(await open());
		const [first, second] = silent;
		ok(first && second);
		await open();
		equal(await first.ended, "closed");
		ok(!speaker.socket.destroyed);
		second.socket.write(HTTP);
		equal(await second.answer, "200");
		const late = await open(HTTP);
		equal(await late.answer, "200");
		equal((met[0] as string[])[0], "silent-connections");
	});

	it("of a proxy may be silent as long as it likes: it speaks for many", async () => {
		await start(isLoopback);
		const silent = [];
		for (let n = 0; n < SILENT_CONNECTIONS_PER_ADDRESS + 20; n += 1) silent.push(await open());
		const last = await open(HTTP);
		equal(await last.answer, "200");
		equal(met.length, 0);
		equal(silent.filter(({ socket }) => socket.destroyed).length, 0);
	});

	it("that send no request within five seconds are closed", async () => {
		await start(() => false, serverTimeouts);
		const startedAt = Date.now();
		const [nothing, half] = [await open(), await open("GET / HTTP/1.1\r\nHost: x\r\nX-A:")];
		await Promise.all([nothing.ended, half.ended]);
		const tookMs = Date.now() - startedAt;
		ok(tookMs > 4_500 && tookMs < 20_000, `${tookMs} ms`);
	});
});

describe("[R10] the address of a client", () => {
	const from = (remoteAddress: string, forwarded?: string) =>
		clientAddress(
			{ socket: { remoteAddress }, headers: { "x-forwarded-for": forwarded } },
			(address) => address.startsWith("10."),
		);

	it("is the nearest hop that is no proxy of ours; what it claims itself is not believed", () => {
		equal(from("192.0.2.1"), "192.0.2.1");
		equal(from("192.0.2.1", "203.0.113.5"), "192.0.2.1");
		equal(from("10.0.0.1", "203.0.113.5"), "203.0.113.5");
		equal(from("10.0.0.1", "198.51.100.1, 203.0.113.5"), "203.0.113.5");
		equal(from("10.0.0.1", "203.0.113.5, 10.0.0.2"), "203.0.113.5");
		equal(from("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
		equal(from("10.0.0.1", ""), "10.0.0.1");
	});
});
