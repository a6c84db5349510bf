/** What the demo shows, as lines of text; drawing them is somebody else's work. */
import type { PollSnapshot, QuestionSnapshot } from "../../client/src/session/view.ts";

export interface Progress {
	readonly people: number;
	readonly joined: number;
	/** Votes with a receipt. */
	readonly acknowledged: number;
	/** Votes on their way. */
	readonly pending: number;
	/** Votes that changed an earlier one. */
	readonly changed: number;
	/** People who are without a connection just now. */
	readonly reconnecting: number;
}

const BLOCKS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const LABEL_MAX = 24;

export function progressLine(progress: Progress): string {
	const { people, joined, acknowledged, pending, changed, reconnecting } = progress;
	const parts = [
		`${joined}/${people} joined`,
		`${acknowledged} votes acknowledged`,
		`${pending} pending`,
		`${changed} changed`,
	];
	if (reconnecting > 0) parts.push(`${reconnecting} reconnecting`);
	return parts.join(" · ");
}

/** The current question with a bar an option, as wide as `columns` allows. */
export function picture(snapshot: PollSnapshot, progress: Progress, columns: number): string[] {
	const { questions, currentQuestionId } = snapshot;
	const index = questions.findIndex(({ id }) => id === currentQuestionId);
	const question = questions[index];
	const lines = [progressLine(progress)];
	if (question !== undefined) {
		const title = `${index + 1}/${questions.length} ${question.prompt} (${question.status})`;
		lines.push("", title, ...bars(question, columns));
	}
	if (snapshot.storage === "delayed") lines.push("", "saving is delayed; nothing is lost");
	return lines.map((line) => cut(line, columns));
}

export function bars({ options, counts, ballots }: QuestionSnapshot, columns: number): string[] {
	const labelWidth = Math.min(LABEL_MAX, Math.max(...options.map((label) => [...label].length)));
	const most = Math.max(1, ...counts);
	const barWidth = Math.max(1, columns - labelWidth - "   ".length - " 10000 100%".length);
	return options.map((label, index) => {
		const votes = counts[index] ?? 0;
		const share = ballots === 0 ? 0 : Math.round((100 * votes) / ballots);
		const bar = barOf((votes / most) * barWidth).padEnd(barWidth);
		const name = cut(label, labelWidth).padEnd(labelWidth);
		return `  ${name} ${bar} ${String(votes).padStart(5)} ${String(share).padStart(3)}%`.trimEnd();
	});
}

/** A bar of `cells` character cells, to an eighth of one. */
function barOf(cells: number): string {
	const eighths = Math.round(cells * 8);
	return "█".repeat(Math.floor(eighths / 8)) + (BLOCKS[eighths % 8] ?? "");
}

function cut(line: string, columns: number): string {
	const characters = [...line];
	return characters.length <= columns ? line : `${characters.slice(0, columns - 1).join("")}…`;
}
