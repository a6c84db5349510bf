/**
 * The sound run with its database lost and restored: a backup is taken at 610, the database is gone
 * after 820, and back at 850. Revision 2 of p2, the close and the picture of it are undone, and so is
 * a third person, whose name the next one gets; people vote on, and the host closes again.
 */
import type { DatabaseRestored, Shown } from "../kit/history-events.ts";
import type { Lie } from "./lies.ts";
import { POLL, type Run, soundRun } from "./sound-run.ts";

const QUESTION = "q1";
const ROWS_IN_BACKUP = 7;
const RAISED = 100;
const COMMIT_MS = 1_000_850;

export function restoredRun(): Run {
	const run = soundRun();
	run.rows = run.rows.slice(0, ROWS_IN_BACKUP);
	run.run.push({ t: 850, kind: "restored", backupAt: 610, epochs: { [POLL]: RAISED } });
	const epoch = RAISED + 1;
	run.activations.push({ epoch, rowsSeen: ROWS_IN_BACKUP, committedAt: COMMIT_MS });
	const vote = { participant: "p2", question: QUESTION, revision: 3, choices: [2] };
	const none = { participant: null, question: QUESTION, revision: null, choices: null, adds: [] };
	const third = { participant: "p3", question: QUESTION, revision: 1, choices: [1] };
	const other = { ...third, choices: [2] };
	run.rows.push(
		{ ...none, ...vote, seq: 8, epoch, kind: "vote-cast", committedAt: COMMIT_MS + 5 },
		{ ...none, ...other, seq: 9, epoch, kind: "vote-cast", committedAt: COMMIT_MS + 10 },
		{ ...none, seq: 10, epoch, kind: "question-closed", committedAt: COMMIT_MS + 25 },
	);
	const picture = (t: number, seq: number, status: string, votes = 2) => {
		const shown: Shown = { [QUESTION]: { status, ballots: votes, counts: [0, 0, votes] } };
		const place = { epoch, seq, shown };
		return { t, kind: "picture", poll: POLL, who: "projector", isHost: false, ...place } as const;
	};
	const mine = { kind: "invoke", poll: POLL } as const;
	run.events.push(
		{ ...mine, t: 720, op: "vote", id: 803, who: "person p3", ...third, epoch: 2 },
		{ t: 725, kind: "ok", id: 803, poll: POLL, seq: 9 },
		{ ...mine, t: 867, op: "vote", id: 804, who: "person p4", ...other, epoch },
		{ t: 869, kind: "ok", id: 804, poll: POLL, seq: 9 },
		{ ...mine, t: 860, op: "vote", id: 801, who: "person p2", ...vote, epoch },
		{ t: 865, kind: "ok", id: 801, poll: POLL, seq: 8 },
		picture(870, 8, "open"),
		{ ...mine, t: 875, op: "close-question", id: 802, who: "host", question: QUESTION },
		{ t: 880, kind: "ok", id: 802, poll: POLL },
		picture(885, 10, "closed", 3),
	);
	run.events = run.events.map((event) =>
		event.kind === "final" ? { ...event, counts: { [QUESTION]: [0, 0, 3] } } : event,
	);
	return run;
}

/** The backup began only then: what was acknowledged before has to be in it. */
function beganAt(run: Run, backupAt: number): void {
	run.run = run.run.map((event) =>
		event.kind === "restored" ? ({ ...event, backupAt } satisfies DatabaseRestored) : event,
	);
}

/** Each told about a restored run. */
export const liesOfRestores: readonly Lie[] = [
	{
		name: "a vote acknowledged before the backup, and not in it",
		breaks: 1,
		tell: (run) => beganAt(run, 750),
	},
	{
		name: "a picture shown before the backup, and undone",
		breaks: 5,
		tell: (run) => beganAt(run, 825),
	},
	{
		name: "a close acknowledged before the backup, and not in it",
		breaks: 8,
		tell: (run) => beganAt(run, 815),
	},
	{
		name: "a vote acknowledged after the restoration, and lost",
		breaks: 1,
		tell: (run) => {
			run.rows = run.rows.filter(({ seq }) => seq !== 8);
		},
	},
	{
		name: "a backup restored with its old epochs: screens go back",
		breaks: 6,
		tell: (run) => {
			run.events = run.events.map((event) =>
				event.kind === "picture" && event.epoch > RAISED ? { ...event, epoch: 2 } : event,
			);
		},
	},
];
