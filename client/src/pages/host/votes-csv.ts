/** The exported votes as a file for spreadsheets: with the words that ids and places stand for. */
import type { ExportedVote } from "../../../../schema/wire/http.ts";

interface AskedQuestion {
	readonly id: string;
	readonly prompt: string;
	readonly options: readonly string[];
}

// Without it a spreadsheet takes UTF-8 for something older: "JÃ¶rg".
const BYTE_ORDER_MARK = "\ufeff";
const COLUMNS =
	"seq,question_id,participant_id,nickname,revision,choices,cast_at,question,answers".split(",");

/** @param separator between columns: what the reader's spreadsheet expects. */
export function votesCsv(
	votes: readonly ExportedVote[],
	questions: readonly AskedQuestion[],
	separator: string,
): string {
	const byId = new Map(questions.map((question) => [question.id, question]));
	const rows = votes.map((vote) => {
		const { prompt = "", options = [] } = byId.get(vote.question_id) ?? {};
		return [
			vote.seq,
			vote.question_id,
			vote.participant_id,
			vote.nickname,
			vote.revision,
			vote.choices.join(";"),
			vote.cast_at,
			prompt,
			vote.choices.map((choice) => options[choice] ?? "").join(" | "),
		];
	});
	const lines = [COLUMNS, ...rows].map((cells) => cells.map(cellOf).join(separator));
	return `${BYTE_ORDER_MARK}${lines.join("\r\n")}\r\n`;
}

function cellOf(value: string | number): string {
	// What begins like this would be a formula in a spreadsheet.
	const text = String(value).replace(/^[=+\-@\t\r]/, "'$&");
	return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
