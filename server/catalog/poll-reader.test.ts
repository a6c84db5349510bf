import { deepEqual, equal } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { PollCode, PollId, TokenHash } from "../../schema/ids.ts";
import type { JournalEntry } from "../domain/events.ts";
import { created, joined } from "../test/support/given.ts";
import type { PollRecord } from "./catalog.ts";
import { pollReader } from "./poll-reader.ts";

const FORGOTTEN_AFTER_MS = 200;
const poll = (n: number): PollRecord => ({
	...{ id: `poll ${n}` as PollId, code: "ABC234" as PollCode },
	...{ hostTokenHash: "" as TokenHash, epoch: 0, owner: null },
});

describe("[D30] the reader of polls", () => {
	const entries: readonly JournalEntry[] = [created(), joined(1), joined(2)].map(
		(event, index) => ({ seq: index + 1, at: 0, event }),
	);
	/** From where on each poll's rows were read. */
	let reads: [id: string, afterSeq: number][];
	const journal = {
		async read(id: PollId, afterSeq = 0) {
			reads.push([id, afterSeq]);
			return entries.slice(afterSeq);
		},
	};
	const noExports = () => {
		throw new Error("not asked for");
	};

	beforeEach(() => {
		reads = [];
	});

	it("reads only what is new of a poll that was read lately", async () => {
		const reader = pollReader(journal, noExports);
		for (let time = 0; time < 3; time += 1) {
			equal((await reader.summary(poll(1), false))?.participants, 2);
		}
		deepEqual(reads, [
			["poll 1", 0],
			["poll 1", 3],
			["poll 1", 3],
		]);
	});

	it("keeps nothing of a poll that nobody has read for a while", async () => {
		const reader = pollReader(journal, noExports, FORGOTTEN_AFTER_MS);
		for (let n = 1; n <= 3; n += 1) await reader.summary(poll(n), false);
		equal(reader.polls, 3);
		await sleep(FORGOTTEN_AFTER_MS * 2);
		await reader.summary(poll(4), false);
		equal(reader.polls, 1);
	});
});
