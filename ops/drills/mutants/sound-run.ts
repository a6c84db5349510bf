/**
 * A run in which everything is right, small enough to read: two people, a question that is opened,
 * voted on, taken over from a dead owner, and closed. Each lie is told about a copy of it.
 */
import type { ActivationRow, JournalRow } from "../checker/journal-rows.ts";
import type { PollEvent, RunEvent, Shown } from "../kit/history-events.ts";

export interface Run {
	events: PollEvent[];
	rows: JournalRow[];
	activations: ActivationRow[];
	run: RunEvent[];
}

export const POLL = "poll";
const QUESTION = "q1";
const COMMIT_MS = 1_000_000;

export function soundRun(): Run {
	const run: Run = {
		events: [{ t: 0, kind: "poll", poll: POLL, people: 2, visibility: "live" }],
		rows: [],
		activations: [],
		run: [],
	};
	const row = (epoch: number, t: number, more: Partial<JournalRow> & { kind: string }) => {
		const none = { participant: null, question: null, revision: null, choices: null, adds: [] };
		const committedAt = COMMIT_MS + t;
		run.rows.push({ ...none, seq: run.rows.length + 1, epoch, committedAt, ...more });
	};
	let id = 0;
	const host = (op: "open-question" | "close-question", t: number) => {
		id += 1;
		run.events.push(
			{ t, kind: "invoke", op, id, poll: POLL, who: "host", question: QUESTION },
			{ t: t + 10, kind: "ok", id, poll: POLL },
		);
	};
	const vote = (participant: string, revision: number, choice: number, t: number, seq: number) => {
		id += 1;
		const vote = { participant, question: QUESTION, revision, choices: [choice] };
		run.events.push(
			{ t, kind: "invoke", op: "vote", id, poll: POLL, who: `person ${participant}`, ...vote },
			{ t: t + 10, kind: "ok", id, poll: POLL, seq },
		);
	};
	const cast = (
		epoch: number,
		t: number,
		participant: string,
		revision: number,
		choice: number,
	) => {
		const vote = { participant, question: QUESTION, revision, choices: [choice] };
		row(epoch, t + 5, { kind: "vote-cast", ...vote });
		return run.rows.length;
	};
	const see = (t: number, epoch: number, status: string, ballots: number, counts: number[]) => {
		const shown: Shown = { [QUESTION]: { status, ballots, counts } };
		const seq = run.rows.length;
		run.events.push({
			t,
			kind: "picture",
			poll: POLL,
			who: "projector",
			isHost: false,
			epoch,
			seq,
			shown,
		});
	};

	row(0, 0, { kind: "poll-created", adds: [{ id: QUESTION, options: 3 }] });
	run.activations.push({ epoch: 1, rowsSeen: 1, committedAt: COMMIT_MS + 1 });
	row(1, 10, { kind: "question-opened", question: QUESTION });
	host("open-question", 5);
	row(1, 20, { kind: "participant-joined", participant: "p1" });
	row(1, 30, { kind: "participant-joined", participant: "p2" });
	vote("p1", 1, 0, 100, cast(1, 100, "p1", 1, 0));
	see(120, 1, "open", 1, [1, 0, 0]);
	vote("p2", 1, 1, 200, cast(1, 200, "p2", 1, 1));
	see(220, 1, "open", 2, [1, 1, 0]);

	run.run.push({
		t: 300,
		kind: "fault",
		id: 1_000,
		name: "kill-process",
		what: "process 1",
		isSurvived: true,
	});
	run.activations.push({ epoch: 2, rowsSeen: run.rows.length, committedAt: COMMIT_MS + 400 });
	// A resend that finds itself there already.
	vote("p2", 1, 1, 500, run.rows.length);
	vote("p1", 2, 2, 600, cast(2, 600, "p1", 2, 2));
	see(620, 2, "open", 2, [0, 1, 1]);
	run.run.push({ t: 650, kind: "heal", id: 1_000 });
	vote("p2", 2, 2, 700, cast(2, 700, "p2", 2, 2));
	row(2, 805, { kind: "question-closed", question: QUESTION });
	host("close-question", 800);
	see(820, 2, "closed", 2, [0, 0, 2]);
	id += 1;
	const final = { counts: { [QUESTION]: [0, 0, 2] } };
	run.events.push(
		{ t: 830, kind: "invoke", op: "forbidden", id, poll: POLL, who: "person p1", what: "to close" },
		{ t: 840, kind: "fail", id, poll: POLL, code: "forbidden" },
		{ t: 900, kind: "converged", poll: POLL, isReached: true, ms: 20, behind: [] },
		{ ...final, t: 910, kind: "final", poll: POLL, source: "the results", ms: 5 },
	);
	run.events.sort((a, b) => a.t - b.t);
	return run;
}
