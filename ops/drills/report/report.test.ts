import assert from "node:assert/strict";
import { Findings } from "../checker/properties.ts";
import { type Fault, Timing } from "../checker/timing.ts";
import { reportPage } from "./page.ts";
import { type DrillReport, propertyLines } from "./report.ts";
import { boundText, recoveryText, reportText } from "./text.ts";

const QUIET = { lagP99Ms: 10, load: 1 };
const fault: Fault = {
	...{ id: 1, name: "zombie", what: "process <1>", from: 2_000, to: 4_000 },
	...{ polls: undefined, isSurvived: true },
};

function checked(breaking?: 1 | 14) {
	const findings = new Findings();
	for (const number of [1, 7, 12, 14] as const) findings.look(number, 5);
	if (breaking) findings.found({ property: breaking, sentence: "it broke" });
	return { findings, timing: new Timing(findings) };
}

function report(more: Partial<DrillReport> = {}): DrillReport {
	return {
		...{ drill: "zombie", summary: "a process", seed: 1, minutes: 1, people: 12, polls: 2 },
		...{ processes: 2, passed: true, slowestMs: 5, convergedMs: 5, errors: 0, pressure: QUIET },
		properties: propertyLines(checked(), false, QUIET),
		votes: { acknowledged: 9, perSecond: [0, 4, 0, 5], medianMs: 5, p99Ms: 9 },
		requests: { ok: 9, fail: 1, info: 0 },
		faults: [{ fault, fromStrikeMs: 3_000, fromHealMs: 1_000 }],
		machine: {
			...{ cores: 2, memory: 4, system: "Linux 6", node: "v20", postgres: "15", redis: "7" },
			commit: "abc",
		},
		counterExample: undefined,
		...more,
	};
}

describe("the report of a drill", () => {
	it("[F7] what nothing could show is unseen, what broke is broken", () => {
		const verdict = (lines: ReturnType<typeof propertyLines>, number: number) =>
			lines.find((line) => line.number === number)?.verdict;
		const held = propertyLines(checked(), false, QUIET);
		assert.deepEqual(
			[verdict(held, 1), verdict(held, 2), verdict(held, 15)],
			[...["held", "unseen", "unseen"]],
		);
		const broken = propertyLines(checked(1), true, QUIET);
		assert.deepEqual([verdict(broken, 1), verdict(broken, 15)], ["broken", "broken"]);
	});

	it("[F7] times are not judged on a machine that was too busy; everything else is", () => {
		for (const busy of [
			{ lagP99Ms: 300, load: 1 },
			{ lagP99Ms: 1, load: 4 },
		]) {
			const verdicts = (breaking: 1 | 14) =>
				propertyLines(checked(breaking), true, busy)
					.filter(({ number }) => [1, 14, 15].includes(number))
					.map(({ verdict }) => verdict);
			assert.deepEqual(verdicts(14), ["held", "unjudged", "held"]);
			assert.deepEqual(verdicts(1), ["broken", "held", "broken"]);
		}
	});

	it("[F7] says how fast votes came back, and what so many faults prove", () => {
		const { faults } = report();
		assert.match(recoveryText({ faults }), /strike: median 3.00 s.*heal: median 1.00 s/);
		assert.deepEqual(boundText({ passed: true, faults }), []);
		const many = Array.from({ length: 300 }, () => faults[0] ?? assert.fail());
		assert.match(boundText({ passed: true, faults: many })[0] ?? "", /fewer than 1.0 %/);
		assert.deepEqual(boundText({ passed: false, faults: many }), []);
	});

	it("[F7] shows the first counter-example, and quotes nothing unescaped", () => {
		const finding = { property: 1, sentence: "lost <b>", poll: "one", t: 1 } as const;
		const broken = report({ passed: false, counterExample: { finding, around: ['{"t":1}'] } });
		assert.match(reportText(broken), /First counter-example, property 1: lost <b>\n {2}\{"t":1\}/);
		const page = reportPage(broken);
		assert.match(page, /lost &#60;b&#62;/);
		assert.match(page, /<title>process &#60;1&#62;<\/title>/);
		assert.doesNotMatch(reportText(report()), /counter-example/);
	});
});
