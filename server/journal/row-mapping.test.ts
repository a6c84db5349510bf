import assert from "node:assert/strict";
import { entriesOfEveryKind, vote } from "../test/support/journal-fixtures.ts";
import { arrayLiteral } from "./array-literal.ts";
import { columnsOf, entryBytes, entryOf, type StoredEntry } from "./row-mapping.ts";

describe("row mapping", () => {
	for (const entry of entriesOfEveryKind()) {
		it(`[J1] ${entry.seq} ${entry.event.kind}: the columns give back the entry`, () => {
			const columns = columnsOf(entry.event);
			const stored = {
				seq: entry.seq,
				at: entry.at,
				kind: entry.event.kind,
				...columns,
				payload: columns.payload === null ? null : JSON.parse(columns.payload),
			} as StoredEntry;
			assert.deepEqual(entryOf(stored), entry);
		});
	}

	it("[J1] a vote carries no JSON", () => {
		assert.equal(columnsOf(vote(1).event).payload, null);
	});

	it("refuses to read a kind that it does not know", () => {
		const stored = { ...columnsOf(vote(1).event), seq: 1, at: 0, kind: "poll-painted" };
		assert.throws(() => entryOf(stored as unknown as StoredEntry), /poll-painted/);
	});

	it("refuses to read a row that lacks a column", () => {
		const stored = { ...columnsOf(vote(1).event), seq: 1, at: 0, kind: "vote-cast", choices: null };
		assert.throws(() => entryOf(stored as unknown as StoredEntry), /lacks a column/);
	});

	it("estimates a long question by its text", () => {
		const [created] = entriesOfEveryKind();
		assert.ok(created);
		assert.ok(entryBytes(created) > JSON.stringify(created.event).length);
	});
});

describe("array literal", () => {
	it("quotes what the syntax of arrays would misread", () => {
		const literal = arrayLiteral([
			1,
			null,
			"null",
			"p1",
			"",
			"a,b",
			'say "hi"',
			"back\\slash",
			"{}",
		]);
		assert.equal(literal, '{1,NULL,"null",p1,"","a,b","say \\"hi\\"","back\\\\slash","{}"}');
	});

	it("is empty for no elements", () => {
		assert.equal(arrayLiteral([]), "{}");
	});
});
