import { deepEqual, equal } from "node:assert/strict";
import { EventEmitter } from "node:events";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { boundControlFrames } from "./control-frames.ts";

describe("[R8] pings and pongs", () => {
	function connected() {
		const timers = virtualTimers();
		const met: string[] = [];
		const socket = Object.assign(new EventEmitter(), {
			close: (code: number) => void met.push(`closed with ${code}`),
			pause: () => void met.push("unread"),
			onleave: (code: number) => void met.push(`left with ${code}`),
			terminate: () => void met.push("cut"),
		});
		boundControlFrames(socket, timers, (kind) => void met.push(kind));
		return { timers, met, socket };
	}

	it("are two hundred at once and forty a second, then the socket is closed once and cut", async () => {
		const { timers, met, socket } = connected();
		for (let n = 0; n < 200; n += 1) socket.emit(n % 2 === 0 ? "ping" : "pong");
		await timers.advance(1_000);
		for (let n = 0; n < 40; n += 1) socket.emit("ping");
		deepEqual(met, []);
		for (let n = 0; n < 50; n += 1) socket.emit("ping");
		const cutOff = ["flood", "closed with 1008", "unread", "left with 1008"];
		deepEqual(met, cutOff);
		await timers.advance(1_000);
		deepEqual(met, [...cutOff, "cut"]);
		equal(timers.pending, 0);
	});

	it("at the pace of a keep-alive go on for ever", async () => {
		const { timers, met, socket } = connected();
		for (let n = 0; n < 2_000; n += 1) {
			socket.emit("ping");
			await timers.advance(100);
		}
		deepEqual(met, []);
	});
});
