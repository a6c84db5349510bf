import assert from "node:assert/strict";
import { PollView, QuestionView } from "../../../schema/view/poll-view.ts";
import { newest, type PollSnapshot, snapshotOf } from "./view.ts";

describe("snapshot", () => {
	it("[C16] a snapshot holds the view's values and does not change with it", () => {
		const view = viewAt(3, 7);
		const snapshot = snapshotOf(view);
		view.seq = 8;
		view.questions.at(0)?.counts.push(5);
		assert.equal(snapshot.seq, 7);
		assert.deepEqual(snapshot.questions[0]?.counts, [1, 2]);
		assert.deepEqual(snapshot.questions[0]?.options, ["Yes", "No"]);
		assert.equal("hostCounts" in (snapshot.questions[0] ?? {}), false);
	});

	it("[C17] nothing from an earlier place in the journal is shown after a later one", () => {
		const shown = at(3, 7);
		for (const [epoch, seq] of [
			[3, 6],
			[2, 99],
			[0, 0],
		] as const) {
			assert.equal(newest(shown, at(epoch, seq)), shown);
		}
		for (const [epoch, seq] of [
			[3, 7],
			[3, 8],
			[4, 1],
		] as const) {
			const next = newest(shown, at(epoch, seq));
			assert.deepEqual([next.epoch, next.seq], [epoch, seq]);
		}
		assert.deepEqual(newest(undefined, at(1, 1)), at(1, 1));
	});

	it("[C18] an unchanged question stays the same object", () => {
		const shown = at(3, 7);
		const same = newest(shown, at(3, 8));
		assert.equal(same.questions[0], shown.questions[0]);
		const moved = at(3, 9);
		const changed = { ...moved, questions: moved.questions.map((it) => ({ ...it, ballots: 4 })) };
		assert.notEqual(newest(same, changed).questions[0], shown.questions[0]);
	});
});

function at(epoch: number, seq: number): PollSnapshot {
	return snapshotOf(viewAt(epoch, seq));
}

function viewAt(epoch: number, seq: number): PollView {
	const question = new QuestionView();
	Object.assign(question, { id: "q1", prompt: "Lunch?", kind: "single", maxChoices: 1 });
	question.options.push("Yes", "No");
	question.counts.push(1, 2);
	const view = new PollView();
	Object.assign(view, { epoch, seq, code: "ABCDEF" });
	view.questions.push(question);
	return view;
}
