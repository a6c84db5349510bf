import { deepEqual, equal } from "node:assert/strict";
import type { ExportedVote } from "../../../../schema/wire/http.ts";
import { votesCsv } from "./votes-csv.ts";

const questions = [
	{ id: "q1", prompt: "Größe?", options: ["S", 'M, "regular"', "L"] },
	{ id: "q2", prompt: "=1+1", options: ["-1", "; none"] },
];
const vote = (more: Partial<ExportedVote>): ExportedVote => ({
	seq: 4,
	question_id: "q1",
	participant_id: "p1",
	nickname: "Jörg",
	revision: 1,
	choices: [0],
	cast_at: "2026-01-02T03:04:05.678Z",
	...more,
});

describe("[U40] votes for a spreadsheet", () => {
	const linesOf = (votes: readonly ExportedVote[], separator = ",") => {
		const text = votesCsv(votes, questions, separator);
		equal(text[0], "\ufeff");
		const [header, ...lines] = text.slice(1).trimEnd().split("\r\n");
		equal(
			header?.replaceAll(separator, ","),
			"seq,question_id,participant_id,nickname,revision,choices,cast_at,question,answers",
		);
		return lines;
	};

	it("question and answers are in words, several answers in one cell", () => {
		deepEqual(linesOf([vote({ choices: [0, 1] })]), [
			'4,q1,p1,Jörg,1,"0;1",2026-01-02T03:04:05.678Z,Größe?,"S | M, ""regular"""',
		]);
		deepEqual(linesOf([]), []);
	});

	it("nothing becomes a formula, or another column by either separator", () => {
		for (const separator of [",", ";"]) {
			const [line] = linesOf(
				[vote({ question_id: "q2", nickname: "@SUM(A1)", choices: [1] })],
				separator,
			);
			deepEqual(line?.split(separator).slice(3, 4), ["'@SUM(A1)"]);
			equal(line?.endsWith(`'=1+1${separator}"; none"`), true);
		}
	});

	it("a question that is not known yet leaves its words out", () => {
		equal(linesOf([vote({ question_id: "q9" })])[0]?.endsWith("Z,,"), true);
	});
});
