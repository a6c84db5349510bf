import { deepEqual, equal, match, ok } from "node:assert/strict";
import { once } from "node:events";
import { createServer, get } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { Arrivals } from "../lib/arrivals.ts";
import { realTimers } from "../lib/timers.ts";
import { PollTransport } from "./poll-transport.ts";

const UPGRADE = "Host: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

describe("[S9] an upgrade that is refused", () => {
	it("leaves no socket behind, also when the other side goes on sending and never closes", async () => {
		const server = createServer();
		const options = { noServer: true, pingInterval: 0 };
		const refusal = () => "HTTP/1.1 404 Not Found\r\n\r\n";
		new PollTransport(options, refusal, new Arrivals(realTimers)).attachToServer(server);
		const accepted: Socket[] = [];
		server.on("connection", (socket) => accepted.push(socket));
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const { port } = server.address() as AddressInfo;
		const stranger = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
		stranger.on("error", () => {});
		try {
			stranger.write(`GET / HTTP/1.1\r\n${UPGRADE}and then some`);
			const [answer] = await once(stranger, "data");
			match(String(answer), /^HTTP\/1.1 404 /);
			const [socket] = accepted;
			if (socket !== undefined && !socket.destroyed) await once(socket, "close");
			equal(socket?.destroyed, true);
		} finally {
			stranger.destroy();
			for (const socket of accepted) socket.destroy();
			server.close();
		}
	});
});

describe("[S7] what is no WebSocket frame", () => {
	it("closes that socket without a word beside the log", async () => {
		const server = createServer();
		const options = { noServer: true, pingInterval: 0 };
		new PollTransport(options, () => undefined, new Arrivals(realTimers)).attachToServer(server);
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const { port } = server.address() as AddressInfo;
		const printed: unknown[] = [];
		const { error } = console;
		console.error = (...words) => printed.push(words);
		const stranger = connect({ port, host: "127.0.0.1" });
		try {
			const key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
			stranger.write(`GET /p/r?sessionId=nobody HTTP/1.1\r\n${key}${UPGRADE}`);
			stranger.write(Buffer.alloc(8, 0xff));
			stranger.resume();
			await once(stranger, "close");
			deepEqual(printed, []);
		} finally {
			console.error = error;
			stranger.destroy();
			server.close();
		}
	});
});

/** Without a room to enter: core would close whoever comes. */
class TransportWithoutRooms extends PollTransport {
	protected override async onConnection(
		...[socket]: Parameters<PollTransport["onConnection"]>
	): Promise<void> {
		socket.on("pong", () => {
			socket.pingCount = 0;
		});
	}
}

describe("[S15] pings", () => {
	const EVERY_MS = 1_000;
	const PEOPLE = 40;
	const AT_ONCE_MAX = PEOPLE / 10;
	const GONE_WITHIN_MS = 20_000;
	const server = createServer();
	const people: WebSocket[] = [];
	let transport: PollTransport;

	before(async () => {
		const options = { noServer: true, pingInterval: EVERY_MS, pingMaxRetries: 3 };
		const arrivals = new Arrivals(realTimers);
		transport = new TransportWithoutRooms(options, () => undefined, arrivals);
		transport.attachToServer(server);
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	});
	after(() => {
		for (const person of people) person.terminate();
		transport.shutdown();
		server.close();
	});

	it("are spread over their interval; who neither speaks nor answers is closed, and nobody else", async () => {
		const { port } = server.address() as AddressInfo;
		/** How many were pinged in each turn of the event loop. */
		const pinged: number[] = [];
		let inThisTurn = 0;
		transport.onSocket((socket) => {
			const { ping } = socket;
			socket.ping = () => {
				if (inThisTurn === 0) {
					setImmediate(() => {
						pinged.push(inThisTurn);
						inThisTurn = 0;
					});
				}
				inThisTurn += 1;
				ping.call(socket);
			};
		});
		for (let index = 0; index < PEOPLE; index += 1) {
			const options = { autoPong: index > 1 };
			const person = new WebSocket(`ws://127.0.0.1:${port}/room?sessionId=${index}`, options);
			people.push(person);
			await once(person, "open");
		}
		const [silent, talker] = people;
		const talking = setInterval(() => talker?.send("I am here"), EVERY_MS / 10);
		try {
			const signal = AbortSignal.timeout(GONE_WITHIN_MS);
			if (silent !== undefined) await once(silent, "close", { signal });
		} finally {
			clearInterval(talking);
		}
		deepEqual(
			people.map(({ readyState }) => readyState === WebSocket.OPEN),
			people.map((person) => person !== silent),
		);
		ok(pinged.length > 0 && Math.max(...pinged) <= AT_ONCE_MAX, `${pinged}`);
		const total = pinged.reduce((sum, count) => sum + count, 0);
		ok(total >= PEOPLE * 2, `${total} pings in all`);
	});
});

describe("[N6] a hall whose connections all wait to be accepted", () => {
	const PEOPLE = 100;

	it("does not keep somebody who comes after it waiting for its upgrades", async () => {
		// Nobody is let in for the time that has passed: however slow the machine is.
		const arrivals = new Arrivals({ ...realTimers, now: () => 0 });
		const server = createServer((_request, response) => response.end());
		const options = { noServer: true, pingInterval: 0 };
		const transport = new TransportWithoutRooms(options, () => undefined, arrivals);
		transport.attachToServer(server);
		let upgraded = 0;
		transport.onSocket(() => {
			upgraded += 1;
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const { port } = server.address() as AddressInfo;
		const people = Array.from({ length: PEOPLE }, (_, index) => {
			return new WebSocket(`ws://127.0.0.1:${port}/room?sessionId=${index}`);
		});
		const areIn = Promise.all(people.map((person) => once(person, "open")));
		try {
			await once(get({ port, host: "127.0.0.1" }), "response");
			ok(upgraded < PEOPLE / 2, `${upgraded} of ${PEOPLE} came first`);
			await areIn;
			equal(upgraded, PEOPLE);
		} finally {
			for (const person of people) person.terminate();
			transport.shutdown();
			server.close();
			server.closeAllConnections();
		}
	});
});
