/**
 * Chance, seeded: frames and requests that nobody would think of, while honest people vote.
 * FUZZ_SEED repeats a run, FUZZ_MINUTES makes it longer.
 */
import { equal, ok } from "node:assert/strict";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../simulation/random.ts";
import { hostileFrame } from "../../support/attack-fuzz-frames.ts";
import { hostileRequests } from "../../support/attack-fuzz-http.ts";
import { metric, underAttack } from "../../support/attack-server.ts";
import { seatUrl } from "../../support/raw-seat.ts";

const SEED = Number(process.env["FUZZ_SEED"] ?? Date.now() % 1_000_000);
const RUN_MS = process.env["FUZZ_MINUTES"] ? Number(process.env["FUZZ_MINUTES"]) * 60_000 : 24_000;
const OPS_TOKEN = "operators-only-0123456789";
const ATTACKERS = 4;
const FRAMES_OF_A_SEAT = 60;
const SOCKET_LIVES_MS = 300;
const HEAP_LOOKS = 4;
/** What a heap may be larger at the end of the second half than at that of the first. */
const HEAP_GROWS_MAX = 40 * 2 ** 20;

describe(`fuzzing, FUZZ_SEED=${SEED}`, function () {
	this.timeout(RUN_MS * 2 + 120_000);
	const target = underAttack({ OPS_TOKEN });

	/** Each attacker has an address of its own, lest the limits leave little to try. */
	async function fuzzFrames(attacker: number, until: number): Promise<number> {
		const random = seededRandom(SEED + attacker);
		let frames = 0;
		for (let seats = 0; performance.now() < until; seats += 1) {
			const visitor = target().from(`203.0.${attacker}.${seats % 250}`);
			const { code } = target().poll;
			const nickname = `Fuzz ${attacker} ${seats}`;
			const claim = random.chance(0.2) ? { role: "viewer" } : { nickname };
			const reserved = await visitor.reserve(code, claim).catch(() => undefined);
			if (reserved === undefined) continue;
			const isAcknowledging = random.chance(0.8);
			const seat = visitor.take(reserved, { isAcknowledging });
			// Some do not wait to be let in.
			if (random.chance(0.8)) await seat.joined.catch(() => {});
			for (let n = 0; n < FRAMES_OF_A_SEAT && seat.isOpen; n += 1) {
				seat.send(hostileFrame(random));
				frames += 1;
				if (n % 20 === 19) await pause(1);
			}
			if (random.chance(0.3)) seat.socket.close();
			else seat.close();
		}
		return frames;
	}

	async function fuzzHttp(attacker: number, until: number): Promise<number> {
		const random = seededRandom(SEED + 1_000 + attacker);
		let requests = 0;
		while (performance.now() < until) {
			const text = hostileRequests(random, target().poll.code);
			const chunk = random.chance(0.3) ? random.int(1, 100) : text.length;
			await send(Buffer.from(text, "latin1"), Math.max(1, chunk), random.chance(0.3));
			requests += 1;
		}
		return requests;
	}

	/** Below every library: WebSocket frames that are none, on a connection that has a seat. */
	async function fuzzSockets(attacker: number, until: number): Promise<number> {
		const random = seededRandom(SEED + 2_000 + attacker);
		let sockets = 0;
		while (performance.now() < until) {
			const visitor = target().from(`203.1.${attacker}.${sockets % 250}`);
			const reserved = await visitor
				.reserve(target().poll.code, { nickname: `Raw ${attacker} ${sockets}` })
				.catch(() => undefined);
			if (reserved === undefined) continue;
			const { pathname, search } = new URL(seatUrl(visitor.origin, reserved));
			const upgrade = `GET ${pathname}${search} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
			const frames = Array.from({ length: 300 }, () => random.int(0, 255));
			await send(Buffer.concat([Buffer.from(upgrade), Buffer.from(frames)]), 10_000, true);
			sockets += 1;
		}
		return sockets;
	}

	/** In pieces; ends half-open, or at once. */
	async function send(bytes: Buffer, chunk: number, isLeftOpen: boolean): Promise<void> {
		const socket = connect(target().server.port, "127.0.0.1");
		const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
		socket.on("error", () => {});
		socket.resume();
		for (let sent = 0; sent < bytes.length && sent < 50 * chunk; sent += chunk) {
			socket.write(bytes.subarray(sent, sent + chunk));
			if (chunk < bytes.length) await pause(0);
		}
		if (isLeftOpen) socket.end();
		await Promise.race([closed, pause(isLeftOpen ? SOCKET_LIVES_MS : 20)]);
		socket.destroy();
	}

	/** How often people voted, and the longest wait for a receipt in ms. */
	async function vote(until: number) {
		let votes = 0;
		let longestMs = 0;
		while (performance.now() < until) {
			longestMs = Math.max(longestMs, await target().votes());
			votes += 1;
			await pause(100);
		}
		return { votes, longestMs };
	}

	/** The least of what is seen within some seconds: between collections it is more. */
	async function heap(): Promise<number> {
		const operator = target().from("198.51.100.95");
		const seen: number[] = [];
		for (let look = 0; look < HEAP_LOOKS; look += 1) {
			await pause(1_000);
			seen.push(await metric(operator, OPS_TOKEN, "nodejs_heap_size_used_bytes"));
		}
		return Math.min(...seen);
	}

	async function siege(forMs: number) {
		const until = performance.now() + forMs;
		const attackers = Array.from({ length: ATTACKERS }, (_, n) => n);
		const attacks = Promise.all(
			[fuzzFrames, fuzzHttp, fuzzSockets].map(async (fuzz) => {
				const counts = await Promise.all(attackers.map((attacker) => fuzz(attacker, until)));
				return counts.reduce((sum, count) => sum + count, 0);
			}),
		);
		const people = await vote(until);
		return { people, counts: await attacks };
	}

	it("[T32] whatever comes over sockets and HTTP, honest votes count, the process lives, and memory does not climb", async () => {
		const first = await siege(RUN_MS / 2);
		const heapBetween = await heap();
		const second = await siege(RUN_MS / 2);
		const heapAfter = await heap();
		const [frames = 0, requests = 0, sockets = 0] = first.counts.map(
			(count, index) => count + (second.counts[index] ?? 0),
		);
		const grown = heapAfter - heapBetween;
		console.log(
			`    ${frames} frames, ${requests} HTTP connections, ${sockets} raw sockets; ${first.people.votes + second.people.votes} votes, the slowest ${Math.round(Math.max(first.people.longestMs, second.people.longestMs))} ms; heap ${(grown / 2 ** 20).toFixed(1)} MiB`,
		);
		ok(Math.min(frames, requests, sockets) > 10, "hardly anything was tried");
		ok(grown < HEAP_GROWS_MAX, `the heap grew by ${grown} bytes`);
		ok(Math.max(first.people.longestMs, second.people.longestMs) < 8_000);
	});

	it("[T32] afterwards nobody but the host has done what only a host may", async () => {
		const { poll } = target();
		const { body } = await target().from("198.51.100.96").http("GET", `/api/polls/${poll.code}`);
		equal(body.questions.length, 1);
		equal(body.questions[0].status, "open");
		const headers = { authorization: `Bearer ${poll.hostToken}` };
		const path = `/api/polls/${poll.code}/export`;
		const friend = target().from("198.51.100.97");
		equal((await friend.http("GET", path, undefined, headers)).status, 200);
	});
});
