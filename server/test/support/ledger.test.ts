import { deepEqual, ok } from "node:assert/strict";
import type { ExportedVote } from "../../../schema/wire/http.ts";
import { type History, type Outcome, violations } from "./ledger.ts";

/** Ann votes, Bob votes, Ann changes her mind; a kill lies between, and one screen watched it all. */
function truth() {
	const rows: ExportedVote[] = [row(3, "ann", 1, 0), row(4, "bob", 1, 0), row(6, "ann", 2, 1)];
	const votes = rows.map(({ seq, participant_id, revision, choices }) => ({
		participantId: participant_id,
		questionId: "q1",
		revision,
		choices: [...choices],
		seq,
	}));
	const pictures = [
		{ epoch: 1, seq: 2, tallies: { q1: [0, 0] } },
		{ epoch: 1, seq: 4, tallies: { q1: [2, 0] } },
		{ epoch: 2, seq: 5, tallies: { q1: [2, 0] } },
		{ epoch: 2, seq: 6, tallies: { q1: [1, 1] } },
	];
	const unanswered = { participantId: "bob", questionId: "q1", revision: 2, choices: [1] };
	return {
		sent: [...votes, unanswered],
		receipts: votes,
		screens: [{ name: "projector", pictures }],
		exported: rows,
		results: { q1: [1, 1] },
	};
}

function row(seq: number, who: string, revision: number, choice: number): ExportedVote {
	return {
		seq,
		question_id: "q1",
		participant_id: who,
		nickname: who,
		revision,
		choices: [choice],
		cast_at: "2030-01-01T00:00:00.000Z",
	};
}

/** What is found after this is planted into the truth. */
function planted(plant: (history: ReturnType<typeof truth>) => void): readonly string[] {
	const history = truth();
	plant(history);
	return violations(history satisfies History, history satisfies Outcome);
}

describe("[X1] the ledger's checker", () => {
	it("finds nothing in a true history, also when answers are missing or came twice", () => {
		deepEqual(
			planted(({ receipts }) => receipts.push(...receipts)),
			[],
		);
		deepEqual(
			planted(({ receipts }) => receipts.pop()),
			[],
		);
	});

	const faults: Record<string, [RegExp, Parameters<typeof planted>[0]]> = {
		"an acknowledged vote that is gone": [
			/^lost: revision 2 of bob .* is not in the export/,
			({ sent, receipts }) => {
				const vote = sent.at(-1);
				if (vote) receipts.push({ ...vote, seq: 7 });
			},
		],
		"an acknowledged vote with other choices": [
			/^lost: .* stands there as 0/,
			({ receipts, sent, exported }) => {
				const vote = { participantId: "bob", questionId: "q1", revision: 1, choices: [1] };
				sent.push(vote);
				receipts.push({ ...vote, seq: exported[1]?.seq ?? 0 });
			},
		],
		"an acknowledged vote in another place": [
			/^lost: .* stands at 4/,
			({ receipts }) => {
				const [, bob] = receipts;
				if (bob) receipts[1] = { ...bob, seq: 5 };
			},
		],
		"a vote that is written twice": [
			/^doubled: revision 1 of bob .* at 7 comes after revision 1 at 4/,
			({ exported }) => exported.push(row(7, "bob", 1, 0)),
		],
		"one place for two votes": [
			/^doubled: the place of revision 1 of eve .* comes after 6/,
			({ exported, sent }) => {
				sent.push({ participantId: "eve", questionId: "q1", revision: 1, choices: [0] });
				exported.push(row(6, "eve", 1, 0));
			},
		],
		"an earlier revision that replaces a later one": [
			/^doubled: revision 1 of ann .* at 6 comes after revision 2 at 3/,
			({ exported, receipts, sent }) => {
				exported.splice(0, 3, row(3, "ann", 2, 1), row(4, "bob", 1, 0), row(6, "ann", 1, 0));
				sent.splice(0);
				receipts.splice(0);
			},
		],
		"a row that nobody cast": [
			/^invented: nobody cast revision 1 of eve/,
			({ exported }) => exported.push(row(7, "eve", 1, 0)),
		],
		"a row with choices that nobody cast": [
			/^invented: nobody cast revision 2 of ann/,
			({ exported }) => exported.splice(2, 1, row(6, "ann", 2, 0)),
		],
		"a revision that serves two choices": [
			/^ambiguous: revision 2 of bob/,
			({ sent }) => {
				sent.push({ participantId: "bob", questionId: "q1", revision: 2, choices: [0] });
			},
		],
		"a tally that was shown and taken back": [
			/^taken back: projector showed .* at 1\/5/,
			({ screens }) =>
				screens[0]?.pictures.splice(2, 0, { epoch: 1, seq: 5, tallies: { q1: [2, 1] } }),
		],
		"a tally that lacks what stands before its place": [
			/^taken back: projector showed .* at 1\/4/,
			({ screens }) =>
				screens[0]?.pictures.splice(1, 1, { epoch: 1, seq: 4, tallies: { q1: [1, 0] } }),
		],
		"counts that a screen has lost": [
			/^taken back: projector showed \{\} at 2\/5/,
			({ screens }) =>
				screens[0]?.pictures.splice(2, 1, { epoch: 2, seq: 5, tallies: {} as { q1: number[] } }),
		],
		"a screen that goes back in the journal": [
			/^went back: projector from 2\/6 to 2\/5/,
			({ screens }) => {
				screens[0]?.pictures.reverse();
				screens[0]?.pictures.splice(2);
				screens[0]?.pictures.push({ epoch: 2, seq: 6, tallies: { q1: [1, 1] } });
			},
		],
		"a screen that goes back to an earlier epoch": [
			/^went back: projector from 2\/6 to 1\/6/,
			({ screens }) => screens[0]?.pictures.push({ epoch: 1, seq: 6, tallies: { q1: [1, 1] } }),
		],
		"a screen that stays behind": [
			/^wrong end: projector with/,
			({ screens }) => screens[0]?.pictures.pop(),
		],
		"a screen that never showed anything": [
			/^wrong end: blank with undefined/,
			({ screens }) => screens.push({ name: "blank", pictures: [] }),
		],
		"results that say something else": [
			/^wrong end: the results with/,
			(history) => {
				history.results = { q1: [2, 1] };
			},
		],
	};
	for (const [fault, [sentence, plant]] of Object.entries(faults)) {
		it(`catches ${fault}`, () => {
			const found = planted(plant);
			ok(
				found.some((text) => sentence.test(text)),
				`found only ${JSON.stringify(found)}`,
			);
		});
	}
});
