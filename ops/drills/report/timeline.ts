/** The picture of a drill: votes a second above, faults as bars below, each with the way back to votes. */
import type { DrillReport } from "./report.ts";

const WIDTH = 960;
const LEFT = 170;
const RIGHT = 24;
const PLOT_HEIGHT = 140;
const LANE_HEIGHT = 18;
const TOP = 22;
const TICKS = 8;

export function timeline({ votes, faults }: Pick<DrillReport, "votes" | "faults">): string {
	const { perSecond } = votes;
	const lastMs = Math.max(
		perSecond.length * 1000,
		...faults.map(({ fault }) => fault.to ?? fault.from),
		1000,
	);
	const highest = Math.max(1, ...perSecond);
	const x = (ms: number) => LEFT + (ms / lastMs) * (WIDTH - LEFT - RIGHT);
	const y = (count: number) => TOP + PLOT_HEIGHT - (count / highest) * PLOT_HEIGHT;
	const names = [...new Set(faults.map(({ fault }) => fault.name))];
	const laneTop = (name: string) => TOP + PLOT_HEIGHT + 14 + names.indexOf(name) * LANE_HEIGHT;
	const height = TOP + PLOT_HEIGHT + 14 + names.length * LANE_HEIGHT + 24;

	const steps = perSecond.flatMap((count, second) => [
		`${point(x(second * 1000))},${point(y(count))}`,
		`${point(x((second + 1) * 1000))},${point(y(count))}`,
	]);
	const floor = point(y(0));
	const area = `${point(x(0))},${floor} ${steps.join(" ")} ${point(x(perSecond.length * 1000))},${floor}`;
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
	const ticks = Array.from({ length: TICKS + 1 }, (_, index) => {
		const ms = (lastMs / TICKS) * index;
		return `<text class="tick" x="${point(x(ms))}" y="${height - 6}">${Math.round(ms / 1000)} s</text>`;
	});
	return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Votes acknowledged a second, and the faults">
<text x="8" y="${TOP + 12}">votes a second</text><text x="8" y="${TOP + 30}">up to ${highest}</text>
<polygon class="votes" points="${area}"/>
${[...labels, ...bars, ...ticks].join("\n")}
</svg>`;
}

export function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function point(value: number): string {
	return value.toFixed(1);
}
