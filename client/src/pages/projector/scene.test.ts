import { deepEqual, equal } from "node:assert/strict";
import type { QuestionId } from "../../../../schema/ids.ts";
import type { PollSnapshot, QuestionSnapshot } from "../../session/view.ts";
import { leaders, sceneOf, turnout } from "./scene.ts";

const question = (id: string, more: Partial<QuestionSnapshot> = {}): QuestionSnapshot => ({
	id: id as QuestionId,
	prompt: "?",
	kind: "single",
	options: ["yes", "no"],
	maxChoices: 1,
	status: "waiting",
	ballots: 0,
	counts: [0, 0],
	...more,
});

const poll = (
	status: PollSnapshot["status"],
	questions: readonly QuestionSnapshot[],
	currentQuestionId = "q1",
): PollSnapshot => ({
	epoch: 1,
	seq: 1,
	code: "K7M2QX",
	title: "",
	status,
	currentQuestionId: currentQuestionId as QuestionId,
	capacity: 20,
	participants: 3,
	online: 3,
	hostOnline: true,
	storage: "ok",
	questions,
});

describe("[U7] what is on the wall", () => {
	const voted = { status: "closed", ballots: 2, counts: [2, 0] } as const;
	const first = question("q1", voted);
	const hidden = question("q2", { ...voted, counts: [] });

	it("before the first question the way in, then the question that the host shows", () => {
		deepEqual(sceneOf(poll("waiting", [question("q1")]), undefined), { kind: "lobby" });
		const second = question("q2", { status: "open" });
		deepEqual(sceneOf(poll("open", [first, second], "q2"), second), {
			kind: "question",
			question: second,
			number: 2,
		});
	});

	it("at the end the result shown last, or the last one that may be seen, or none", () => {
		const last = question("q3", voted);
		const ended = (questions: readonly QuestionSnapshot[], current: string) =>
			sceneOf(poll("closed", questions, current), questions[0]);
		deepEqual(ended([first, last], "q1"), { kind: "ended", question: first });
		deepEqual(ended([first, hidden], "q2"), { kind: "ended", question: first });
		deepEqual(ended([first, question("q2")], "q2"), { kind: "ended", question: first });
		deepEqual(ended([hidden], "q2"), { kind: "ended", question: undefined });
	});

	it("whoever has the most votes leads, several when they are level, none without votes", () => {
		deepEqual(leaders([1, 4, 2]), [1]);
		deepEqual(leaders([4, 1, 4]), [0, 2]);
		deepEqual(leaders([0, 0]), []);
		deepEqual(leaders([]), []);
	});

	it("the turnout is a part of those who joined, never more than all", () => {
		equal(turnout(0, 0), 0);
		equal(turnout(1, 4), 0.25);
		equal(turnout(3, 2), 1);
	});
});
