/** The goals as a picture for a README: how far each figure is from its bound, readable in light and dark. */
import type { Goal } from "./bench.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { Html, html } from "./html.ts";
import type { BenchResult } from "./report.ts";

const WIDTH = 880;
const BAR_AT = 420;
const BAR_WIDTH = 250;
/** Where the bound stands, as a share of the bar's room. */
const BOUND_SHARE = 0.5;
const ROW = 38;
const TOP = 60;
const FOOT = 16;

const STYLE = new Html(`
svg { color: #1f2430; background: transparent; }
text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2430; }
.quiet { fill: #5c6370; font-size: 12px; } .room { fill: #eceef2; } .bound { stroke: #1f2430; stroke-width: 2; }
.met { fill: #2f8a4e; } .missed { fill: #c2453c; } .title { font-size: 18px; font-weight: 600; }
@media (prefers-color-scheme: dark) {
	text { fill: #e6e9ef; } .quiet { fill: #9aa3b2; } .room { fill: #2a2f3a; } .bound { stroke: #e6e9ef; }
	.met { fill: #6cc78a; } .missed { fill: #f08a81; }
}`);

export function picture(results: readonly BenchResult[]): string {
	const rows = results.flatMap(findingsOf).flatMap((finding) => {
		const { goal } = finding.ratio;
		return goal === undefined ? [] : [{ finding, share: shareOf(goal, finding.value) }];
	});
	const met = rows.filter(({ finding }) => finding.isMet === true).length;
	const height = TOP + rows.length * ROW + FOOT;
	const title = `Plenum, measured: ${met} of ${rows.length} goals met`;
	const boundAt = BAR_AT + BAR_WIDTH * BOUND_SHARE;
	return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${title}">
<style>${STYLE}</style>
<text class="title" x="0" y="20">${title}</text>
<text class="quiet" x="0" y="40">a bar that ends before the stroke meets its goal: at half of the way it is twice as good as asked for</text>
${rows.map(({ finding, share }, index) => drawn(finding, share, TOP + index * ROW))}
<line class="bound" x1="${boundAt}" y1="${TOP - 6}" x2="${boundAt}" y2="${height - FOOT}"></line>
</svg>
`.text;
}

/**
 * How much of its bound a figure uses up, whichever way it is to go: 1 is the bound itself, 0.5 twice as
 * good, 2 half as good. For being the same, a tenth off is the bound.
 */
export function shareOf(goal: Goal, value: number): number {
	switch (goal.kind) {
		case "at-least":
			return value <= 0 ? Number.POSITIVE_INFINITY : goal.bound / value;
		case "at-most":
			if (goal.bound === 0) return value <= 0 ? 0 : Number.POSITIVE_INFINITY;
			return Math.max(0, value / goal.bound);
		case "same":
			return Math.abs(value - 1) / 0.1;
	}
}

function drawn(finding: Finding, share: number, y: number): Html {
	const { bench, what, figure, reference, valueText, goal, isMet } = finding;
	const width = Math.max(2, Math.min(1, share * BOUND_SHARE) * BAR_WIDTH);
	const value = reference === "" ? figure : valueText;
	const kind = isMet === true ? "met" : "missed";
	const short = goal.startsWith("the same") ? "the same" : goal;
	return html`<text x="0" y="${y + 10}">${shortened(what)}</text>
<text class="quiet" x="0" y="${y + 26}">${reference === "" ? bench : `${bench}, by ${reference}`}</text>
<rect class="room" x="${BAR_AT}" y="${y}" width="${BAR_WIDTH}" height="16" rx="3"></rect>
<rect class="${kind}" x="${BAR_AT}" y="${y}" width="${Math.round(width)}" height="16" rx="3"></rect>
<text x="${BAR_AT + BAR_WIDTH + 14}" y="${y + 10}">${isMet === true ? "✓" : "✗"} ${value}</text>
<text class="quiet" x="${BAR_AT + BAR_WIDTH + 14}" y="${y + 26}">${short}</text>`;
}

const LABEL_MAX = 58;

function shortened(text: string): string {
	return text.length <= LABEL_MAX ? text : `${text.slice(0, LABEL_MAX - 1)}…`;
}
