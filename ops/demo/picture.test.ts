import assert from "node:assert/strict";
import type { PollSnapshot, QuestionSnapshot } from "../../client/src/session/view.ts";
import type { QuestionId } from "../../schema/ids.ts";
import { bars, type Progress, picture, progressLine } from "./picture.ts";

const progress: Progress = {
	...{ people: 50, joined: 48, acknowledged: 31, pending: 2, changed: 4, reconnecting: 0 },
};

describe("the demo's picture", () => {
	it("has bars in proportion to the most chosen option, to an eighth, with votes and share", () => {
		assert.deepEqual(bars(question({ counts: [10, 5, 1], ballots: 16 }), 40), [
			"  Tea    ████████████████████    10  63%",
			"  Coffee ██████████               5  31%",
			"  Water  ██                       1   6%",
		]);
		assert.match(bars(question({ counts: [16, 1, 0], ballots: 17 }), 40)[1] ?? "", /Coffee █▎ /);
	});

	it("draws empty bars while there are no votes, and while counts are hidden", () => {
		for (const counts of [[0, 0, 0], []]) {
			for (const bar of bars(question({ counts }), 40)) assert.match(bar, /^ {2}\w+ +0 +0%$/);
		}
	});

	it("never draws a line wider than the screen", () => {
		const long = question({
			prompt: "é".repeat(300),
			options: ["語".repeat(120), "b"],
			counts: [9, 1],
		});
		for (const columns of [20, 40, 80]) {
			const lines = picture(poll([long]), progress, columns);
			for (const line of lines) assert.ok([...line].length <= columns, `${columns}: ${line}`);
		}
	});

	it("shows the current question with its place and state, and says when saving is delayed", () => {
		const shown = { ...poll([question({ status: "open" })]), storage: "delayed" as const };
		const lines = picture(shown, progress, 80);
		assert.equal(lines[2], "1/1 What now? (open)");
		assert.equal(lines.at(-1), "saving is delayed; nothing is lost");
	});

	it("tells the progress in one line, reconnections only while there are any", () => {
		const calm = "48/50 joined · 31 votes acknowledged · 2 pending · 4 changed";
		assert.equal(progressLine(progress), calm);
		assert.equal(progressLine({ ...progress, reconnecting: 3 }), `${calm} · 3 reconnecting`);
	});
});

function question(more: Partial<QuestionSnapshot>): QuestionSnapshot {
	return {
		...{ id: "q1" as QuestionId, prompt: "What now?", kind: "single", maxChoices: 1 },
		...{ options: ["Tea", "Coffee", "Water"], status: "open", ballots: 0, counts: [] },
		...more,
	};
}

function poll(questions: readonly QuestionSnapshot[]): PollSnapshot {
	return {
		...{ epoch: 1, seq: 1, code: "ABCDEF", title: "Demo", status: "open", storage: "ok" },
		...{ currentQuestionId: "q1" as QuestionId, capacity: 50, participants: 48, online: 48 },
		...{ hostOnline: true, questions },
	};
}
