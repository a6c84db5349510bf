import { deepEqual, equal } from "node:assert/strict";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { HELD_MS_MAX, HeldBack } from "./held-back.ts";

describe("[S14] what is held back", () => {
	function onStage() {
		const timers = virtualTimers();
		const heldBack = new HeldBack(timers);
		const flushedAt: [string, number][] = [];
		const socket = (name: string) => ({ flush: () => flushedAt.push([name, timers.now()]) });
		return { timers, heldBack, flushedAt, socket };
	}

	it("goes out when the time is up, each counted from when it began to wait", async () => {
		const { timers, heldBack, flushedAt, socket } = onStage();
		const first = socket("first");
		heldBack.add(first);
		await timers.advance(HELD_MS_MAX / 2);
		heldBack.add(socket("second"));
		heldBack.add(first);
		await timers.advance(HELD_MS_MAX * 2);
		deepEqual(flushedAt, [
			["first", HELD_MS_MAX],
			["second", HELD_MS_MAX * 1.5],
		]);
	});

	it("is not told again once it went with its answer, and waits anew the next time", async () => {
		const { timers, heldBack, flushedAt, socket } = onStage();
		const one = socket("one");
		heldBack.add(one);
		await timers.advance(HELD_MS_MAX - 1);
		heldBack.delete(one);
		heldBack.add(one);
		await timers.advance(HELD_MS_MAX - 1);
		deepEqual(flushedAt, []);
		await timers.advance(1);
		deepEqual(flushedAt, [["one", 2 * HELD_MS_MAX - 1]]);
	});

	it("leaves no timer", async () => {
		const { timers, heldBack, socket } = onStage();
		heldBack.add(socket("one"));
		equal(timers.pending, 1);
		await timers.advance(HELD_MS_MAX);
		equal(timers.pending, 0);
	});
});
