/** Peers that take all the time in the world: they are not waited for, and nobody waits because of them. */
import { equal, match, ok } from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { AttackSeat } from "../../support/attack-seat.ts";
import { metric, POLL_FORM, underAttack } from "../../support/attack-server.ts";
import { requestFrame } from "../../support/raw-seat.ts";

const OPS_TOKEN = "operators-only-0123456789";
const SLOW_SOCKETS = 500;
const VOTERS = 200;

describe("slow peers", function () {
	this.timeout(180_000);
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
			ok(performance.now() - startedAt < 60_000);
			ok(Math.max(...waits) < 8_000, `others waited ${Math.max(...waits)} ms`);
			// Each was told why, and its socket is closed: `answers` wait for that.
			equal(answers.filter((text) => /^HTTP\/1.1 408 /.test(text)).length, SLOW_SOCKETS);
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
		match(
			await answer.finally(() => clearInterval(dripping)),
			/^HTTP\/1.1 408 [\s\S]*request took/,
		);
		const seconds = (performance.now() - startedAt) / 1_000;
		ok(seconds > 10 && seconds < 60, `${seconds} s`);
		ok(socket.destroyed);
	});

	it("[T14] a host among two hundred voters who asks for rosters and reads none is dropped, costs little memory, and holds up nobody", async () => {
		const friend = target().from("198.51.100.40");
		const poll = await friend.create(POLL_FORM);
		const host = await friend.seat(poll.code, { hostToken: poll.hostToken });
		await host.request("open-question", { questionId: "q1" });
		const voters: AttackSeat[] = [];
		target().cleanUp(() => [host, ...voters].map((seat) => seat.close()));
		for (let batch = 0; batch < VOTERS / 20; batch += 1) {
			const people = Array.from({ length: 20 }, (_, n) =>
				friend.seat(poll.code, { nickname: `${"\u{1f600}".repeat(35)}${batch}.${n}` }),
			);
			voters.push(...(await Promise.all(people)));
		}
		const slow = await friend.seat(poll.code, { hostToken: poll.hostToken });
		const before = await metric(friend, OPS_TOKEN, "process_resident_memory_bytes");
		slow.socket.pause();
		const asking = setInterval(() => {
			for (let n = 0; n < 5; n += 1) slow.send(requestFrame(1, "roster"));
		}, 100);
		try {
			const series = 'plenum_rate_limited_total{kind="slow-reader"}';
			let revision = 0;
			const isDropped = () => metric(friend, OPS_TOKEN, series);
			const deadline = performance.now() + 120_000;
			while (revision < 3 || !(await isDropped())) {
				ok(performance.now() < deadline, "it was never dropped");
				revision += 1;
				const vote = { questionId: "q1", choices: [revision % 2], revision };
				const answers = await Promise.all(voters.map((voter) => voter.request("vote", vote)));
				equal(answers.filter(({ status }) => status === 0).length, VOTERS);
				await pause(500);
			}
			const path = `/api/polls/${poll.code}/results`;
			const { body } = await friend.http("GET", path);
			equal(body.questions[0].ballots, VOTERS);
			const grown = (await metric(friend, OPS_TOKEN, "process_resident_memory_bytes")) - before;
			ok(grown < 80 * 2 ** 20, `${grown} bytes`);
		} finally {
			clearInterval(asking);
		}
		slow.socket.resume();
		equal(await slow.closed, 1006);
	});
});
