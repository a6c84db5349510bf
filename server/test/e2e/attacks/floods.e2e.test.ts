/** More than anybody needs: frames, seats, sockets, polls. Each stops at its bound, and nobody else feels it. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Protocol } from "@colyseus/shared-types";
import { pack } from "msgpackr";
import WebSocket from "ws";
import type { AttackSeat } from "../../support/attack-seat.ts";
import { type AttackedServer, POLL_FORM, underAttack } from "../../support/attack-server.ts";
import { percentile } from "../../support/percentiles.ts";
import { requestFrame } from "../../support/raw-seat.ts";
import { until } from "../../support/wire-client.ts";

const FRAMES_PER_TURN = 100;
/** So few that the library itself, which has a bound for the pongs that wait, lets them pass. */
const PINGS_PER_TURN = 10;
/** Far above the 200 at once and 40 a second that nobody's fingers reach. */
const FLOOD_FRAMES = 3_000;

const VOTE = requestFrame(1, "vote", pack({ questionId: "q1", choices: [0], revision: 1 }));
const FLOODS: Readonly<Record<string, () => Uint8Array>> = {
	"requests that are in form": () => VOTE,
	"requests that are none": () => requestFrame(2, "nonsense"),
	"frames of which not a byte can be read": () => Uint8Array.of(Protocol.ROOM_REQUEST, 0xd9),
	"frames that nobody has a use for": () => Uint8Array.of(Protocol.ROOM_DATA, 0xc1, 0xff),
	"the framework's pings": () => Uint8Array.of(Protocol.PING),
	"repeated acknowledgements": () => Uint8Array.of(Protocol.JOIN_ROOM),
	"empty frames": () => new Uint8Array(),
};

const SOCKETS_MAX = 8_000;
const CLOSED_WITHIN_MS = 30_000;

/** Sends for as long as the seat is open; resolves to the close code. */
async function flood(seat: AttackSeat, frame: () => Uint8Array): Promise<number> {
	for (let sent = 0; sent < FLOOD_FRAMES && seat.isOpen; sent += FRAMES_PER_TURN) {
		for (let n = 0; n < FRAMES_PER_TURN; n += 1) seat.send(frame());
		await pause(10);
	}
	return Promise.race([seat.closed, pause(CLOSED_WITHIN_MS, 0, { ref: false })]);
}

/** Frames that are no messages, as bytes of a client: masked, and empty. */
const frameBytes = (opcode: number) => Buffer.of(opcode, 0x80, 0, 0, 0, 0);
const [FINAL, CONTINUATION, BINARY, PING, PONG] = [0x80, 0x0, 0x2, 0x9, 0xa] as const;
const PROTOCOL_FRAMES: Readonly<Record<string, (number: number) => Buffer>> = {
	"the protocol's own pings": () => frameBytes(FINAL | PING),
	"answers to pings that nobody sent": () => frameBytes(FINAL | PONG),
	"fragments of a message that never ends": (number) =>
		frameBytes(number === 0 ? BINARY : CONTINUATION),
	"pings between the fragments of a message": (number) =>
		frameBytes(number === 0 ? BINARY : FINAL | PING),
};

/** Below the library, which would send no such thing; resolves to the close code. */
async function floodRaw(seat: AttackSeat, bytes: (number: number) => Buffer): Promise<number> {
	for (let sent = 0; sent < FLOOD_FRAMES && seat.isOpen; sent += PINGS_PER_TURN) {
		const turn = Array.from({ length: PINGS_PER_TURN }, (_, n) => bytes(sent + n));
		seat.writeRaw(Buffer.concat(turn));
		await pause(5);
	}
	return Promise.race([seat.closed, pause(CLOSED_WITHIN_MS, 0, { ref: false })]);
}

async function newSeat(target: AttackedServer, number: number, address: string) {
	return target.from(address).seat(target.poll.code, { nickname: `Flooder ${address} ${number}` });
}

describe("floods", function () {
	this.timeout(120_000);
	const target = underAttack();

	for (const [index, [what, frame]] of Object.entries(FLOODS).entries()) {
		it(`[T10] [T11] whoever floods a seat with ${what} is cut off, and others vote meanwhile`, async () => {
			const seat = await newSeat(target(), index, "203.0.113.10");
			const flooding = flood(seat, frame);
			const waits: number[] = [];
			for (let vote = 0; vote < 5; vote += 1) waits.push(await target().votes());
			equal(await flooding, 1008);
			ok(percentile(waits, 0.99) < 8_000, `others waited ${waits} ms`);
		});
	}

	for (const [index, [what, bytes]] of Object.entries(PROTOCOL_FRAMES).entries()) {
		it(`[T11] whoever floods a seat with ${what} is cut off as well`, async () => {
			const seat = await newSeat(target(), index, "203.0.113.18");
			const code = await floodRaw(seat, bytes);
			seat.close();
			// The library itself cuts off whoever sends many pings in one piece, as a slow machine finds them.
			ok(code === 1008 || (code === 1006 && what.includes("pings")), `${code}`);
		});
	}

	it("[T10] a hundred others go on voting while one floods the same poll, and every vote counts", async () => {
		const { poll, host } = await freshPoll();
		await host.request("open-question", { questionId: "q1" });
		const friend = target().from("198.51.100.21");
		const seats = Array.from({ length: 100 }, (_, n) =>
			friend.seat(poll.code, { nickname: `Voter ${n}` }),
		);
		const voters = await Promise.all(seats);
		target().cleanUp(() => voters.map((voter) => voter.close()));
		const flooder = target().from("203.0.113.9");
		let isOver = false;
		const flooding = (async () => {
			const codes: number[] = [];
			for (let n = 0; !isOver; n += 1) {
				const seat = await flooder.seat(poll.code, { nickname: `Flooder ${n}` });
				codes.push(await flood(seat, () => VOTE));
			}
			return codes;
		})();
		const waits: number[] = [];
		for (let revision = 1; revision <= 5; revision += 1) {
			const voted = voters.map(async (voter, n) => {
				await pause(n * 2);
				const startedAt = performance.now();
				const vote = { questionId: "q1", choices: [revision % 2], revision };
				equal((await voter.request("vote", vote)).status, 0);
				waits.push(performance.now() - startedAt);
			});
			await Promise.all(voted);
		}
		isOver = true;
		deepEqual(new Set(await flooding), new Set([1008]));
		equal(waits.length, 500);
		ok(percentile(waits, 0.99) < 8_000, `others waited ${percentile(waits, 0.99)} ms`);
		const { body } = await friend.http("GET", `/api/polls/${poll.code}/results`);
		// The flooder's vote for the other option may be among them: a ballot for each that it came as.
		equal(body.questions[0].options[1].votes, 100);
	});

	it("[T10] a flooder who comes back with the same token runs out of seats", async () => {
		const flooder = target().from("203.0.113.11");
		const claim = { nickname: "Again", participantToken: "flooder-with-one-token-only" };
		const path = `/api/polls/${target().poll.code}/seats`;
		// All at once: a seat comes back every second.
		const asked = Array.from({ length: 60 }, async () => {
			const { status, body } = await flooder.http("POST", path, claim);
			if (status === 200) flooder.take(body).close();
			return status;
		});
		const outcomes = await Promise.all(asked);
		ok(outcomes.includes(429), outcomes.join(" "));
	});

	it("[T17] four hundred seats that are reserved in a poll for twenty and never taken keep nobody out", async () => {
		const { poll } = await freshPoll(20);
		const hoarder = target().from("203.0.113.12");
		const path = `/api/polls/${poll.code}/seats`;
		const statuses: number[] = [];
		for (let batch = 0; batch < 10; batch += 1) {
			const asked = Array.from({ length: 40 }, (_, n) =>
				hoarder.http("POST", path, { nickname: `Hoarder ${batch}.${n}` }),
			);
			for (const { status } of await Promise.all(asked)) statuses.push(status);
		}
		deepEqual([...new Set(statuses)], [200]);
		const person = target().from("203.0.113.13");
		const isIn = async () => person.seat(poll.code, { nickname: "Late" }).catch(() => undefined);
		const seat = await until(isIn);
		equal((await seat.request("hello")).status, 0);
		seat.close();
	});

	it("[T17] viewers' seats are a hundred at once and few a second, and participants never wait for them", async () => {
		const { poll } = await freshPoll();
		const path = `/api/polls/${poll.code}/seats`;
		const startedAt = performance.now();
		const asked = Array.from({ length: 250 }, (_, n) =>
			target()
				.from(`192.0.2.${n % 250}`)
				.http("POST", path, { role: "viewer" }),
		);
		const seat = await target().from("203.0.113.14").seat(poll.code, { nickname: "Participant" });
		equal((await seat.request("hello")).status, 0);
		seat.close();
		const given = (await Promise.all(asked)).filter(({ status }) => status === 200).length;
		const seconds = (performance.now() - startedAt) / 1_000;
		ok(given >= 100 && given <= 100 + 5 * seconds + 2, `${given} seats in ${seconds} s`);
	});

	it("[T18] the sixty-first poll of an address is refused, and another address makes one", async () => {
		const spammer = target().from("203.0.113.15");
		const statuses: number[] = [];
		for (let n = 0; n < 62; n += 1) {
			statuses.push((await spammer.http("POST", "/api/polls", POLL_FORM)).status);
		}
		deepEqual(statuses.slice(0, 60), Array(60).fill(201));
		deepEqual(statuses.slice(60), [429, 429]);
		equal((await target().from("203.0.113.16").http("POST", "/api/polls", POLL_FORM)).status, 201);
	});

	it("[T1] twenty tabs of one person that all vote are one ballot, and five connections", async () => {
		const { poll, host } = await freshPoll();
		await host.request("open-question", { questionId: "q1" });
		const person = target().from("203.0.113.17");
		const claim = { nickname: "Many tabs", participantToken: "one-person-with-many-tabs" };
		const tabs: AttackSeat[] = [];
		for (let n = 0; n < 20; n += 1) {
			const seat = await until(() => person.seat(poll.code, claim).catch(() => undefined));
			tabs.push(seat);
			const vote = { questionId: "q1", choices: [n % 2], revision: (n * 7) % 20 };
			await seat.request("vote", vote);
		}
		// The older ones hear of it after the newest had its answer.
		await until(() => tabs.filter(({ isOpen }) => isOpen).length <= 5);
		equal(tabs.filter(({ isOpen }) => isOpen).length, 5);
		const { body } = await person.http("GET", `/api/polls/${poll.code}/results`);
		equal(body.participants ?? 1, 1);
		const votes = body.questions[0].options.map(({ votes }: { votes: number }) => votes);
		equal(votes[0] + votes[1], 1);
	});

	async function freshPoll(capacity = 5_000) {
		const friend = target().from("198.51.100.20");
		const poll = await friend.create({ ...POLL_FORM, settings: { capacity } });
		const host = await friend.seat(poll.code, { hostToken: poll.hostToken });
		target().cleanUp(() => host.close());
		return { poll, host };
	}
});

describe("floods of sockets", function () {
	this.timeout(120_000);
	const target = underAttack();

	it("[T12] the sockets of an address end at 2,000, and another address still gets one", async () => {
		const sockets: Socket[] = [];
		target().cleanUp(() => {
			for (const socket of sockets) socket.destroy();
		});
		const opened: Record<string, number> = {};
		// The first of them are closed after half a minute: a slow machine needs more until there are enough.
		while (opened["429"] === undefined && sockets.length < SOCKETS_MAX) {
			const answers = Array.from({ length: 50 }, () => upgrade("203.0.113.20"));
			for (const { socket, status } of await Promise.all(answers)) {
				sockets.push(socket);
				opened[status] = (opened[status] ?? 0) + 1;
			}
		}
		deepEqual(Object.keys(opened), ["101", "429"]);
		ok((opened["101"] ?? 0) >= 2_000, `${opened["101"]} sockets`);
		await target().votes();
		const other = await upgrade("203.0.113.21");
		sockets.push(other.socket);
		equal(other.status, "101");
	});

	for (const path of ["/", "/?sessionId=", "/none?sessionId=", "/none/none", "/none/?sessionId="]) {
		it(`[T31] a socket at ${path}, where nobody has a seat, is not answered frame by frame`, async () => {
			const socket = new WebSocket(target().server.origin.replace("http", "ws") + path);
			socket.on("error", () => {});
			const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
			let answers = 0;
			socket.on("message", () => {
				answers += 1;
			});
			socket.once("open", () => {
				for (let n = 0; n < FLOOD_FRAMES; n += 1) socket.send("x");
			});
			await Promise.race([closed, pause(CLOSED_WITHIN_MS, undefined, { ref: false })]);
			ok(answers < 10, `${answers} answers`);
			equal(socket.readyState, WebSocket.CLOSED);
		});
	}

	/** Never answers the closing handshake, so that the socket stays. */
	async function upgrade(address: string) {
		const socket = connect(target().server.port, "127.0.0.1");
		socket.on("error", () => {});
		socket.write(
			`GET /none/none?sessionId=none HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nX-Forwarded-For: ${address}\r\n\r\n`,
		);
		const [head] = await once(socket, "data");
		return { socket, status: /^HTTP\/1.1 (\d+)/.exec(String(head))?.[1] ?? "" };
	}
});
