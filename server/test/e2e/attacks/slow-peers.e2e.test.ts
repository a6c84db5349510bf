/** Peers that take all the time in the world: they are not waited for, and nobody waits because of them. */
import { equal, ok } from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { metric, POLL_FORM, underAttack } from "../../support/attack-server.ts";
import { requestFrame } from "../../support/raw-seat.ts";
import { until } from "../../support/wire-client.ts";

const OPS_TOKEN = "operators-only-0123456789";
const SLOW_SOCKETS = 500;

describe("slow peers", function () {
	this.timeout(90_000);
	const target = underAttack({ OPS_TOKEN });

	function open(): { readonly socket: Socket; readonly answer: Promise<string> } {
		const socket = connect(target().server.port, "127.0.0.1");
		let text = "";
		socket.on("data", (chunk) => {
			text += chunk;
		});
		socket.on("error", () => {});
		const answer = once(socket, "close").then(() => text);
		target().cleanUp(() => socket.destroy());
		return { socket, answer };
	}

	it("[T13] five hundred sockets that send a header a second are gone within seconds, and others are served", async () => {
		const slow = Array.from({ length: SLOW_SOCKETS }, open);
		for (const { socket } of slow) socket.write("GET / HTTP/1.1\r\nHost: x\r\n");
		const dripping = setInterval(() => {
			for (const { socket } of slow) if (socket.writable) socket.write("X-Slow: 1\r\n");
		}, 1_000);
		try {
			const waits: number[] = [];
			const startedAt = performance.now();
			const gone = Promise.all(slow.map(({ answer }) => answer));
			const isGone = gone.then(() => true);
			while (!(await Promise.race([isGone, pause(500, false)]))) waits.push(await target().votes());
			const answers = await gone;
			ok(performance.now() - startedAt < 30_000);
			ok(Math.max(...waits) < 2_000, `others waited ${Math.max(...waits)} ms`);
			equal(
				answers.filter((text) => text === "" || /^HTTP\/1.1 4/.test(text)).length,
				SLOW_SOCKETS,
			);
		} finally {
			clearInterval(dripping);
		}
	});

	it("[T13] a body that comes a byte a second is not waited for to its end", async () => {
		const { socket, answer } = open();
		socket.write(
			"POST /api/polls HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n",
		);
		const dripping = setInterval(() => socket.writable && socket.write(" "), 1_000);
		const startedAt = performance.now();
		await answer.finally(() => clearInterval(dripping));
		const seconds = (performance.now() - startedAt) / 1_000;
		ok(seconds > 10 && seconds < 40, `${seconds} s`);
	});

	it("[T14] a host who asks for rosters and reads none is dropped, costs little memory, and holds up nobody", async () => {
		const friend = target().from("198.51.100.40");
		const poll = await friend.create(POLL_FORM);
		for (let batch = 0; batch < 10; batch += 1) {
			const people = Array.from({ length: 20 }, (_, n) =>
				friend.seat(poll.code, { nickname: `${"\u{1f600}".repeat(35)}${batch}.${n}` }),
			);
			for (const person of await Promise.all(people)) person.close();
		}
		const slow = await friend.seat(poll.code, { hostToken: poll.hostToken });
		const before = await metric(friend, OPS_TOKEN, "process_resident_memory_bytes");
		slow.socket.pause();
		const asking = setInterval(() => {
			for (let n = 0; n < 5; n += 1) slow.send(requestFrame(1, "roster"));
		}, 100);
		try {
			const series = 'plenum_rate_limited_total{kind="slow-reader"}';
			await until(() => metric(friend, OPS_TOKEN, series), 60_000);
			ok((await target().votes()) < 2_000);
			const grown = (await metric(friend, OPS_TOKEN, "process_resident_memory_bytes")) - before;
			ok(grown < 60 * 2 ** 20, `${grown} bytes`);
		} finally {
			clearInterval(asking);
		}
		slow.socket.resume();
		equal(await slow.closed, 1006);
	});
});
