import assert from "node:assert/strict";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { FRAMES_PER_SECOND, PatchAllowance, TURN_WITHIN_MS } from "./patch-allowance.ts";
import { PatchPacer, patchIntervalMs } from "./patch-pacer.ts";

function onStage(audience = 10) {
	const timers = virtualTimers();
	const sentAt: number[] = [];
	const pacer = new PatchPacer(
		timers,
		new PatchAllowance(timers),
		() => audience,
		() => sentAt.push(timers.now()),
	);
	return { pacer, sentAt, timers };
}

describe("patches", () => {
	it("[W11] go out at once after quiet, then at the interval of the audience", async () => {
		const { pacer, sentAt, timers } = onStage();
		for (let ms = 0; ms < 120; ms += 1) {
			pacer.changed();
			await timers.advance(1);
		}
		assert.deepEqual(sentAt, [0, 50, 100]);
		await timers.advance(1_000);
		assert.deepEqual(sentAt, [0, 50, 100, 150]);
		pacer.changed();
		await timers.advance(0);
		assert.deepEqual(sentAt.at(-1), timers.now());
	});

	it("[W11] never go out in the turn of the change: receipts leave first", () => {
		const { pacer, sentAt } = onStage();
		pacer.changed();
		assert.deepEqual(sentAt, []);
	});

	it("[W11] of people coming and going wait a quarter second, unless something urgent takes them along", async () => {
		const { pacer, sentAt, timers } = onStage();
		pacer.changedCalmly();
		await timers.advance(249);
		assert.deepEqual(sentAt, []);
		await timers.advance(1);
		assert.deepEqual(sentAt, [250]);
		pacer.changedCalmly();
		await timers.advance(100);
		pacer.changed();
		await timers.advance(500);
		assert.deepEqual(sentAt, [250, 350]);
	});

	it("[W11] are rarer the larger the audience is", () => {
		const intervals = [1, 99, 100, 500, 2_000, 10_000].map(patchIntervalMs);
		assert.deepEqual(intervals, [50, 50, 100, 250, 750, 750]);
	});

	it("[W11] of many busy rooms share what the process may send, each in its turn", async () => {
		const timers = virtualTimers();
		const allowance = new PatchAllowance(timers);
		const sentBy = Array.from({ length: 50 }, () => 0);
		const people = 20;
		const pacers = sentBy.map((_, room) => {
			const send = (): void => {
				sentBy[room] = (sentBy[room] ?? 0) + 1;
			};
			return new PatchPacer(timers, allowance, () => people, send);
		});
		const seconds = 10;
		for (let ms = 0; ms < seconds * 1_000; ms += 10) {
			for (const pacer of pacers) pacer.changed();
			await timers.advance(10);
		}
		const frames = sentBy.reduce((sum, patches) => sum + patches * people, 0);
		const perSecond = frames / seconds;
		assert.ok(perSecond <= FRAMES_PER_SECOND * 1.05, `${perSecond} frames a second`);
		assert.ok(perSecond >= FRAMES_PER_SECOND * 0.9, `${perSecond} frames a second`);
		assert.ok(Math.max(...sentBy) - Math.min(...sentBy) <= 1, `${sentBy}`);
	});

	it("[W11] wait for their turn a second at most, however many rooms there are", async () => {
		const timers = virtualTimers();
		const allowance = new PatchAllowance(timers);
		const sentAt: number[] = [];
		for (let room = 0; room < 1_000; room += 1) {
			const send = (): void => void sentAt.push(timers.now());
			new PatchPacer(timers, allowance, () => 20, send).changed();
		}
		await timers.advance(10_000);
		assert.equal(sentAt.length, 1_000);
		assert.ok(Math.max(...sentAt) <= TURN_WITHIN_MS, `${Math.max(...sentAt)} ms`);
		// After quiet they go out at once, as far as the allowance may be overdrawn.
		assert.ok(sentAt.filter((at) => at === 0).length >= 50);
	});

	it("[W11] of very many busy rooms go out one after the other, not all at the end of the wait", async () => {
		const timers = virtualTimers();
		const allowance = new PatchAllowance(timers);
		const rooms = 500;
		const sentIn = Array.from({ length: 10 }, () => 0);
		const pacers = Array.from({ length: rooms }, () => {
			const send = (): void => {
				const tenth = Math.floor((timers.now() % 1_000) / 100);
				sentIn[tenth] = (sentIn[tenth] ?? 0) + 1;
			};
			return new PatchPacer(timers, allowance, () => 20, send);
		});
		const seconds = 6;
		for (let ms = 0; ms < seconds * 1_000; ms += 10) {
			// Until then all have had their first turn.
			if (ms === 2_000) sentIn.fill(0);
			for (const pacer of pacers) pacer.changed();
			await timers.advance(10);
		}
		const sent = sentIn.reduce((sum, patches) => sum + patches, 0);
		assert.ok(sent >= rooms * (seconds - 2), `${sent} patches`);
		assert.ok(Math.max(...sentIn) <= 0.3 * sent, `${sentIn}`);
	});

	it("[W11] of a small room beside a very large one do not wait for that", async () => {
		const timers = virtualTimers();
		const allowance = new PatchAllowance(timers);
		const large = new PatchPacer(
			timers,
			allowance,
			() => 10_000,
			() => {},
		);
		let sent = 0;
		const small = new PatchPacer(
			timers,
			allowance,
			() => 20,
			() => {
				sent += 1;
			},
		);
		for (let change = 0; change < 100; change += 1) {
			large.changed();
			small.changed();
			await timers.advance(100);
		}
		assert.ok(sent >= 95, `${sent} of 100 changes shown one by one`);
	});

	it("[W11] stop with the room", async () => {
		const { pacer, sentAt, timers } = onStage();
		pacer.changed();
		pacer.stop();
		await timers.advance(1_000);
		assert.deepEqual(sentAt, []);
	});
});
