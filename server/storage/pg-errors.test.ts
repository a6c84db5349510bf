import assert from "node:assert/strict";
import type { Fault } from "../journal/journal.ts";
import { classifyFault, sqlState } from "./pg-errors.ts";

const expected: Record<Fault, readonly string[]> = {
	poison: ["22001", "22003", "22P02", "22P05", "23502", "23505", "23514"],
	retry: ["40P01", "40001", "55P03", "57014", "53100", "53200", "53300"],
	unknown: ["08000", "08006", "57P01", "57P02", "57P03", "40003", "25006", "42P01", "XX000"],
};

describe("classifyFault", () => {
	for (const [fault, states] of Object.entries(expected)) {
		it(`[D1] ${states.join(", ")} mean ${fault}`, () => {
			for (const code of states)
				assert.equal(classifyFault(Object.assign(new Error("x"), { code })), fault, code);
		});
	}

	it("[D1] an error without a SQLSTATE is unknown", () => {
		const errors = ["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT"].map((code) =>
			Object.assign(new Error(), { code }),
		);
		for (const error of [
			...errors,
			new Error("Query read timeout"),
			"text",
			undefined,
			null,
			23505,
		]) {
			assert.equal(classifyFault(error), "unknown");
			assert.equal(sqlState(error), undefined);
		}
	});

	it("[D1] the SQLSTATE is found below an error that wraps it, also in a circle", () => {
		const cause = Object.assign(new Error("duplicate key"), { code: "23505" });
		assert.equal(classifyFault(new Error("Failed query", { cause })), "poison");
		const circle = new Error("circle");
		circle.cause = circle;
		assert.equal(classifyFault(circle), "unknown");
	});
});
