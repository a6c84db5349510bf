import { deepEqual, equal, ok } from "node:assert/strict";
import { defaultLimits } from "../../schema/limits.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { dropSlowReaders, unreadBytesMax } from "./slow-readers.ts";

describe("[R11] sockets whose reader has fallen behind", () => {
	const bytesMax = unreadBytesMax(defaultLimits);

	it("may hold a full state of the biggest poll, twice, and no more than half a megabyte", () => {
		const { textsMaxBytes, questionsMax, optionsMax } = defaultLimits;
		ok(bytesMax > 2 * (textsMaxBytes + questionsMax * optionsMax * 8));
		ok(bytesMax < 512 * 1024);
	});

	it("are dropped within a second, and no others, until told to stop", async () => {
		const timers = virtualTimers();
		const dropped: string[] = [];
		const sockets = [0, bytesMax, bytesMax + 1].map((bufferedAmount) => ({
			bufferedAmount,
			terminate: () => void dropped.push(`${bufferedAmount}`),
		}));
		const met: string[] = [];
		const stop = dropSlowReaders(
			() => sockets,
			defaultLimits,
			timers,
			(kind) => void met.push(kind),
		);
		await timers.advance(1_000);
		deepEqual(dropped, [`${bytesMax + 1}`]);
		deepEqual(met, ["slow-reader"]);
		await timers.advance(1_000);
		equal(dropped.length, 2);
		stop();
		equal(timers.pending, 0);
	});
});
