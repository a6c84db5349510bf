import assert from "node:assert/strict";
import type { Comparison } from "./bench.ts";
import { compare, comparisonTable } from "./compare.ts";
import { findingsOf } from "./findings.ts";
import { picture, shareOf } from "./picture.ts";
import { ratiosOf } from "./ratios.ts";
import type { BenchResult } from "./report.ts";

const comparisons: readonly Comparison[] = [
	{ measure: "speed", subject: "b", reference: "a", goal: { kind: "at-least", bound: 0.8 } },
	{ measure: "speed", subject: "b", goal: { kind: "at-most", bound: 500 } },
	{ measure: "speed", subject: "b", reference: "a", isDifference: true },
];

function result(a: number, b: number, setting = "as ever"): BenchResult {
	const turns = Object.entries({ a, b }).map(([side, speed]) => ({
		...{ side, run: 1, values: { speed }, disturbance: 0, isRepeated: false },
	}));
	return {
		...{ bench: "votes", about: "", setting, isQuick: false, at: "", turns, curves: [] },
		machine: { system: "", cores: 2, processor: "", memory: 8, node: "", hasAccounting: true },
		sides: [
			{ name: "a", description: "" },
			{ name: "b", description: "" },
		],
		measures: [{ key: "speed", label: "speed", unit: "ms" }],
		ratios: ratiosOf(comparisons, turns),
	};
}

describe("what benches found", () => {
	it("[Z5] a ratio, a figure by itself and a difference, each with its unit", () => {
		const findings = findingsOf(result(400, 360));
		const texts = findings.map(({ valueText, goal, isMet }) => [valueText, goal, isMet]);
		assert.deepEqual(texts, [
			["0.9 ×", "≥ 0.8 ×", true],
			["360 ms", "≤ 500 ms", true],
			["-40 ms", "", undefined],
		]);
	});

	it("[Z12] stands beside an earlier run's, and what is no longer met is said", () => {
		const compared = compare([result(400, 360)], [result(400, 300)]);
		assert.deepEqual(
			compared.map(({ finding, before, isLost }) => [before?.value, finding.value, isLost]),
			[
				[0.9, 0.75, true],
				[360, 300, false],
				[-40, -100, false],
			],
		);
		const table = comparisonTable(compared);
		assert.match(
			table,
			/\| votes \| speed \| b \/ a \| 0.9 × \| 0.75 × \| ≥ 0.8 × \| \*\*no longer met/,
		);
		assert.match(table, /3 figures, 1 no longer as they should be/);
	});

	it("[Z12] is not compared with what had another workload, nor blamed for what was missed before", () => {
		const other = compare([result(400, 360, "less of it")], [result(400, 300)]);
		assert.deepEqual(
			other.map(({ before, isLost }) => [before, isLost]),
			[
				...[
					[undefined, false],
					[undefined, false],
					[undefined, false],
				],
			],
		);
		const missed = compare([result(400, 100)], [result(400, 300)]);
		assert.ok(missed.every(({ isLost }) => !isLost));
	});

	it("[Z6] the picture's bars end at the stroke where a goal is just met", () => {
		assert.equal(shareOf({ kind: "at-least", bound: 0.8 }, 0.8), 1);
		assert.equal(shareOf({ kind: "at-least", bound: 25 }, 50), 0.5);
		assert.equal(shareOf({ kind: "at-most", bound: 200 }, 100), 0.5);
		assert.deepEqual(
			[0, 1].map((value) => shareOf({ kind: "at-most", bound: 0 }, value)),
			[0, Number.POSITIVE_INFINITY],
		);
		assert.ok(Math.abs(shareOf({ kind: "same" }, 0.9) - 1) < 1e-9);
		const svg = picture([result(400, 360)]);
		assert.match(svg, /2 of 2 goals met/);
		assert.match(svg, /prefers-color-scheme: dark/);
		assert.doesNotMatch(
			svg.replace("http://www.w3.org/2000/svg", ""),
			/https?:|<script|NaN|Infinity/,
		);
	});
});
