/** The contract of the journal port: one suite, run on memory, PGlite and PostgreSQL. */
import assert from "node:assert/strict";
import type { PollId } from "../../schema/ids.ts";
import { classifyFault } from "../storage/pg-errors.ts";
import {
	entriesOfEveryKind,
	newPollId,
	rows,
	vote,
	votes,
} from "../test/support/journal-fixtures.ts";
import type { Journal } from "./journal.ts";

export interface JournalUnderTest {
	readonly journal: Journal;
	/** The journal of another process on the same database. */
	readonly other: Journal;
	/** A new poll at epoch 0. */
	addPoll(): Promise<PollId>;
	deletePoll(pollId: PollId): Promise<void>;
	close(): Promise<void>;
}

/** @param takeovers how often appends race an activation; each costs about ten appends. */
export function journalContract(
	name: string,
	open: () => Promise<JournalUnderTest>,
	takeovers: number,
): void {
	describe(`journal contract on ${name}`, function () {
		this.timeout(120_000);
		let test: JournalUnderTest;
		let journal: Journal;

		before(async () => {
			test = await open();
			journal = test.journal;
		});
		after(() => test?.close());

		async function activePoll(): Promise<{ poll: PollId; epoch: number }> {
			const poll = await test.addPoll();
			const epoch = await journal.activate(poll, "owner");
			assert.ok(epoch !== undefined, "a new poll can be activated");
			return { poll, epoch };
		}

		async function seqs(poll: PollId): Promise<readonly number[]> {
			return (await journal.read(poll)).map((entry) => entry.seq);
		}

		it("[J1] an append names its polls, and every kind of entry reads back as written", async () => {
			const { poll, epoch } = await activePoll();
			const entries = entriesOfEveryKind();
			assert.deepEqual(await journal.append(rows(poll, epoch, entries)), new Set([poll]));
			assert.deepEqual(await journal.read(poll), entries);
		});

		it("[J1] a batch carries the rows of many polls and names them all", async () => {
			const active = await Promise.all(Array.from({ length: 20 }, activePoll));
			const batch = votes(1, 100).flatMap((entry) =>
				active.flatMap(({ poll, epoch }) => rows(poll, epoch, [entry])),
			);
			assert.deepEqual(await journal.append(batch), new Set(active.map(({ poll }) => poll)));
			for (const { poll } of active) assert.deepEqual(await journal.read(poll), votes(1, 100));
		});

		it("[J1] a big batch is written whole and read back over several pages", async () => {
			const { poll, epoch } = await activePoll();
			const entries = votes(1, 12_000);
			for (let from = 0; from < entries.length; from += 4_000) {
				await journal.append(rows(poll, epoch, entries.slice(from, from + 4_000)));
			}
			assert.deepEqual(await journal.read(poll), entries);
		});

		it("[J1] an empty batch names nobody", async () => {
			assert.deepEqual(await journal.append([]), new Set());
		});

		it("[J2] after a takeover the old epoch is fenced and writes nothing", async () => {
			const { poll, epoch } = await activePoll();
			await journal.append(rows(poll, epoch, votes(1, 3)));
			assert.equal(await test.other.activate(poll, "other"), epoch + 1);
			assert.deepEqual(await journal.append(rows(poll, epoch, votes(4, 3))), new Set());
			assert.deepEqual(await seqs(poll), [1, 2, 3]);
			assert.deepEqual(await test.other.append(rows(poll, epoch + 1, [vote(4)])), new Set([poll]));
			assert.deepEqual(await seqs(poll), [1, 2, 3, 4]);
		});

		it("[J2] an epoch that nobody was given is fenced", async () => {
			const { poll, epoch } = await activePoll();
			assert.deepEqual(await journal.append(rows(poll, epoch + 1, [vote(1)])), new Set());
			assert.deepEqual(await journal.read(poll), []);
		});

		it("[J2] one fenced poll of a batch leaves the others alone", async () => {
			const [first, second, third] = await Promise.all([activePoll(), activePoll(), activePoll()]);
			await test.other.activate(second.poll, "other");
			const batch = [first, second, third].flatMap(({ poll, epoch }) =>
				rows(poll, epoch, votes(1, 2)),
			);
			assert.deepEqual(await journal.append(batch), new Set([first.poll, third.poll]));
			assert.deepEqual(await seqs(first.poll), [1, 2]);
			assert.deepEqual(await seqs(second.poll), []);
			assert.deepEqual(await seqs(third.poll), [1, 2]);
		});

		it("[J2] a poll named with two epochs in one batch is fenced whole", async () => {
			const { poll, epoch } = await activePoll();
			const batch = [...rows(poll, epoch - 1, [vote(1)]), ...rows(poll, epoch, [vote(2)])];
			assert.deepEqual(await journal.append(batch), new Set());
			assert.deepEqual(await journal.read(poll), []);
		});

		it("[J3] the same rows after a lost answer change nothing and answer the same", async () => {
			const { poll, epoch } = await activePoll();
			const batch = rows(poll, epoch, entriesOfEveryKind());
			await journal.append(batch);
			assert.deepEqual(await journal.append(batch), new Set([poll]));
			assert.deepEqual(await test.other.append(batch), new Set([poll]));
			assert.deepEqual(await journal.read(poll), entriesOfEveryKind());
		});

		it("[J3] a resend completes what was there only in part", async () => {
			const { poll, epoch } = await activePoll();
			await journal.append(rows(poll, epoch, votes(1, 3)));
			assert.deepEqual(await journal.append(rows(poll, epoch, votes(1, 6))), new Set([poll]));
			assert.deepEqual(await seqs(poll), [1, 2, 3, 4, 5, 6]);
		});

		it("[J3] a resend beside its own original is refused at most once and writes each row once", async () => {
			const { poll, epoch } = await activePoll();
			for (let round = 0; round < 20; round++) {
				const batch = rows(poll, epoch, votes(1 + round * 200, 200));
				const both = await Promise.allSettled([journal.append(batch), test.other.append(batch)]);
				for (const answer of both) {
					if (answer.status === "rejected") assert.equal(classifyFault(answer.reason), "poison");
				}
				assert.deepEqual(await journal.append(batch), new Set([poll]));
			}
			assert.deepEqual(await journal.read(poll), votes(1, 4_000));
		});

		it("[J4] every activation raises the epoch by one, and `epochsOf` only looks", async () => {
			const { poll, epoch } = await activePoll();
			assert.equal((await journal.epochsOf([poll])).get(poll), epoch);
			assert.equal(await test.other.activate(poll, "other"), epoch + 1);
			assert.equal((await journal.epochsOf([poll])).get(poll), epoch + 1);
			assert.equal((await journal.epochsOf([poll])).get(poll), epoch + 1);
		});

		it("[J4] many activations at once each get an epoch of their own", async () => {
			const { poll, epoch } = await activePoll();
			const raised = await Promise.all(
				Array.from({ length: 12 }, () => journal.activate(poll, "owner")),
			);
			const expected = Array.from({ length: 12 }, (_, index) => epoch + 1 + index);
			assert.deepEqual(
				raised.map(Number).sort((a, b) => a - b),
				expected,
			);
		});

		it(`[J4] ${takeovers} takeovers under fire: what was acknowledged is read, and nothing comes after`, async () => {
			for (let round = 0; round < takeovers; round++) {
				const { poll, epoch } = await activePoll();
				const acknowledged: number[] = [];
				const writing = (async () => {
					for (let seq = 1; ; seq += 20) {
						const live = await journal.append(rows(poll, epoch, votes(seq, 20)));
						if (!live.has(poll)) return;
						acknowledged.push(...votes(seq, 20).map((entry) => entry.seq));
						// Memory answers without a turn of the event loop, which the timer below needs.
						await new Promise((resolve) => setImmediate(resolve));
					}
				})();
				await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 5));
				await test.other.activate(poll, "other");
				const seen = (await test.other.read(poll)).map((entry) => entry.seq);
				await writing;
				assert.deepEqual(acknowledged, seen);
				assert.deepEqual(await seqs(poll), seen);
			}
		});

		it("[J5] entries are read in seq order, from any point on", async () => {
			const { poll, epoch } = await activePoll();
			const entries = votes(1, 50);
			await journal.append(rows(poll, epoch, entries.toReversed()));
			assert.deepEqual(await journal.read(poll), entries);
			assert.deepEqual(await journal.read(poll, 40), entries.slice(40));
			assert.deepEqual(await journal.read(poll, 50), []);
		});

		it("[J5] a place is taken once: another entry for it changes nothing", async () => {
			const { poll, epoch } = await activePoll();
			await journal.append(rows(poll, epoch, [vote(1, 1)]));
			await journal.append(rows(poll, epoch, [vote(1, 2)]));
			assert.deepEqual(await journal.read(poll), [vote(1, 1)]);
		});

		it("[J6] the same vote at another place is poison, and nothing of its batch is written", async () => {
			const { poll, epoch } = await activePoll();
			const bystander = await activePoll();
			await journal.append(rows(poll, epoch, [vote(1, 7)]));
			const batch = [
				...rows(bystander.poll, bystander.epoch, [vote(1)]),
				...rows(poll, epoch, [vote(2), vote(3, 7)]),
			];
			for (let attempt = 0; attempt < 2; attempt++) {
				await assert.rejects(journal.append(batch), (error) => classifyFault(error) === "poison");
			}
			assert.deepEqual(await seqs(poll), [1]);
			assert.deepEqual(await seqs(bystander.poll), []);
		});

		it("[J6] the same vote twice within a batch is poison", async () => {
			const { poll, epoch } = await activePoll();
			const twice = rows(poll, epoch, [vote(1, 7), vote(2, 7)]);
			await assert.rejects(journal.append(twice), (error) => classifyFault(error) === "poison");
			assert.deepEqual(await journal.read(poll), []);
		});

		it("[J6] another revision, and the same vote in another poll, are votes of their own", async () => {
			const [first, second] = await Promise.all([activePoll(), activePoll()]);
			const batch = [
				...rows(first.poll, first.epoch, [vote(1, 7, 1), vote(2, 7, 2)]),
				...rows(second.poll, second.epoch, [vote(1, 7, 1)]),
			];
			assert.deepEqual(await journal.append(batch), new Set([first.poll, second.poll]));
		});

		it("[J7] an unknown poll is fenced and cannot be activated", async () => {
			const unknown = newPollId();
			assert.deepEqual(await journal.append(rows(unknown, 0, [vote(1)])), new Set());
			assert.equal(await journal.activate(unknown, "owner"), undefined);
			assert.equal((await journal.epochsOf([unknown])).get(unknown), undefined);
			assert.deepEqual(await journal.read(unknown), []);
		});

		it("[J7] a deleted poll is fenced at every epoch and cannot be activated", async () => {
			const { poll, epoch } = await activePoll();
			await journal.append(rows(poll, epoch, [vote(1)]));
			await test.deletePoll(poll);
			for (const stale of [epoch, epoch + 1]) {
				assert.deepEqual(await journal.append(rows(poll, stale, [vote(2)])), new Set());
			}
			assert.equal(await journal.activate(poll, "owner"), undefined);
			assert.equal((await journal.epochsOf([poll])).get(poll), undefined);
			assert.deepEqual(await seqs(poll), [1]);
		});
	});
}
