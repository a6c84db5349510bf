import assert from "node:assert/strict";
import type { Side } from "./bench.ts";
import { ratiosOf, type Turn, valuesOf } from "./ratios.ts";
import { REPEATS_MAX, takeTurns } from "./rounds.ts";

const speed = { key: "speed", label: "speed", unit: "a second" };
const side = (name: string): Side => ({
	...{ name, description: "", watched: () => ({}) },
	measure: async () => ({ operations: 1, values: {} }),
});

/** Lets a and b take turns with these disturbances, one after the other, then none. */
async function rounds(runs: number, disturbances: readonly (number | undefined)[]) {
	const said: string[] = [];
	let count = 0;
	const turns = await takeTurns({
		...{ runs, sides: [side("a"), side("b")], measures: [speed], repeatsMax: REPEATS_MAX },
		say: (line) => said.push(line),
		takeTurn: async ({ name }, run): Promise<Turn> => {
			count += 1;
			const disturbance = count <= disturbances.length ? disturbances[count - 1] : 0;
			return { side: name, run, values: { speed: count }, disturbance, isRepeated: false };
		},
	});
	const order = turns.map((turn) => `${turn.side}${turn.run}${turn.isRepeated ? "!" : ""}`);
	return { said, turns, order: order.join(" ") };
}

function turn(side: string, run: number, speed: number, isRepeated = false): Turn {
	return { side, run, values: { speed }, disturbance: 0, isRepeated };
}

describe("the turns of the benches", () => {
	it("[Z4] reference and subject take turns, run by run", async () => {
		assert.equal((await rounds(3, [])).order, "a1 b1 a2 b2 a3 b3");
	});

	it("[Z4] a run that others disturbed is done again as a whole, and says so", async () => {
		const { order, said, turns } = await rounds(2, [0, 0.21]);
		assert.equal(order, "a1! b1! a1 b1 a2 b2");
		assert.match(said[1] ?? "", /b {2}speed 2 a second {2}disturbed: 21 % by others/);
		assert.match(said[2] ?? "", /run 1 was disturbed .* done again/);
		assert.deepEqual(valuesOf(turns, "a", "speed"), [3, 5]);
	});

	it("[Z4] at most two runs are done again; what cannot be measured counts as undisturbed", async () => {
		const busy = await rounds(
			2,
			Array.from({ length: 20 }, () => 0.9),
		);
		assert.equal(busy.order, "a1! b1! a1! b1! a1 b1 a2 b2");
		assert.equal((await rounds(1, [undefined, 0.2])).order, "a1 b1");
	});

	it("[Z5] a ratio is that of the runs, without those done again", () => {
		const turns = [
			...[turn("a", 1, 10), turn("b", 1, 20), turn("a", 2, 10), turn("b", 2, 40)],
			...[turn("a", 3, 10), turn("b", 3, 5)],
			...[turn("a", 1, 1000, true), turn("b", 1, 1, true)],
		];
		const compared = { measure: "speed", subject: "b", reference: "a" };
		const [ratio] = ratiosOf([compared], turns);
		assert.deepEqual(ratio?.spread, { median: 2, least: 0.5, most: 4 });
		assert.equal(ratio?.isMet, undefined);
	});

	it("[Z5] a goal is met by the median, being the same also by what runs differ", () => {
		const verdict = (ratios: readonly number[], goal: Parameters<typeof met>[1]) =>
			met(ratios, goal);
		assert.equal(verdict([0.5, 1, 2], { kind: "at-least", bound: 1 }), true);
		assert.equal(verdict([0.5, 0.9, 2], { kind: "at-least", bound: 1 }), false);
		assert.equal(verdict([0.5, 1, 2], { kind: "at-most", bound: 1 }), true);
		assert.equal(verdict([0.5, 1.1, 2], { kind: "at-most", bound: 1 }), false);
		assert.equal(verdict([0.5, 0.6, 1.05], { kind: "same" }), true);
		assert.equal(verdict([1.01, 1.09, 1.2], { kind: "same" }), true);
		assert.equal(verdict([1.05, 1.11, 1.2], { kind: "same" }), false);
		assert.equal(verdict([0.8, 0.89, 0.99], { kind: "same" }), false);
	});

	it("[Z5] what was not measured on both sides has no ratio", () => {
		const compared = { measure: "speed", subject: "b", reference: "a" };
		assert.deepEqual(ratiosOf([compared], [turn("a", 1, 1)]), []);
		assert.deepEqual(ratiosOf([compared], [turn("a", 1, 1), turn("b", 2, 1)]), []);
		assert.deepEqual(ratiosOf([compared], [turn("a", 1, 0), turn("b", 1, 1)]), []);
	});
});

function met(
	ratios: readonly number[],
	goal: NonNullable<Parameters<typeof ratiosOf>[0][number]["goal"]>,
) {
	const turns = ratios.flatMap((ratio, run) => [turn("a", run, 1), turn("b", run, ratio)]);
	const compared = { measure: "speed", subject: "b", reference: "a", goal };
	return ratiosOf([compared], turns)[0]?.isMet;
}
