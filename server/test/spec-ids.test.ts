import { deepEqual, equal, notEqual } from "node:assert/strict";
import { compareIds, definedIds } from "./rule-ids.ts";
import { isTestFile, readProjectFile, sourceFiles } from "./source-files.ts";

const nothing = { untested: [], unknown: [], definedTwice: [] };

describe("rule ids", () => {
	it("[L5] every rule of SPEC.md is cited by a test, and every cited rule stands there", () => {
		const spec = readProjectFile("SPEC.md");
		const tests = sourceFiles().filter(({ path }) => isTestFile(path));
		notEqual(definedIds(spec).length, 0);
		deepEqual(
			compareIds(
				spec,
				tests.map(({ text }) => text),
			),
			nothing,
		);
	});
});

describe("[L5] the comparison itself", () => {
	const spec = "# Rules\n\n- **Q1** Given a, then b.\n- **Q2** See Q9.\n";
	const both = 'it("[Q1] a", f); describe("[Q2] [Q1] b", f);';

	it("is content when both sides agree", () => {
		deepEqual(compareIds(spec, [both]), nothing);
	});

	it("names a rule without a test", () => {
		deepEqual(compareIds(spec, ['it("[Q1] a", f);']), { ...nothing, untested: ["Q2"] });
	});

	it("names a citation without a rule", () => {
		deepEqual(compareIds(spec, [both, "it(`[Q3] c`, f);"]), { ...nothing, unknown: ["Q3"] });
	});

	it("names a rule that is defined twice", () => {
		deepEqual(compareIds(`${spec}- **Q1** again\n`, [both]), { ...nothing, definedTwice: ["Q1"] });
	});

	it("takes neither a comment nor the middle of a title for a citation", () => {
		const text = '// "[Q2] no"\nit("[Q1] like [Q2]", f);';
		deepEqual(compareIds(spec, [text]).untested, ["Q2"]);
	});

	it("reads ids only where a line defines them", () => {
		equal(definedIds("text **Q1** \n  - **Q2** nested\n- **Q3**without a space").length, 0);
	});
});
