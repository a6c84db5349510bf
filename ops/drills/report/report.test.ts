import assert from "node:assert/strict";
import type { Fault } from "../checker/fault.ts";
import { Findings } from "../checker/properties.ts";
import { Timing } from "../checker/timing.ts";
import { Vitals } from "../checker/vitals.ts";
import type { RunEvent } from "../kit/history-events.ts";
import { measuresOf } from "./measures.ts";
import { reportPage } from "./page.ts";
import { type DrillReport, headlineOf, propertyLines } from "./report.ts";
import { boundText, recoveryText, reportText } from "./text.ts";

const QUIET = { lagP99Ms: 10, load: 1 };
const fault: Fault = {
	...{ id: 1, name: "zombie", what: "process <1>", from: 2_000, to: 4_000 },
	...{ polls: undefined, isSurvived: true },
};

const struck: RunEvent = {
	...({
		kind: "fault",
		t: 2_000,
		id: 1,
		name: "postgres-away",
		what: "PostgreSQL",
		isSurvived: false,
	} as const),
};
const quiet = { memory: 90, heap: 40, queued: 0, oldestMs: 0 };

function checked(breaking?: 1 | 14) {
	const findings = new Findings();
	for (const number of [1, 7, 12, 14] as const) findings.look(number, 5);
	const isLate = breaking === 14;
	if (breaking) findings.found({ property: breaking, sentence: "it broke", isLate });
	return { findings, timing: new Timing(findings), vitals: new Vitals() };
}

function report(more: Partial<DrillReport> = {}): DrillReport {
	return {
		...{ drill: "zombie", summary: "a process", seed: 1, minutes: 1, people: 12, polls: 2 },
		...{ processes: 2, passed: true, slowestMs: 5, convergedMs: 5, errors: 0, pressure: QUIET },
		properties: propertyLines(checked(), false, QUIET),
		measures: [],
		votes: { acknowledged: 9, perSecond: [0, 4, 0, 5], medianMs: 5, p99Ms: 9 },
		requests: { ok: 9, fail: 1, info: 0 },
		faults: [{ fault, fromStrikeMs: 3_000, fromHealMs: 1_000 }],
		machine: {
			...{ cores: 2, memory: 4, system: "Linux 6", node: "v20", postgres: "15", redis: "7" },
			commit: "abc",
		},
		notes: { broken: [], unjudged: [] },
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

	it("[F7] what was not judged is not said to have held", () => {
		const busy = { lagP99Ms: 300, load: 1 };
		const headline = (pressure: typeof busy) =>
			headlineOf({ passed: true, properties: propertyLines(checked(14), true, pressure) });
		assert.equal(headline(busy), "every property that could be judged held, 1 could not");
		const held = propertyLines(checked(), true, busy);
		assert.equal(headlineOf({ passed: true, properties: held }), "every property held");
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

	it("[F7] what is measured has its bound beside it, and past it is broken", () => {
		const { timing, vitals, findings } = checked();
		const moment = (t: number, delayed: number, queued: number, heap: number) => {
			const processes = [{ memory: heap + 50, heap, queued, oldestMs: 5 * queued }, null];
			vitals.run({ t, kind: "vitals", processes, screens: { all: 8, online: 8, delayed } });
		};
		timing.run(struck);
		timing.run({ t: 32_000, kind: "heal", id: 1 });
		moment(1_900, 0, 0, 40);
		moment(2_600, 8, 700, 60);
		moment(33_000, 8, 300, 61);
		const broken = () =>
			measuresOf({ findings, timing, vitals }, true, true)
				.filter(({ verdict }) => verdict === "broken")
				.map(({ what }) => what);
		assert.deepEqual(broken(), ["drained: nothing old in a queue and every screen as usual"]);
		const onBusy = measuresOf({ findings, timing, vitals }, true, false);
		const late = { saysSo: onBusy[1]?.verdict, isDrained: onBusy[3]?.verdict };
		assert.deepEqual(late, { saysSo: "held", isDrained: "broken" });
		// The other process says nothing at first: nobody knows of its queue.
		moment(34_000, 0, 0, 61);
		assert.equal(broken().length, 1);
		vitals.run({
			...{ t: 36_000, kind: "vitals", screens: { all: 8, online: 8, delayed: 0 } },
			processes: [{ memory: 400, heap: 61, queued: 1, oldestMs: 2 }, quiet],
		});
		assert.deepEqual(broken(), ["memory of the process that grew most"]);
		const lines = measuresOf({ findings, timing, vitals }, true, true);
		const text = reportText(report({ measures: lines }));
		assert.match(
			text,
			/ok {5}drained: nothing old in a queue and every screen as usual: 4.00 s after its return \(5 s\)/,
		);
		assert.match(text, /BROKEN memory of the process that grew most: 90 MiB before, 400 MiB/);
		assert.match(text, /most rows that waited in one process: 700 \(20,000\)/);
		assert.match(reportPage(report({ measures: lines })), /<h2>Measured<\/h2>/);
		assert.deepEqual(measuresOf({ findings, timing, vitals }, false, true), []);
	});

	it("[F7] a measured time past its bound is not judged on a busy machine", () => {
		const { timing, vitals, findings } = checked();
		timing.run(struck);
		timing.run({ t: 32_000, kind: "heal", id: 1 });
		for (const [t, delayed] of [
			[1_900, 0],
			[5_000, 8],
			[33_000, 0],
		] as const) {
			const screens = { all: 8, online: 8, delayed };
			vitals.run({ t, kind: "vitals", processes: [quiet], screens });
		}
		const said = (hasTimes: boolean) => {
			const [, measure] = measuresOf({ findings, timing, vitals }, true, hasTimes);
			return measure ?? assert.fail();
		};
		assert.deepEqual([said(true).verdict, said(false).verdict], ["broken", "unjudged"]);
		const text = reportText(report({ measures: [said(false)] }));
		assert.match(text, /\? {6}every screen says that saving is delayed: after 3.00 s \(2 s\)/);
	});

	it("[F7] half an hour with hundreds of faults is still a curve and a page", () => {
		const many = Array.from({ length: 300 }, (_, index) => ({
			...{ fromStrikeMs: 3_000, fromHealMs: 1_000 },
			fault: { ...fault, id: index, from: index * 6_000, to: index * 6_000 + 3_000 },
		}));
		const votes = { ...report().votes, perSecond: Array.from({ length: 1_800 }, (_, s) => s % 9) };
		const page = reportPage(report({ votes, faults: many }));
		const [, points = ""] = /points="([^"]*)"/.exec(page) ?? [];
		assert.ok(points.split(" ").length <= 802, "the curve has too many corners to be one");
		assert.match(page, /means of 5 s/);
		assert.match(page, />25 min</);
		assert.match(page, /<details><summary>Each of the 300 faults<\/summary>/);
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
