import assert from "node:assert/strict";
import { escaped, html } from "./html.ts";
import { page } from "./page.ts";
import type { BenchResult } from "./report.ts";

const HOSTILE = `</style><script>alert("x")</script> & 'co'`;

const result: BenchResult = {
	...{ bench: "votes", about: `about ${HOSTILE}`, setting: HOSTILE, at: "2026-01-01T00:00:00Z" },
	isQuick: false,
	curves: [{ key: "climb", title: HOSTILE, x: HOSTILE, y: HOSTILE }],
	machine: {
		...{ system: "linux", cores: 2, processor: HOSTILE, memory: 8, node: "v1" },
		hasAccounting: true,
	},
	sides: [
		{ name: HOSTILE, description: HOSTILE },
		{ name: "b", description: "" },
	],
	measures: [{ key: "speed", label: HOSTILE, unit: HOSTILE }],
	turns: [
		{
			...{ side: HOSTILE, run: 1, values: { speed: 1_234 }, disturbance: 0.5, isRepeated: false },
			...{ loadBefore: 1, pace: 20, curves: { climb: [[1, 2] as const, [3, 4] as const] } },
		},
		{ side: "b", run: 1, values: { speed: 617 }, disturbance: 0.1, isRepeated: false },
	],
	ratios: [
		{
			...{ measure: "speed", subject: "b", reference: HOSTILE, isMet: false },
			spread: { median: 0.5, least: 0.4, most: 0.6 },
			goal: { kind: "at-least", bound: 1 },
		},
	],
};

describe("the report of the benches", () => {
	it("[Z6] text is text: nothing of it becomes markup", () => {
		assert.equal(escaped(`<a b="c" d='e'>&`), "&#60;a b=&#34;c&#34; d=&#39;e&#39;&#62;&#38;");
		assert.equal(html`<p>${"<b>"}${html`<i>${1}</i>`}</p>`.text, "<p>&#60;b&#62;<i>1</i></p>");
		const text = page([result]);
		assert.doesNotMatch(text, /<script|<\/style>(?!\n<\/head>)|'co'/);
		assert.equal(text.match(/<style>/g)?.length, 1);
	});

	it("[Z6] is one page without external resources, readable in light and dark", () => {
		const text = page([result, result]);
		assert.doesNotMatch(text, /https?:|src=|<link|@import|url\(/);
		assert.match(text, /color-scheme: light dark/);
		assert.equal(text.match(/<!doctype html>/g)?.length, 1);
	});

	it("[Z6] shows every run, medians, ratios with their spread, goals and disturbance", () => {
		const text = page([result]);
		assert.equal(text.match(/<circle class="dot/g)?.length, 2);
		assert.equal(text.match(/<polyline/g)?.length, 1);
		for (const shown of ["1,230", "617", "0.4 – 0.6", "✗ ≥ 1", "up to 50 %", "1 were disturbed"]) {
			assert.ok(text.includes(shown), shown);
		}
	});

	it("[Z6] says what this system cannot measure", () => {
		const machine = { ...result.machine, hasAccounting: false };
		const turns = result.turns.map((turn) => ({ ...turn, disturbance: undefined }));
		const text = page([{ ...result, machine, turns }]);
		assert.match(text, /by other programs: not measured on this system/);
		assert.match(text, /CPU and memory: not measured on this system/);
	});
});
