/** A row of dots for every side, one dot a run, and a stroke at their median. */
import { type Html, html } from "./html.ts";
import { rounded } from "./numbers.ts";
import { median } from "./statistics.ts";

const LEFT = 200;
const WIDTH = 640;
const RIGHT = 90;
const ROW = 26;

export interface PlotRow {
	readonly label: string;
	/** Which of the colours. */
	readonly colour: number;
	readonly values: readonly number[];
}

/** The axis begins at 0, so that lengths compare. */
export function plot(title: string, rows: readonly PlotRow[]): Html {
	const most = Math.max(...rows.flatMap(({ values }) => values), Number.MIN_VALUE);
	const at = (value: number) => Math.round(LEFT + (value / most) * (WIDTH - LEFT - RIGHT));
	const height = rows.length * ROW + 8;
	return html`<figure>
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
<line class="axis" x1="${LEFT}" y1="0" x2="${LEFT}" y2="${height}"></line>
${rows.map((row, index) => drawn(row, index * ROW + ROW / 2 + 4, at))}
</svg>
</figure>`;
}

function drawn({ label, colour, values }: PlotRow, y: number, at: (value: number) => number): Html {
	const middle = median(values);
	const x = at(middle);
	return html`<text x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${label}</text>
${values.map((value) => html`<circle class="dot c${colour}" cx="${at(value)}" cy="${y}" r="5"></circle>`)}
<line class="middle" x1="${x}" y1="${y - 9}" x2="${x}" y2="${y + 9}"></line>
<text x="${WIDTH - RIGHT + 14}" y="${y + 4}">${rounded(middle)}</text>`;
}
