/** The picture of a drill: votes a second above, faults as bars below, each with the way back to votes. */
import type { DrillReport } from "./report.ts";

const WIDTH = 960;
const LEFT = 170;
const RIGHT = 24;
const PLOT_HEIGHT = 140;
const LANE_HEIGHT = 18;
const TOP = 22;
const TICKS_MAX = 10;
/** Between two ticks, s. */
const TICKS_EVERY = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200];
/** Narrower steps would be a comb, not a curve. */
const STEPS_MAX = 400;

export function timeline({ votes, faults }: Pick<DrillReport, "votes" | "faults">): string {
	const { perSecond } = votes;
	const lastMs = Math.max(
		perSecond.length * 1000,
		...faults.map(({ fault }) => fault.to ?? fault.from),
		1000,
	);
	const { rates, stepS } = steps(perSecond);
	const highest = Math.max(1, ...rates);
	const x = (ms: number) => LEFT + (ms / lastMs) * (WIDTH - LEFT - RIGHT);
	const y = (count: number) => TOP + PLOT_HEIGHT - (count / highest) * PLOT_HEIGHT;
	const names = [...new Set(faults.map(({ fault }) => fault.name))];
	const laneTop = (name: string) => TOP + PLOT_HEIGHT + 14 + names.indexOf(name) * LANE_HEIGHT;
	const height = TOP + PLOT_HEIGHT + 14 + names.length * LANE_HEIGHT + 24;

	const corners = rates.flatMap((rate, step) => [
		`${point(x(step * stepS * 1000))},${point(y(rate))}`,
		`${point(x(Math.min(perSecond.length, (step + 1) * stepS) * 1000))},${point(y(rate))}`,
	]);
	const floor = point(y(0));
	const area = `${point(x(0))},${floor} ${corners.join(" ")} ${point(x(perSecond.length * 1000))},${floor}`;
	const bars = faults.map(({ fault, fromHealMs }) => {
		const to = fault.to ?? lastMs;
		const top = laneTop(fault.name) + 3;
		const back = to + (fromHealMs ?? 0);
		const width = point(Math.max(2, x(to) - x(fault.from)));
		return (
			`<rect class="fault" x="${point(x(fault.from))}" y="${top}" width="${width}" height="${LANE_HEIGHT - 6}">` +
			`<title>${escaped(fault.what)}</title></rect>` +
			`<line class="back" x1="${point(x(to))}" x2="${point(x(back))}" y1="${top + 6}" y2="${top + 6}"/>`
		);
	});
	const labels = names.map(
		(name) => `<text x="8" y="${laneTop(name) + 13}">${escaped(name)}</text>`,
	);
	const everyS = TICKS_EVERY.find((every) => lastMs / 1000 / every <= TICKS_MAX) ?? 14_400;
	const ticks = Array.from({ length: Math.floor(lastMs / 1000 / everyS) + 1 }, (_, index) => {
		const at = everyS < 60 ? `${index * everyS} s` : `${(index * everyS) / 60} min`;
		return `<text class="tick" x="${point(x(index * everyS * 1000))}" y="${height - 6}">${at}</text>`;
	});
	return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Votes acknowledged a second, and the faults">
<text x="8" y="${TOP + 12}">votes a second</text><text x="8" y="${TOP + 30}">up to ${Math.round(highest)}</text>
${stepS > 1 ? `<text class="soft" x="8" y="${TOP + 48}">means of ${stepS} s</text>` : ""}
<polygon class="votes" points="${area}"/>
${[...labels, ...bars, ...ticks].join("\n")}
</svg>`;
}

/** Votes a second, over steps that are wide enough to be seen. */
function steps(perSecond: readonly number[]) {
	const stepS = Math.max(1, Math.ceil(perSecond.length / STEPS_MAX));
	const rates = Array.from({ length: Math.ceil(perSecond.length / stepS) }, (_, step) => {
		const seconds = perSecond.slice(step * stepS, (step + 1) * stepS);
		return seconds.reduce((sum, count) => sum + count, 0) / seconds.length;
	});
	return { rates, stepS };
}

export function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function point(value: number): string {
	return value.toFixed(1);
}
