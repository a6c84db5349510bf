/** What a server that is broken would leave behind: each lie changes a sound run in one place. */
import type { JournalRow } from "../checker/journal-rows.ts";
import type { PropertyNumber } from "../checker/properties.ts";
import type { PollEvent } from "../kit/history-events.ts";
import { POLL, type Run } from "./sound-run.ts";

export interface Lie {
	readonly name: string;
	/** The property that must be found broken. */
	readonly breaks: PropertyNumber;
	/** All of it comes, only too late: a busy machine excuses that. */
	readonly isLate?: true;
	readonly tell: (run: Run) => void;
}

const LATE_ID = 900;

function voteRow(run: Run, participant: string, revision: number): JournalRow {
	const found = run.rows.find(
		(row) => row.participant === participant && row.revision === revision,
	);
	if (found === undefined) throw new Error("the sound run has changed");
	return found;
}

function change(run: Run, row: JournalRow, by: Partial<JournalRow>): void {
	run.rows[run.rows.indexOf(row)] = { ...row, ...by };
}

/** Behind everything that is there. */
function append(run: Run, row: JournalRow, by: Partial<JournalRow>): void {
	run.rows.push({ ...row, seq: run.rows.length + 1, ...by });
}

function changeEvents(run: Run, by: (event: PollEvent) => PollEvent): void {
	run.events = run.events.map(by);
}

/** A vote that nobody in the sound run casts, acknowledged as `seq`. */
function castLate(run: Run, t: number, revision: number, seq: number, choices = [0]): void {
	const vote = { participant: "p1", question: "q1", revision, choices };
	run.events.push(
		{ t, kind: "invoke", op: "vote", id: LATE_ID, poll: POLL, who: "person p1", ...vote },
		{ t: t + 5, kind: "ok", id: LATE_ID, poll: POLL, seq },
	);
}

export const lies: readonly Lie[] = [
	{
		name: "acknowledged before the commit, then killed",
		breaks: 1,
		tell: (run) => castLate(run, 750, 3, 10),
	},
	{
		name: "synchronous_commit off: the last rows are gone",
		breaks: 1,
		tell: (run) => {
			run.rows = run.rows.slice(0, -2);
		},
	},
	{
		name: "stored with another choice",
		breaks: 2,
		tell: (run) => change(run, voteRow(run, "p1", 2), { choices: [1] }),
	},
	{
		name: "a vote that nobody cast",
		breaks: 2,
		tell: (run) => append(run, voteRow(run, "p1", 2), { revision: 7 }),
	},
	{
		name: "no unique key: the same vote twice",
		breaks: 3,
		tell: (run) => append(run, voteRow(run, "p2", 2), {}),
	},
	{
		name: "one name for two people",
		breaks: 3,
		tell: (run) =>
			changeEvents(run, (event) =>
				event.kind === "invoke" && event.t === 600 ? { ...event, who: "person p2" } : event,
			),
	},
	{
		name: "an older choice written over a newer one",
		breaks: 4,
		tell: (run) => {
			const [older, newer] = [voteRow(run, "p1", 1), voteRow(run, "p1", 2)];
			change(run, older, { revision: 2, choices: [2] });
			change(run, newer, { revision: 1, choices: [0] });
		},
	},
	{
		name: "a client without a persisted revision",
		breaks: 4,
		tell: (run) => castLate(run, 750, 1, 5, [2]),
	},
	{
		name: "a used revision taken with other choices",
		breaks: 4,
		tell: (run) => {
			castLate(run, 750, 2, 7);
			changeEvents(run, (event) =>
				event.kind === "invoke" && event.op === "vote" && event.id === LATE_ID
					? { ...event, as: "conflict" }
					: event,
			);
		},
	},
	{
		name: "shown before the commit",
		breaks: 5,
		tell: (run) =>
			changeEvents(run, (event) =>
				event.kind === "picture" && event.t === 120 ? { ...event, seq: event.seq - 1 } : event,
			),
	},
	{
		name: "shown, then lost",
		breaks: 5,
		tell: (run) =>
			changeEvents(run, (event) =>
				event.kind === "picture" && event.t === 820 ? { ...event, seq: event.seq + 1 } : event,
			),
	},
	{
		name: "shown closed while the close waits to be written",
		breaks: 5,
		tell: (run) =>
			changeEvents(run, (event) =>
				event.kind === "picture" && event.t === 820 ? { ...event, seq: event.seq - 1 } : event,
			),
	},
	{
		name: "a zombie's picture on a screen that was further",
		breaks: 6,
		tell: (run) => {
			const old = run.events.find((event) => event.kind === "picture");
			if (old) run.events.push({ ...old, t: 630 });
		},
	},
	{
		name: "an export that lacks a vote",
		breaks: 7,
		tell: (run) =>
			changeEvents(run, (event) =>
				event.kind === "final" ? { ...event, counts: { q1: [0, 0, 1] } } : event,
			),
	},
	{
		name: "screens that never agree",
		breaks: 7,
		tell: (run) =>
			changeEvents(run, (event) =>
				event.kind === "converged"
					? { ...event, isReached: false, ms: 65_000, behind: ["projector (q1)"] }
					: event,
			),
	},
	{
		name: "screens that agree after five seconds",
		breaks: 7,
		isLate: true,
		tell: (run) =>
			changeEvents(run, (event) =>
				event.kind === "converged" ? { ...event, ms: 5_000, behind: ["projector (q1)"] } : event,
			),
	},
	{
		name: "a process without an answer in the end",
		breaks: 7,
		tell: (run) =>
			changeEvents(run, (event) => {
				if (event.kind !== "final") return event;
				const { counts: _counts, ...unanswered } = event;
				return unanswered;
			}),
	},
	{
		name: "a vote cast and acknowledged after its close",
		breaks: 8,
		tell: (run) => castLate(run, 850, 3, 10),
	},
	{
		name: "close on another connection: a vote overtaken by it",
		breaks: 8,
		tell: (run) => append(run, voteRow(run, "p1", 2), { revision: 3 }),
	},
	{
		name: "a close acknowledged and not kept",
		breaks: 8,
		tell: (run) => {
			run.rows.pop();
		},
	},
	{
		name: "no lock: a batch that commits after the next owner's activation",
		breaks: 9,
		tell: (run) => {
			const next = run.activations[1]?.committedAt ?? 0;
			change(run, voteRow(run, "p2", 1), { committedAt: next + 1 });
		},
	},
	{
		name: "no fence: a late row of the zombie",
		breaks: 9,
		tell: (run) => append(run, voteRow(run, "p1", 1), { revision: 3 }),
	},
	{
		name: "activation in one statement: its snapshot is too old",
		breaks: 10,
		tell: (run) => {
			const [first, second] = run.activations;
			if (first && second) run.activations = [first, { ...second, rowsSeen: 5 }];
		},
	},
	{
		name: "a gap in the journal",
		breaks: 10,
		tell: (run) => run.rows.splice(run.rows.indexOf(voteRow(run, "p1", 2)), 1),
	},
	{
		name: "two receipts for one vote that do not agree",
		breaks: 11,
		tell: (run) =>
			changeEvents(run, (event) =>
				event.kind === "ok" && event.t === 510 ? { ...event, seq: 9 } : event,
			),
	},
	{
		name: "an answer after fifteen seconds",
		breaks: 12,
		isLate: true,
		tell: (run) =>
			changeEvents(run, (event) =>
				event.kind === "fail" ? { ...event, t: event.t + 15_000 } : event,
			),
	},
	{
		name: "a request that nobody ever answers",
		breaks: 12,
		tell: (run) => {
			run.events = run.events.filter(({ kind }) => kind !== "fail");
		},
	},
	{
		name: "a person who may close a question",
		breaks: 13,
		tell: (run) =>
			changeEvents(run, (event) =>
				event.kind === "fail" ? { t: event.t, kind: "ok", id: event.id, poll: POLL } : event,
			),
	},
	{
		name: "hidden tallies on a projector",
		breaks: 13,
		tell: (run) =>
			changeEvents(run, (event) =>
				event.kind === "poll" ? { ...event, visibility: "host" } : event,
			),
	},
	{
		name: "a host token on a person's line",
		breaks: 13,
		tell: (run) => {
			run.events.push({ t: 400, kind: "leak", poll: POLL, what: "a host token came by" });
		},
	},
	{
		name: "a poll that takes no votes after a fault",
		breaks: 14,
		tell: (run) => {
			run.run.push({ t: 20_000, kind: "heal", id: 1_000 });
		},
	},
	{
		name: "a poll that stays away for fifteen seconds, which other faults divide",
		breaks: 14,
		isLate: true,
		tell: (run) => {
			for (const t of [2_000, 8_000, 14_000]) {
				const fault = { id: t, name: "kill-postgres", what: "PostgreSQL", isSurvived: false };
				run.run.push({ t, kind: "fault", ...fault }, { t: t + 1_000, kind: "heal", id: t });
			}
			castLate(run, 19_995, 3, 10);
		},
	},
];
