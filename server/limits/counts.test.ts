import { deepEqual, equal } from "node:assert/strict";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { Counts } from "./counts.ts";

const WINDOW_MS = 60_000;

describe("[R12] counts in memory", () => {
	it("grow within a window, each key for itself, and start anew after it", async () => {
		const timers = virtualTimers();
		const counts = new Counts("test", WINDOW_MS, {
			redis: undefined,
			timers,
			wallClock: () => 1_000_000 + timers.now(),
		});
		const count = async (key: string) => {
			const { totalHits, resetTime } = await counts.increment(key);
			return [totalHits, (resetTime?.getTime() ?? 0) - 1_000_000];
		};
		deepEqual(await count("a"), [1, WINDOW_MS]);
		await timers.advance(WINDOW_MS - 1);
		deepEqual(await count("a"), [2, WINDOW_MS]);
		deepEqual(await count("b"), [1, 2 * WINDOW_MS - 1]);
		await timers.advance(1);
		deepEqual(await count("a"), [1, 2 * WINDOW_MS]);
		equal(await counts.countShared("a"), undefined);
	});

	it("are shared again after an outage in the middle of loading the script", async () => {
		const timers = virtualTimers();
		const answers: Record<string, unknown[]> = {
			EVALSHA: [new Error("NOSCRIPT No matching script."), [1, WINDOW_MS]],
			SCRIPT: ["sha", new Error("Connection is closed."), "sha"],
		};
		const redis = {
			async call(command: string) {
				const answer = answers[command]?.shift();
				if (answer instanceof Error) throw answer;
				return answer;
			},
		};
		const counts = new Counts("test", WINDOW_MS, { redis, timers, wallClock: timers.now });
		equal(await counts.countShared("a"), undefined);
		await timers.advance(2_000);
		equal((await counts.countShared("a"))?.totalHits, 1);
	});

	it("go on when Redis answers with nothing but errors, or not at all, and never wait for it long", async () => {
		const timers = virtualTimers();
		for (const call of [
			() => Promise.reject(new Error("Connection is closed.")),
			() => new Promise<never>(() => {}),
		]) {
			let calls = 0;
			const redis = {
				call: () => {
					calls += 1;
					return call();
				},
			};
			const parts = { redis, timers, wallClock: timers.now };
			const counts = new Counts("test", WINDOW_MS, parts);
			const hits: number[] = [];
			for (let n = 0; n < 100; n += 1) {
				void counts.increment("a").then(({ totalHits }) => hits.push(totalHits));
			}
			await timers.advance(250);
			deepEqual(
				hits,
				Array.from({ length: 100 }, (_, n) => n + 1),
			);
			// It is left alone for a while, and then asked again.
			const before = calls;
			await counts.increment("a");
			equal(calls, before);
			await timers.advance(2_000);
			void counts.increment("a");
			await timers.advance(250);
			equal(calls > before, true);
		}
	});
});
