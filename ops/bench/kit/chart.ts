/** A curve a side: one figure over another, with its scales. */
import type { Curve, Point } from "./bench.ts";
import { type Html, html } from "./html.ts";
import { rounded } from "./numbers.ts";

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 64;
const RIGHT = 30;
const TOP = 14;
const BOTTOM = 44;
const TICKS = 5;
/** As many as there are colours for. */
export const COLOURS = 6;

export interface Line {
	readonly label: string;
	/** Which of the colours. */
	readonly colour: number;
	readonly points: readonly Point[];
}

export function chart({ title, x, y, isLogarithmic }: Curve, lines: readonly Line[]): Html {
	const points = lines.flatMap((line) => line.points);
	const xTicks = ticks(Math.max(...points.map(([at]) => at)));
	const yTicks =
		isLogarithmic === true
			? decades(points.map(([, at]) => at))
			: ticksOf(points.map(([, at]) => at));
	const place = {
		x: scale(xTicks, LEFT, WIDTH - RIGHT, false),
		y: scale(yTicks, HEIGHT - BOTTOM, TOP, isLogarithmic === true),
	};
	return html`<figure>
<figcaption>${title}</figcaption>
<p class="legend">${lines.map(({ label, colour }) => html`<span class="c${colour}">${label}</span>`)}</p>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${`${title}: ${y} over ${x}`}">
${yTicks.map(
	(
		tick,
	) => html`<line class="axis" x1="${LEFT}" y1="${place.y(tick)}" x2="${WIDTH - RIGHT}" y2="${place.y(tick)}"></line>
<text x="${LEFT - 8}" y="${place.y(tick) + 4}" text-anchor="end">${rounded(tick)}</text>`,
)}
${xTicks.map((tick) => html`<text x="${place.x(tick)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${rounded(tick)}</text>`)}
<text class="quiet" x="${LEFT}" y="${HEIGHT - 6}">${`${y}, over ${x}`}</text>
${lines.map((line) => drawn(line, place))}
</svg>
</figure>`;
}

interface Place {
	x(value: number): number;
	y(value: number): number;
}

function drawn({ colour, points }: Line, place: Place): Html {
	const spots = points.map(([x, y]) => ({ x: place.x(x), y: place.y(y) }));
	return html`<polyline class="line c${colour}" points="${spots.map(({ x, y }) => `${x},${y}`).join(" ")}"></polyline>
${spots.map(({ x, y }) => html`<circle class="spot c${colour}" cx="${x}" cy="${y}" r="3"></circle>`)}`;
}

/** Round numbers from 0, or from below it, up to what there is. */
function ticksOf(values: readonly number[]): readonly number[] {
	const least = Math.min(0, ...values);
	const up = ticks(Math.max(...values));
	const step = (up[1] ?? 1) - (up[0] ?? 0);
	const below = Math.ceil(-least / step);
	return [...Array.from({ length: below }, (_, index) => (index - below) * step), ...up];
}

/** From 0 up to at least `most`, in steps of 1, 2 or 5 times a power of ten. */
export function ticks(most: number): readonly number[] {
	const rough = Math.max(most, Number.MIN_VALUE) / TICKS;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 5, 10].map((factor) => factor * power).find((it) => it >= rough) ?? rough;
	const count = Math.ceil(most / step - 1e-9);
	return Array.from({ length: Math.max(1, count) + 1 }, (_, index) => index * step);
}

/** The powers of ten around all of them. */
export function decades(values: readonly number[]): readonly number[] {
	const positive = values.filter((value) => value > 0);
	const from = Math.floor(Math.log10(Math.min(...positive)));
	const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...positive))));
	return Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
}

function scale(ticks: readonly number[], from: number, to: number, isLogarithmic: boolean) {
	const measure = (value: number) => (isLogarithmic ? Math.log10(value) : value);
	const [first, last] = [measure(ticks[0] ?? 0), measure(ticks.at(-1) ?? 1)];
	return (value: number): number => {
		const share = Math.max(0, Math.min(1, (measure(value) - first) / (last - first)));
		return Math.round((from + share * (to - from)) * 10) / 10;
	};
}
