/** What a room costs that nobody talks to: thousands of them live in one process. */
import { deepEqual } from "node:assert/strict";
import { PollRoom } from "./poll-room.ts";

const OFTEN_MS = 60_000;

describe("an idle room", () => {
	it("[S11] has no timer that fires within a minute", () => {
		const intervals: number[] = [];
		const { setInterval } = globalThis;
		const counted = (task: () => void, ms = 0) => {
			intervals.push(ms);
			return setInterval(task, ms).unref();
		};
		globalThis.setInterval = counted as typeof setInterval;
		try {
			const room = new (class extends PollRoom {
				protected override readonly parts = {} as PollRoom["parts"];
			})();
			// What core does with each room that it makes; private to TypeScript alone.
			(room as unknown as { __init(): void }).__init();
		} finally {
			globalThis.setInterval = setInterval;
		}
		deepEqual(
			intervals.filter((ms) => ms < OFTEN_MS),
			[],
		);
	});
});
