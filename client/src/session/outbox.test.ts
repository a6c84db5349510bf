import assert from "node:assert/strict";
import type { QuestionId } from "../../../schema/ids.ts";
import { type Refusal, refusal } from "../../../schema/refusals.ts";
import { type KeyValueStore, memoryStore } from "./key-value-store.ts";
import { Outbox } from "./outbox.ts";
import { outboxStore } from "./outbox-store.ts";

const q1 = "q1" as QuestionId;
const IN_TOUCH = 1;

describe("outbox", () => {
	it("[C1] a vote is in storage, under a revision above every known one, before it may be sent", () => {
		const { outbox, stored } = opened();
		outbox.reconcile([{ questionId: q1, revision: 4, choices: [0] }]);
		outbox.choose(q1, [2], IN_TOUCH);
		assert.deepEqual(outbox.pending(q1)?.revision, 5);
		assert.deepEqual(stored(), { lastRevision: 5, pending: { revision: 5, choices: [2] } });
	});

	it("[C2] a vote is sending until the receipt and saved from then on", () => {
		const { outbox, stored } = opened();
		assert.deepEqual(outbox.ballot(q1), { status: "none", choices: [] });
		outbox.choose(q1, [1], IN_TOUCH);
		assert.deepEqual(outbox.ballot(q1), { status: "sending", choices: [1] });
		outbox.receive(q1, { revision: 1, choices: [1] });
		assert.deepEqual(outbox.ballot(q1), { status: "saved", choices: [1] });
		assert.deepEqual(stored(), { lastRevision: 1, pending: undefined });
	});

	it("[C3] a reload finds the pending vote with its revision", () => {
		const { outbox, store } = opened();
		outbox.choose(q1, [1], IN_TOUCH);
		const reloaded = opened(store).outbox;
		reloaded.recall(q1);
		assert.deepEqual(reloaded.ballot(q1), { status: "sending", choices: [1] });
		assert.equal(reloaded.pending(q1)?.revision, 1);
	});

	it("[C4] a newer choice replaces the pending one, and the older receipt does not settle it", () => {
		const { outbox } = opened();
		outbox.choose(q1, [1], IN_TOUCH);
		outbox.choose(q1, [2], IN_TOUCH);
		outbox.receive(q1, { revision: 1, choices: [1] });
		assert.deepEqual(outbox.ballot(q1), { status: "sending", choices: [2] });
		outbox.receive(q1, { revision: 2, choices: [2] });
		assert.deepEqual(outbox.ballot(q1), { status: "saved", choices: [2] });
	});

	it("[C5] stale_revision with our own choices is the receipt", () => {
		const { outbox } = opened();
		outbox.choose(q1, [2, 0], undefined);
		outbox.refuse(q1, { revision: 1, choices: [0, 2] }, stale(3, [2, 0]), IN_TOUCH);
		assert.deepEqual(outbox.ballot(q1), { status: "saved", choices: [0, 2] });
		outbox.choose(q1, [1], IN_TOUCH);
		assert.equal(outbox.pending(q1)?.revision, 4);
	});

	it("[C6] stale_revision with other choices, for one chosen out of touch: the server's ballot is adopted", () => {
		const { outbox } = opened();
		outbox.choose(q1, [0], undefined);
		outbox.refuse(q1, { revision: 1, choices: [0] }, stale(1, [2]), IN_TOUCH);
		assert.deepEqual(outbox.ballot(q1), { status: "saved", choices: [2] });
	});

	it("[C6] the ballots of hello outrank a pending vote with a revision they have reached", () => {
		const { outbox } = opened();
		outbox.choose(q1, [0], undefined);
		outbox.reconcile([{ questionId: q1, revision: 1, choices: [2] }]);
		assert.deepEqual(outbox.ballot(q1), { status: "saved", choices: [2] });
	});

	it("[C7] a choice made in touch is the user's last word: it goes again above the other device's", () => {
		const { outbox } = opened();
		outbox.choose(q1, [0], IN_TOUCH);
		outbox.refuse(q1, { revision: 1, choices: [0] }, stale(6, [2]), IN_TOUCH);
		assert.deepEqual(outbox.ballot(q1), { status: "sending", choices: [0] });
		assert.equal(outbox.pending(q1)?.revision, 7);
	});

	it("[C7] unless another tab of this browser has chosen since", () => {
		const { outbox, store } = opened();
		outbox.choose(q1, [0], IN_TOUCH);
		const other = opened(store).outbox;
		other.choose(q1, [2], IN_TOUCH);
		other.receive(q1, { revision: 2, choices: [2] });
		outbox.refuse(q1, { revision: 1, choices: [0] }, stale(2, [2]), IN_TOUCH);
		assert.deepEqual(outbox.ballot(q1), { status: "saved", choices: [2] });
	});

	it("[C8] a vote refused for good is not counted, says why, and the earlier ballot stands", () => {
		const { outbox, stored } = opened();
		outbox.choose(q1, [0], IN_TOUCH);
		outbox.receive(q1, { revision: 1, choices: [0] });
		outbox.choose(q1, [1], IN_TOUCH);
		const closed = refusal("question_not_open", "This question is closed.");
		outbox.refuse(q1, { revision: 2, choices: [1] }, closed, IN_TOUCH);
		assert.deepEqual(outbox.ballot(q1), { status: "not-counted", choices: [0], refusal: closed });
		assert.equal(stored()?.pending, undefined);
	});

	it("[C9] the revision of a refused vote is not used again, also not after a reload", () => {
		const { outbox, store } = opened();
		outbox.choose(q1, [1], IN_TOUCH);
		outbox.refuse(q1, { revision: 1, choices: [1] }, refusal("poll_ended", "over"), IN_TOUCH);
		const reloaded = opened(store).outbox;
		reloaded.choose(q1, [0], IN_TOUCH);
		assert.equal(reloaded.pending(q1)?.revision, 2);
	});

	it("[C10] two tabs never use one revision twice, and each settles only what it has the receipt of", () => {
		const first = opened();
		const second = opened(first.store);
		first.outbox.choose(q1, [0], IN_TOUCH);
		second.outbox.choose(q1, [1], IN_TOUCH);
		assert.equal(second.outbox.pending(q1)?.revision, 2);
		first.outbox.receive(q1, { revision: 1, choices: [0] });
		assert.deepEqual(first.stored()?.pending, { revision: 2, choices: [1] });
		first.outbox.recall(q1);
		assert.deepEqual(first.outbox.ballot(q1), { status: "sending", choices: [1] });
	});

	it("[C11] votes of one person are not cast by whoever joins after them from the same browser", () => {
		const store = memoryStore();
		new Outbox(outboxStore(store, "ABCDEF", "first-person-token")).choose(q1, [0], undefined);
		const other = new Outbox(outboxStore(store, "ABCDEF", "other-person-token"));
		other.recall(q1);
		assert.equal(other.pending(q1), undefined);
	});

	it("[C12] what storage holds and cannot be read counts as nothing", () => {
		for (const text of ["", "{", "null", "[]", '{"lastRevision":-1}', '{"lastRevision":9e99}']) {
			const { outbox, store } = opened();
			store.set(KEY, text);
			outbox.choose(q1, [0], undefined);
			assert.equal(outbox.pending(q1)?.revision, 1, text);
		}
	});
});

const KEY = "plenum:ABCDEF:votes:token-of:q1";

function opened(store: KeyValueStore = memoryStore()) {
	const shelf = outboxStore(store, "abcdef", "token-of-one");
	return { store, outbox: new Outbox(shelf), stored: () => shelf.read(q1) };
}

function stale(revision: number, choices: readonly number[]): Refusal {
	return { ...refusal("stale_revision", "stale"), current: { revision, choices } };
}
