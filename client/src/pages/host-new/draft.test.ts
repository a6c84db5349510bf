import { deepEqual, equal } from "node:assert/strict";
import {
	asOneLine,
	type DraftQuestion,
	emptyDraft,
	emptyQuestion,
	freeKey,
	listLines,
	moved,
	readDraft,
	withOptionAfter,
	withPasted,
} from "./draft.ts";
import { maxChoicesOf, questionInputOf } from "./draft-form.ts";
import { placeAt } from "./place-at.ts";

function question(...labels: string[]): DraftQuestion {
	const options = labels.map((label, index) => ({ key: index + 1, label }));
	return { ...emptyQuestion(1), prompt: "Where to?", options };
}

const labelsOf = ({ options }: DraftQuestion) => options.map(({ label }) => label);

describe("[U5] writing a poll", () => {
	it("a pasted list becomes options, a line each, without bullets or numbers", () => {
		deepEqual(listLines("Sea\r\n\r\n  Hills \nCity\n"), ["Sea", "Hills", "City"]);
		deepEqual(listLines("- Sea\n- Hills"), ["Sea", "Hills"]);
		deepEqual(listLines("1. Sea\n2) Hills"), ["Sea", "Hills"]);
		// Not all of them are marked, so the mark belongs to the text.
		deepEqual(listLines("Sea\n2. Hills"), ["Sea", "2. Hills"]);
		equal(listLines("Sea"), undefined);
	});

	it("pasting fills empty fields first and keeps what was written", () => {
		const {
			question: filled,
			last,
			left,
		} = withPasted(question("Sea", "", ""), 1, ["a", "b", "c"]);
		deepEqual(labelsOf(filled), ["Sea", "a", "b", "c"]);
		deepEqual([last, left], [3, 0]);
		deepEqual(labelsOf(withPasted(question("Sea", "", "City"), 0, ["a", "b"]).question), [
			"Sea",
			"a",
			"b",
			"City",
		]);
	});

	it("what does not fit is counted, not silently lost", () => {
		const lines = Array.from({ length: 12 }, (_, index) => `line ${index}`);
		const { question: filled, left } = withPasted(question("Sea", ""), 1, lines);
		equal(filled.options.length, 10);
		equal(left, 3);
	});

	it("options keep their keys wherever they are moved, and a new one gets its own", () => {
		const { options } = question("a", "b", "c");
		deepEqual(
			moved(options, 2, 0).map(({ key }) => key),
			[3, 1, 2],
		);
		equal(moved(options, 0, -1), options);
		equal(moved(options, 0, 3), options);
		equal(freeKey(options), 4);
		deepEqual(
			withOptionAfter(question("a", "b"), 0).options.map(({ key }) => key),
			[1, 3, 2],
		);
	});

	it("a dragged item takes the place whose middle it has crossed", () => {
		const middles = [10, 30, 80];
		equal(placeAt(12, middles, 0), 0);
		equal(placeAt(31, middles, 0), 1);
		equal(placeAt(99, middles, 0), 2);
		equal(placeAt(5, middles, 2), 0);
		equal(placeAt(40, middles, 2), 2);
	});

	it("a kept draft is read back, and anything else is none", () => {
		deepEqual(readDraft(JSON.stringify(emptyDraft)), emptyDraft);
		for (const json of [undefined, "", "{", "null", "[]", '{"title":"x"}', '{"questions":[]}']) {
			equal(readDraft(json), undefined);
		}
		const broken = { ...emptyDraft, questions: [{ key: 1, prompt: "?", kind: "single" }] };
		equal(readDraft(JSON.stringify(broken)), undefined);
	});

	it("empty options are left out, and nobody may choose more than there are", () => {
		const three = { ...question("a", " b ", "", "c"), kind: "multiple" as const };
		deepEqual(questionInputOf({ ...three, maxChoices: 2 }), {
			prompt: "Where to?",
			kind: "multiple",
			options: ["a", "b", "c"],
			maxChoices: 2,
		});
		equal(maxChoicesOf({ ...three, maxChoices: 5 }), undefined);
		equal(maxChoicesOf({ ...three, kind: "single", maxChoices: 2 }), undefined);
	});

	it("line breaks become spaces", () => {
		equal(asOneLine("one\r\ntwo\tthree"), "one two three");
	});
});
