import { deepEqual, equal } from "node:assert/strict";
import { defaultLimits } from "../../../../schema/limits.ts";
import { fieldProblems } from "../../../../schema/wire/issues.ts";
import { pollForm } from "../../../../schema/wire/poll-form.ts";
import { type Draft, emptyDraft, emptyQuestion } from "./draft.ts";
import { inputOf } from "./draft-form.ts";
import { draftProblems, serverProblems } from "./draft-problems.ts";

function draft(labels: readonly string[], more: Partial<Draft> = {}): Draft {
	const options = labels.map((label, index) => ({ key: index + 1, label }));
	const question = { ...emptyQuestion(7), prompt: "Where to?", options };
	return { ...emptyDraft, questions: [question], ...more };
}

const found = (it: Draft) => Object.fromEntries(draftProblems(it));

describe("[U5] what is wrong with a draft", () => {
	it("nothing, when the server would take it", () => {
		deepEqual(found(draft(["a", "", "b"], { title: "T", capacity: " 30 " })), {});
	});

	it("is said at the field in which it was typed", () => {
		deepEqual(found(draft(["a", "b", " a ", "x".repeat(121)])), {
			"q7.o3": { kind: "same" },
			"q7.o4": { kind: "long", limit: 120 },
		});
		deepEqual(found(draft(["a", "", ""])), { "q7.o2": { kind: "empty" } });
		deepEqual(found(draft(["a"])), { q7: { kind: "few", limit: 2 } });
		deepEqual(found(draft(["a", "b"], { questions: [emptyQuestion(2)] })), {
			"q2.prompt": { kind: "empty" },
			"q2.o1": { kind: "empty" },
			"q2.o2": { kind: "empty" },
		});
		for (const capacity of ["0", "-1", "2.5", "many", "10001"]) {
			deepEqual(found(draft(["a", "b"], { capacity })), { capacity: { kind: "capacity" } });
		}
	});

	it("counts code points, as the server does", () => {
		deepEqual(found(draft(["😀".repeat(120), "b"])), {});
		deepEqual(found(draft(["\u200b", "b"])), { "q7.o1": { kind: "empty" } });
	});

	it("is seen when all texts together are too long", () => {
		const questions = Array.from({ length: 50 }, (_, index) => ({
			...emptyQuestion(index + 1),
			prompt: "x".repeat(300),
			options: Array.from({ length: 10 }, (_none, at) => ({
				key: at + 1,
				label: `${at} ${"x".repeat(110)}`,
			})),
		}));
		deepEqual(found({ ...emptyDraft, questions }), { draft: { kind: "texts" } });
	});
});

describe("[U5] what the server says about a draft", () => {
	/** What our own server answers to this, whatever the page has checked. */
	function refusals(it: Draft, limits = defaultLimits) {
		const sent = inputOf(it);
		const parsed = pollForm(limits).safeParse(sent.form);
		equal(parsed.success, false);
		return Object.fromEntries(serverProblems(fieldProblems(parsed.error as never), sent));
	}

	it("is put at the field that it means, over options that were left empty", () => {
		deepEqual(refusals(draft(["", "a", "x".repeat(121)])), {
			"q7.o3": { kind: "long", limit: 120 },
		});
		deepEqual(refusals(draft(["a", "a"])), { q7: { kind: "same" } });
		deepEqual(refusals(draft(["a"])), { q7: { kind: "few", limit: 2 } });
		deepEqual(refusals(draft(["a", "b"], { title: "x".repeat(201) })), {
			title: { kind: "long", limit: 200 },
		});
		deepEqual(refusals(draft(["a", "b"], { capacity: "0" })), { capacity: { kind: "capacity" } });
	});

	it("follows limits that differ from the usual ones", () => {
		deepEqual(refusals(draft(["a", "b", "c"]), { ...defaultLimits, optionsMax: 2 }), {
			q7: { kind: "many", limit: 2 },
		});
		deepEqual(refusals(draft(["a", "b"]), { ...defaultLimits, textsMaxBytes: 8 }), {
			draft: { kind: "texts" },
		});
	});

	it("without a field of ours is said about the whole", () => {
		const sent = inputOf(draft(["a", "b"]));
		for (const field of ["", "questions", "questions.4.prompt", "settings.results", "later"]) {
			const problems = serverProblems([{ field, message: "is odd" }], sent);
			deepEqual(Object.fromEntries(problems), { draft: { kind: "refused" } });
		}
	});
});
