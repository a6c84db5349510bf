import { equal, match, notEqual, ok } from "node:assert/strict";
import {
	httpStatusOf,
	requestRefusalCodes,
	seatRefusalCodes,
} from "../../../../schema/refusals.ts";
import { type Language, language, languages } from "../language.ts";
import { refusalSentence } from "./refusals.ts";

const codes = new Set([...requestRefusalCodes, ...seatRefusalCodes, ...Object.keys(httpStatusOf)]);
const each = Object.keys(languages) as Language[];

describe("[U1] refusals in words", () => {
	afterEach(() => {
		language.value = "en";
	});

	for (const tag of each) {
		it(`every code has a sentence of its own in ${tag}`, () => {
			language.value = tag;
			const unknown = refusalSentence("a_code_of_a_later_version");
			match(unknown, /\.$/);
			for (const code of codes) {
				const sentence = refusalSentence(code);
				match(sentence, /^\p{Lu}.+\.$/u, code);
				ok(!sentence.includes("_"), code);
				notEqual(sentence, unknown, code);
			}
		});
	}

	it("no two languages say the same", () => {
		for (const code of codes) {
			const said = each.map((tag) => {
				language.value = tag;
				return refusalSentence(code);
			});
			equal(new Set(said).size, each.length, code);
		}
	});

	it("names of prototypes are no codes", () => {
		equal(refusalSentence("constructor"), refusalSentence("nonsense"));
	});
});
