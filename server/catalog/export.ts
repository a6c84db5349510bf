/** The export of every vote as text, a page of rows at a time so that memory stays bounded. */
import { stringify } from "csv-stringify/sync";
import type { PollId } from "../../schema/ids.ts";
import type { ExportedVote } from "../../schema/wire/http.ts";
import type { Database } from "../storage/database.ts";

export type ExportFormat = "csv" | "json";

const PAGE_ROWS = 2_000;

const COLUMNS = [
	"seq",
	"question_id",
	"participant_id",
	"nickname",
	"revision",
	"choices",
	"cast_at",
] as const satisfies readonly (keyof ExportedVote)[];

export async function* exportedText(
	database: Pick<Database, "query">,
	pollId: PollId,
	format: ExportFormat,
): AsyncGenerator<string> {
	const toText = format === "csv" ? csvPage : jsonPage;
	let isFirst = true;
	for await (const page of exportedPages(database, pollId)) {
		yield toText(page, isFirst);
		isFirst = false;
	}
	if (isFirst) yield toText([], true);
	if (format === "json") yield "]\n";
}

async function* exportedPages(
	database: Pick<Database, "query">,
	pollId: PollId,
): AsyncGenerator<readonly ExportedVote[]> {
	let afterSeq = 0;
	while (true) {
		const rows = await database.query<Omit<ExportedVote, "cast_at"> & { cast_at: Date }>({
			name: "export-page",
			text: `SELECT ${COLUMNS.join(", ")} FROM votes WHERE poll_id = $1 AND seq > $2 ORDER BY seq LIMIT ${PAGE_ROWS}`,
			values: [pollId, afterSeq],
		});
		const last = rows.at(-1);
		if (last === undefined) return;
		yield rows.map((row) => ({ ...row, cast_at: row.cast_at.toISOString() }));
		afterSeq = last.seq;
	}
}

function csvPage(votes: readonly ExportedVote[], isFirst: boolean): string {
	const rows = votes.map((vote) => ({ ...vote, choices: vote.choices.join(";") }));
	// A nickname that begins with = + - @ would be a formula in a spreadsheet.
	return stringify(rows, { header: isFirst, columns: [...COLUMNS], escape_formulas: true });
}

function jsonPage(votes: readonly ExportedVote[], isFirst: boolean): string {
	const items = votes.map((vote) => `${JSON.stringify(vote)}`).join(",\n");
	if (isFirst) return `[${items}`;
	return items === "" ? "" : `,\n${items}`;
}
