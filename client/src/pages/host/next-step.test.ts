import { deepEqual, equal } from "node:assert/strict";
import type { QuestionId } from "../../../../schema/ids.ts";
import type { QuestionStatus } from "../../../../schema/poll-words.ts";
import type { QuestionSnapshot } from "../../session/view.ts";
import { isHidden, neighbour, nextStep } from "./next-step.ts";

const id = (number: number) => `q${number}` as QuestionId;

function poll(current: number, ...statuses: QuestionStatus[]) {
	const questions = statuses.map(
		(status, index): QuestionSnapshot => ({
			id: id(index + 1),
			prompt: "?",
			kind: "single",
			options: ["a", "b"],
			maxChoices: 1,
			status,
			ballots: 0,
			counts: [],
		}),
	);
	return { status: "open" as const, currentQuestionId: id(current), questions };
}

describe("[U6] next", () => {
	it("opens the first question at the start", () => {
		deepEqual(nextStep(poll(1, "waiting", "waiting")), { close: [], open: "q1" });
	});

	it("closes what is open and opens the following question", () => {
		deepEqual(nextStep(poll(1, "open", "waiting")), { close: ["q1"], open: "q2" });
		deepEqual(nextStep(poll(1, "closed", "waiting")), { close: [], open: "q2" });
		deepEqual(nextStep(poll(2, "open", "open", "waiting")), { close: ["q1", "q2"], open: "q3" });
	});

	it("passes over questions that were voted on already, and comes back to those left out", () => {
		deepEqual(nextStep(poll(1, "open", "closed", "waiting")), { close: ["q1"], open: "q3" });
		deepEqual(nextStep(poll(3, "waiting", "closed", "open")), { close: ["q3"], open: "q1" });
	});

	it("is over when no question is left, or the poll has ended", () => {
		equal(nextStep(poll(2, "closed", "open")), undefined);
		equal(nextStep({ ...poll(1, "closed", "waiting"), status: "closed" }), undefined);
		equal(nextStep({ ...poll(1), currentQuestionId: "" }), undefined);
	});
});

describe("[U6] the host's desk", () => {
	it("steps between questions and stays at the ends", () => {
		const { questions } = poll(1, "open", "waiting");
		equal(neighbour(questions, id(1), 1), "q2");
		equal(neighbour(questions, id(2), 1), "q2");
		equal(neighbour(questions, id(1), -1), "q1");
		equal(neighbour([], undefined, 1), undefined);
	});

	it("knows when only the host sees the counts", () => {
		const [question] = poll(1, "open").questions as [QuestionSnapshot];
		equal(isHidden({ ...question, hostCounts: [1, 2] }), true);
		equal(isHidden({ ...question, hostCounts: [1, 2], counts: [1, 2] }), false);
		equal(isHidden({ ...question, counts: [1, 2] }), false);
	});
});
