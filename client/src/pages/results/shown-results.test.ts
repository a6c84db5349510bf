import { deepEqual, equal } from "node:assert/strict";
import type { PollResults, PollSummary, QuestionSummary } from "../../../../schema/wire/http.ts";
import { leadingLabels, shownResults } from "./shown-results.ts";

const question = (more: Partial<QuestionSummary>): QuestionSummary => ({
	id: "q1",
	prompt: "?",
	kind: "single",
	options: ["yes", "no"],
	maxChoices: 1,
	status: "closed",
	ballots: 2,
	counts: [],
	...more,
});

const summary = (
	results: PollSummary["results"],
	status: PollSummary["status"],
	questions: readonly QuestionSummary[],
): PollSummary => ({
	code: "K7M2QX",
	title: "",
	status,
	capacity: 20,
	participants: 3,
	results,
	currentQuestionId: "q1",
	questions,
});

const resultOf = (...given: Parameters<typeof summary>) =>
	shownResults(summary(...given), undefined).questions[0]?.result;

describe("[U8] results in sight, or why not", () => {
	it("counts where everybody may see them", () => {
		const counted = question({ counts: [2, 0] });
		deepEqual(resultOf("live", "closed", [counted]), { kind: "counts", counts: [2, 0] });
	});

	it("hidden ones say for how long", () => {
		const open = question({ status: "open" });
		deepEqual(resultOf("closed", "open", [open]), { kind: "hidden", until: "closed" });
		deepEqual(resultOf("host", "closed", [question({})]), { kind: "hidden", until: "ever" });
	});

	it("a question that was not put to the vote says so, also where it has empty counts", () => {
		const waiting = question({ status: "waiting", ballots: 0, counts: [0, 0] });
		deepEqual(resultOf("live", "open", [waiting]), { kind: "not-asked", yet: true });
		deepEqual(resultOf("live", "closed", [waiting]), { kind: "not-asked", yet: false });
	});

	it("the host's own device shows what others do not see", () => {
		const options = [
			{ label: "yes", votes: 1 },
			{ label: "no", votes: 1 },
		];
		const all: PollResults = {
			code: "K7M2QX",
			title: "",
			status: "closed",
			questions: [{ id: "q1", prompt: "?", kind: "single", status: "closed", ballots: 2, options }],
		};
		const shown = shownResults(summary("host", "closed", [question({})]), all);
		equal(shown.isHost, true);
		deepEqual(shown.questions[0]?.result, { kind: "counts", counts: [1, 1] });
	});

	it("names who leads, several when they are level, nobody without votes", () => {
		deepEqual(leadingLabels(["a", "b", "c"], [1, 3, 2]), ["b"]);
		deepEqual(leadingLabels(["a", "b", "c"], [3, 3, 2]), ["a", "b"]);
		deepEqual(leadingLabels(["a", "b"], [0, 0]), []);
		deepEqual(leadingLabels(["v", "w", "x", "y", "z"], [3, 3, 1, 3, 3]), ["A", "B", "D", "E"]);
	});
});
