import assert from "node:assert/strict";
import type { PollId } from "../../schema/ids.ts";
import { memoryJournal } from "../journal/memory-journal.ts";
import { settlePromises, virtualTimers } from "../test/support/virtual-timers.ts";
import { epochWatch } from "./epoch-watch.ts";

const POLL = "poll-1" as PollId;

describe("epoch watch", () => {
	async function given() {
		const timers = virtualTimers();
		const journal = memoryJournal();
		journal.addPoll(POLL);
		await journal.activate(POLL, "here");
		let isAway = false;
		let looks = 0;
		const epochsOf = async (pollIds: readonly PollId[]) => {
			looks += 1;
			if (isAway) throw new Error("away");
			return journal.epochsOf(pollIds);
		};
		const watch = epochWatch({ epochsOf }, timers);
		const lost: boolean[] = [];
		const release = watch.hold(POLL, 1, (isDeleted) => lost.push(isDeleted));
		return {
			timers,
			journal,
			watch,
			lost,
			release,
			looks: () => looks,
			away(away: boolean) {
				isAway = away;
			},
			/** The process was stopped: time went on, no timer of its own fired. */
			stall(ms: number) {
				const now = timers.now() + ms;
				timers.now = () => now;
			},
		};
	}

	it("[E1] tells a room that writes nothing within two seconds that its poll was activated elsewhere", async () => {
		const { timers, journal, lost } = await given();
		await timers.advance(2_500);
		assert.deepEqual(lost, []);
		await journal.activate(POLL, "elsewhere");
		await timers.advance(2_000);
		assert.deepEqual(lost, [false]);
		await timers.advance(10_000);
		assert.deepEqual(lost, [false], "told once");
	});

	it("[E1] tells apart a deleted poll", async () => {
		const { timers, journal, lost } = await given();
		journal.deletePoll(POLL);
		await timers.advance(2_000);
		assert.deepEqual(lost, [true]);
	});

	it("[E1] leaves alone what was released, and goes on looking while the database is away", async () => {
		const { timers, journal, lost, release, away } = await given();
		away(true);
		await timers.advance(20_000);
		assert.deepEqual(lost, []);
		release();
		away(false);
		await journal.activate(POLL, "elsewhere");
		await timers.advance(5_000);
		assert.deepEqual(lost, []);
	});

	it("[E2] nothing is in doubt as long as the event loop turns", async () => {
		const { timers, watch } = await given();
		for (let i = 0; i < 50; i += 1) {
			await timers.advance(100);
			assert.equal(watch.doubt(), undefined);
		}
	});

	it("[E2] after a stall everything is in doubt until the epochs were read anew", async () => {
		const { timers, journal, watch, lost, stall } = await given();
		await timers.advance(500);
		await journal.activate(POLL, "elsewhere");
		stall(1_500);
		const doubt = watch.doubt();
		assert.ok(doubt);
		assert.deepEqual(lost, []);
		await doubt;
		assert.deepEqual(lost, [false]);
		assert.equal(watch.doubt(), undefined);
	});

	it("[E2] a look that another stall interrupted is not believed", async () => {
		const { timers, journal, watch, lost, looks, stall } = await given();
		await timers.advance(500);
		stall(1_500);
		const doubt = watch.doubt();
		// Answered before the second stall, heard after it.
		stall(5_000);
		await journal.activate(POLL, "elsewhere");
		const before = looks();
		await doubt;
		assert.ok(looks() > before);
		assert.deepEqual(lost, [false]);
	});

	it("[E2] the doubt lasts as long as the database does not answer", async () => {
		const { timers, watch, away, stall } = await given();
		await timers.advance(500);
		away(true);
		stall(1_500);
		let isOver = false;
		void watch.doubt()?.then(() => {
			isOver = true;
		});
		await settlePromises();
		assert.equal(isOver, false);
		assert.ok(watch.doubt());
	});
});
