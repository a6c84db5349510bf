/**
 * Seeded runs of group commit over a journal that fails in every way a database can: rolled back,
 * lost before, lost after, and lost while still on its way, with takeovers in between.
 * A failing seed is in the title; make it a test of its own.
 */
import assert from "node:assert/strict";
import type { PollId } from "../../schema/ids.ts";
import type { JournalEntry } from "../domain/events.ts";
import type { Timers } from "../lib/timers.ts";
import { newPollId, vote } from "../test/support/journal-fixtures.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { groupCommit, type JournalWriter } from "./group-commit.ts";
import type { Journal } from "./journal.ts";
import { type MemoryJournal, memoryJournal } from "./memory-journal.ts";

const SEEDS = 300;
const STEPS = 80;
const POLLS = 4;

describe("group commit, seeded", function () {
	this.timeout(60_000);
	for (let first = 1; first <= SEEDS; first += 50) {
		it(`[G4] seeds ${first}–${first + 49}: what was acknowledged is in the journal, once, in order`, async () => {
			for (let seed = first; seed < first + 50; seed++) {
				await run(seed).catch((cause: unknown) => {
					throw new Error(`seed ${seed} failed`, { cause });
				});
			}
		});
	}
});

async function run(seed: number): Promise<void> {
	const random = seeded(seed);
	const timers = virtualTimers();
	const memory = memoryJournal();
	const network = { failing: true };
	const journal = faulty(memory, timers, random, network);
	const bounds = { batchRowsMax: 7, pollRowsMax: 30, random };
	const failures: unknown[] = [];
	const commit = groupCommit(journal, timers, bounds, (event) => {
		if (event.kind === "callback-failed" || event.kind === "poll-poisoned")
			failures.push(event.cause);
	});
	let participant = 0;

	const polls = Array.from({ length: POLLS }, () => {
		const pollId = newPollId();
		memory.addPoll(pollId);
		return { pollId, acknowledged: [] as JournalEntry[], owner: undefined as Owner | undefined };
	});
	type Poll = (typeof polls)[number];

	async function takeOver(poll: Poll): Promise<void> {
		const epoch = await memory.activate(poll.pollId, "owner");
		assert.ok(epoch !== undefined);
		const read = await memory.read(poll.pollId);
		assert.deepEqual(read.slice(0, poll.acknowledged.length), poll.acknowledged);
		poll.acknowledged = [...read];
		const pending: JournalEntry[] = [];
		const owner: Owner = { lastSeq: read.length, pending, writer: undefined };
		poll.owner = owner;
		owner.writer = commit.writer(poll.pollId, epoch, {
			committed(seq) {
				assert.equal(poll.owner, owner, "an owner that was replaced hears no commit");
				while (pending[0] !== undefined && pending[0].seq <= seq) {
					poll.acknowledged.push(...pending.splice(0, 1));
				}
			},
			fenced() {},
			poisoned() {},
		});
	}

	for (const poll of polls) await takeOver(poll);
	for (let step = 0; step < STEPS; step++) {
		const poll = polls[Math.floor(random() * POLLS)];
		assert.ok(poll);
		if (random() < 0.05) await takeOver(poll);
		for (let count = Math.floor(random() * 4); count > 0 && poll.owner?.writer?.hasRoom; count--) {
			const entry = vote(++poll.owner.lastSeq, ++participant);
			poll.owner.pending.push(entry);
			poll.owner.writer.append(entry);
		}
		await timers.advance(Math.floor(random() * 60));
	}

	network.failing = false;
	const drained = commit.drain(60_000);
	await timers.advance(60_000);
	assert.equal(await drained, true);
	assert.equal(commit.storage, "ok");
	assert.deepEqual(failures, [], "no sink failed and nothing was poison");
	for (const { pollId, acknowledged, owner } of polls) {
		assert.deepEqual(owner?.pending, [], "every row of the last owner was acknowledged");
		const written = await memory.read(pollId);
		assert.deepEqual(written, acknowledged);
		assert.deepEqual(
			written.map((entry) => entry.seq),
			written.map((_, index) => index + 1),
		);
	}
	commit.stop();
	assert.equal(timers.pending, 0);
}

interface Owner {
	lastSeq: number;
	/** Appended and not acknowledged yet. */
	readonly pending: JournalEntry[];
	writer: JournalWriter | undefined;
}

/** Every append takes a while and, while the network fails, ends badly three times out of five. */
function faulty(
	memory: MemoryJournal,
	timers: Timers,
	random: () => number,
	network: { failing: boolean },
): Journal {
	const wait = (ms: number): Promise<void> => new Promise((resolve) => timers.after(ms, resolve));
	const lost = (): Error => new Error("connection lost");

	return {
		...memory,
		async append(rows): Promise<ReadonlySet<PollId>> {
			const fate = network.failing ? Math.floor(random() * 10) : 9;
			await wait(1 + random() * 20);
			switch (fate) {
				case 0:
				case 1:
					throw Object.assign(new Error("deadlock"), { code: "40P01" });
				case 2:
				case 3:
					throw lost();
				case 4:
					await memory.append(rows);
					throw lost();
				case 5:
					// The original arrives after its resend has left, or after a takeover.
					timers.after(random() * 200, () => void memory.append(rows));
					throw lost();
				default:
					return memory.append(rows);
			}
		},
	};
}

/** mulberry32: 32 bits of state are plenty to name a run. */
function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}
