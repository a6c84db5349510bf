import assert from "node:assert/strict";
import type { RunEvent, VoteAsked } from "../kit/history-events.ts";
import { noteLines, notesOf } from "../report/notes.ts";
import { propertyLines } from "../report/report.ts";
import { Findings, type PropertyNumber } from "./properties.ts";
import { Timing } from "./timing.ts";
import { Vitals } from "./vitals.ts";

const QUIET = { lagP99Ms: 10, load: 1 };
const BUSY = { lagP99Ms: 10, load: 9 };
const POLL = "poll";
const OTHER = "other poll";
const SURVIVED = { isSurvived: true };

/** Of a fault, in seconds. */
type Span = readonly [from: number, to: number | undefined, more?: object];
type Case = readonly [
	what: string,
	faults: readonly Span[],
	/** In seconds. */
	votes: readonly number[],
	verdict: "held" | "broken" | "unjudged",
];

function asked(poll: string, at: number): VoteAsked {
	const vote = { who: "person 1", participant: "p1", question: "q1", revision: 1, choices: [0] };
	return { kind: "invoke", op: "vote", id: 1, poll, t: at * 1000, ...vote };
}

/** Faults, votes that are acknowledged as they are cast, and the end; all in seconds. */
class History {
	readonly findings = new Findings();
	readonly timing = new Timing(this.findings);
	#id = 0;

	faults(...spans: readonly Span[]): this {
		for (const [from, to, more] of spans) {
			this.#id += 1;
			const what = { id: this.#id, name: "kill-postgres", what: "PostgreSQL", isSurvived: false };
			this.timing.run({ kind: "fault", t: from * 1000, ...what, ...more } as RunEvent);
			if (to !== undefined) this.timing.run({ kind: "heal", t: to * 1000, id: this.#id });
		}
		return this;
	}

	votes(poll: string, ...seconds: readonly number[]): this {
		for (const at of seconds) this.voteFor(poll, at, at);
		return this;
	}

	voteFor(poll: string, from: number, to: number): this {
		this.timing.ended(asked(poll, from), { kind: "ok", id: 1, poll, t: to * 1000 });
		return this;
	}

	ends(at: number): this {
		this.timing.run({ kind: "phase", name: "input-ended", t: at * 1000 });
		this.timing.judgeRecoveries();
		return this;
	}

	agrees(isReached: boolean, ms: number): this {
		const behind = ["projector (q1)", "person 3 (q1)"];
		this.timing.converged({ kind: "converged", poll: POLL, t: 70_000, isReached, ms, behind });
		return this;
	}

	verdict(number: PropertyNumber, pressure = QUIET) {
		const run = { findings: this.findings, timing: this.timing, vitals: new Vitals() };
		return propertyLines(run, false, pressure)[number - 1]?.verdict;
	}

	notes(pressure = QUIET) {
		return notesOf({ ...this, vitals: new Vitals() }, pressure);
	}
}

describe("how long things may take in a drill", () => {
	it("[F8] a busy machine excuses screens that agree late, and none that never do", () => {
		for (const [isReached, ms, quiet, busy] of [
			[true, 1_900, "held", "held"],
			[true, 2_100, "broken", "unjudged"],
			[true, 59_000, "broken", "unjudged"],
			[true, 61_000, "broken", "broken"],
			[false, 65_000, "broken", "broken"],
		] as const) {
			const history = new History().agrees(isReached, ms);
			assert.deepEqual([history.verdict(7), history.verdict(7, BUSY)], [quiet, busy], `${ms} ms`);
		}
	});

	it("[F8] a busy machine excuses no tally, request or poll that never came", () => {
		const history = new History().faults([0, 1]).votes(POLL, 0.5, 90).ends(100);
		assert.equal(history.verdict(14, BUSY), "broken");
		history.voteFor(POLL, 100, 120);
		assert.equal(history.verdict(12, BUSY), "unjudged");
		history.voteFor(POLL, 100, 161);
		assert.equal(history.verdict(12, BUSY), "broken");
		history.findings.found({ property: 7, sentence: "the results: q1 is [1] instead of [2]" });
		assert.equal(history.verdict(7, BUSY), "broken");
	});

	for (const [what, faults, votes, verdict] of [
		["at once", [[1, 2]], [3], "held"],
		["in time", [[1, 2]], [11.9], "held"],
		["too late", [[1, 2]], [12.1], "broken"],
		["never", [[1, 2]], [0], "broken"],
		[
			"too late, and then there is another fault",
			[
				[1, 2],
				[14, 15],
			],
			[13, 16],
			"broken",
		],
		[
			"not before another fault that comes too late",
			[
				[1, 2],
				[13, 20],
			],
			[21],
			"broken",
		],
		[
			"in two pieces of ten seconds",
			[
				[1, 2],
				[5, 30],
			],
			[36.9],
			"held",
		],
		[
			"in two pieces of more",
			[
				[1, 2],
				[5, 30],
			],
			[37.1],
			"broken",
		],
		[
			"in three pieces of more",
			[
				[0, 1],
				[5, 6],
				[10, 11],
			],
			[14],
			"broken",
		],
		[
			"in time after several at once",
			[
				[1, 5],
				[2, 30],
				[4, 20],
			],
			[39],
			"held",
		],
		[
			"too late after several at once",
			[
				[1, 5],
				[2, 30],
				[4, 20],
			],
			[41],
			"broken",
		],
		[
			"while one is there that never heals",
			[
				[1, 2],
				[5, undefined],
			],
			[20],
			"held",
		],
		[
			"not before the end, with one that never heals",
			[
				[1, 2],
				[5, undefined],
			],
			[0],
			"unjudged",
		],
		["too late after the strike of one that is survived", [[1, 20, SURVIVED]], [12, 21], "broken"],
		["in time after the strike of one that is survived", [[1, 20, SURVIVED]], [10, 21], "held"],
		["too late in a poll that was not hit", [[1, 2, { polls: [OTHER] }]], [13], "held"],
	] as const satisfies readonly Case[]) {
		it(`[F9] votes that are back ${what}: ${verdict}`, () => {
			const history = new History().faults(...faults).votes(OTHER, 3, 11, 22, 31, 40);
			assert.equal(
				history
					.votes(POLL, ...votes)
					.ends(60)
					.verdict(14),
				verdict,
			);
		});
	}

	it("[F9] votes of one poll do not stand for those of another that took none", () => {
		const history = new History().faults([1, 2]).votes(OTHER, 3);
		history.timing.ended(asked(POLL, 3), { kind: "info", id: 1, poll: POLL, t: 4_000 });
		assert.equal(history.ends(60).verdict(14), "broken");
	});

	it("[F9] once the voting has ended, votes are not missed", () => {
		for (const [votes, endedAt, verdict] of [
			[[0], 13, "broken"],
			[[0], 11, "unjudged"],
			[[13], 8, "unjudged"],
			[[11], 8, "held"],
		] as const) {
			const history = new History().faults([1, 2]).votes(POLL, ...votes);
			assert.equal(history.ends(endedAt).verdict(14), verdict, `${votes} ${endedAt}`);
		}
	});

	it("[F13] a report names what broke and what was not judged: where, when, how long, and the faults around", () => {
		const history = new History().faults([1, 2], [50, 56], [5, undefined]).votes(POLL, 0);
		history.agrees(true, 3_000).ends(60);
		assert.deepEqual(history.notes().broken.map(noteLines), [
			[
				"7 at 67.00 s in poll poll: all screens agreed only after 3.00 s; behind: projector (q1), person 3 (q1)",
				"kill-postgres (PostgreSQL) 5.00 s to the end",
			],
		]);
		const { broken, unjudged } = history.notes(BUSY);
		assert.deepEqual(broken, []);
		assert.deepEqual(
			unjudged.map(({ property, poll, t, ms }) => [property, poll, t, ms]),
			[
				[7, POLL, 67_000, 3_000],
				[14, POLL, 2_000, 58_000],
				[14, POLL, 56_000, 4_000],
			],
		);
		assert.match(unjudged[0]?.why ?? "", /too busy/);
		assert.match(
			noteLines(unjudged[1] ?? assert.fail()).join(),
			/no votes after the heal.*50.00 s to 56.00 s/,
		);
		assert.match(unjudged[1]?.why ?? "", /before ten seconds were over/);
	});

	it("[F13] a report names at most ten, and of each property one before it names others twice", () => {
		const history = new History().agrees(false, 65_000);
		for (let time = 0; time < 30; time += 1) history.voteFor(POLL, time, time + 20);
		const properties = history.notes().broken.map(({ property }) => property);
		assert.deepEqual([properties.length, properties[0], properties[1]], [10, 7, 12]);
		assert.deepEqual(
			[history.notes(BUSY).broken.length, history.notes(BUSY).unjudged.length],
			[1, 10],
		);
	});
});
