import assert from "node:assert/strict";
import { Arrivals } from "./arrivals.ts";

describe("[N6] arrivals", () => {
	/** @param eachMs what letting one of them in takes. */
	function given(count: number, eachMs = 0) {
		let now = 0;
		const next: (() => void)[] = [];
		const after = (_ms: number, task: () => void) => {
			next.push(task);
			return () => {};
		};
		const arrivals = new Arrivals({ now: () => now, after });
		const entered: number[] = [];
		const enter = (index: number) => {
			now += eachMs;
			entered.push(index);
		};
		for (let index = 0; index < count; index += 1) arrivals.queue(() => enter(index));
		return {
			...{ arrivals, entered },
			/** One of the event loop, this long after the one before. */
			turn(ms = 1) {
				now += ms;
				for (const task of next.splice(0)) task();
				return entered.length;
			},
		};
	}
	const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

	it("are let in a few in a turn of the event loop, in the order in which they came", () => {
		const { turn, entered } = given(20);
		assert.deepEqual([entered.length, turn(), turn(), turn(), turn()], [0, 8, 16, 20, 20]);
		assert.deepEqual(entered, numbers(20));
	});

	it("are fewer a turn while they take long, as the first ones of a process do", () => {
		assert.deepEqual([given(20, 1).turn(), given(20, 2).turn(), given(20, 100).turn()], [3, 2, 1]);
	});

	it("wait in turns in which a connection was accepted, but not for long", () => {
		const { turn, arrivals } = given(30);
		const turns = [turn()];
		for (let ms = 0; ms < 12; ms += 1) {
			arrivals.accepted();
			turns.push(turn());
		}
		assert.deepEqual([...turns, turn()], [...Array(10).fill(8), ...Array(3).fill(16), 24]);
	});

	it("go on after one with whom something is wrong", () => {
		const { turn, arrivals, entered } = given(1);
		arrivals.queue(() => assert.fail("wrong"));
		arrivals.queue(() => entered.push(1));
		assert.throws(turn, /wrong/);
		turn();
		assert.deepEqual(entered, [0, 1]);
	});

	it("wait in a queue that is bounded: past it the first in line is let in at once", () => {
		const { entered } = given(1_003);
		assert.deepEqual(entered, numbers(3));
	});
});
