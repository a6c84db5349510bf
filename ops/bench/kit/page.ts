/** The report: one page without a single external resource. */
import { COLOURS, chart } from "./chart.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { Html, html } from "./html.ts";
import { percent, rounded } from "./numbers.ts";
import { plot } from "./plot.ts";
import { curveOf, type Turn, valuesOf } from "./ratios.ts";
import type { BenchResult } from "./report.ts";
import { DISTURBED_ABOVE, isDisturbed } from "./rounds.ts";
import { spreadOf } from "./statistics.ts";

const STYLE = new Html(`
:root { color-scheme: light dark; --quiet: light-dark(#5c6370, #9aa3b2); --line: light-dark(#dfe2e8, #343945);
	--good: light-dark(#146c2e, #7fd698); --bad: light-dark(#a3201b, #ff9a92);
	--c0: light-dark(#1f5fbf, #8db9ff); --c1: light-dark(#b45309, #f5b461); --c2: light-dark(#7a3fb0, #c9a2f2);
	--c3: light-dark(#0f766e, #5fd0c5); --c4: light-dark(#be185d, #f58fb8); --c5: light-dark(#4b5563, #b6bec9); }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
h1, h2 { line-height: 1.2; }
h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
p, dl { max-width: 48rem; }
.quiet, dd { color: var(--quiet); }
dt { font-weight: 600; } dd { margin: 0 0 .5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; min-width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem 1rem .35rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-right: 2rem; }
th.number { text-align: right; padding-right: 2rem; }
td small { color: var(--quiet); display: block; font-size: .85rem; }
.met { color: var(--good); } .missed { color: var(--bad); } .met, .missed { font-weight: 600; } td .met, td .missed { white-space: nowrap; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 0 2rem; }
figure { margin: 1rem 0; min-width: 0; } figcaption { font-weight: 600; }
.legend { margin: .2rem 0; display: flex; flex-wrap: wrap; gap: 0 1.2rem; }
.legend span::before { content: ""; display: inline-block; width: .8em; height: .8em; margin-right: .4em; background: currentColor; border-radius: 50%; }
svg { width: 100%; height: auto; font: 13px system-ui, sans-serif; fill: currentColor; }
svg .axis { stroke: var(--line); } svg .quiet { fill: var(--quiet); }
svg .line { fill: none; stroke: currentColor; stroke-width: 2; }
svg .spot { fill: currentColor; } svg .dot { fill: currentColor; fill-opacity: .6; }
svg .middle { stroke: currentColor; stroke-width: 2; }
${Array.from({ length: COLOURS }, (_, index) => `.c${index} { color: var(--c${index}); }`).join(" ")}
@media (max-width: 40rem) {
	body { margin: 1rem auto; }
	table.goals, table.goals tbody, table.goals tr, table.goals td { display: block; }
	table.goals tr:first-child { display: none; }
	table.goals tr { border-bottom: 1px solid var(--line); padding: .6rem 0; }
	table.goals td { border: 0; padding: 0; text-align: left; white-space: normal; }
	table.goals td small { display: inline; margin-left: .5rem; }
	table.goals td[data-label]::before { content: attr(data-label) " "; color: var(--quiet); }
	svg { font-size: 20px; }
}`);

export function page(results: readonly BenchResult[]): string {
	return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plenum, measured</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Plenum, measured</h1>
<p>Driver, servers and database share one machine, so a number alone says little: what counts is the
ratio to a reference that the same driver measured in the same minutes, in turns. Ratios are those of
each run; shown is their median, with the lowest and the highest.</p>
${results.some(({ isQuick }) => isQuick) ? html`<p class="missed">Some of this was measured with --quick: it shows that things work, and is nothing to quote.</p>` : ""}
${goals(results)}
${results.map(section)}
</body>
</html>
`.text;
}

/** Every goal of every bench. */
function goals(results: readonly BenchResult[]): Html {
	const rows = results.flatMap((result) => {
		const disturbed = result.turns.filter((turn) => !turn.isRepeated && isDisturbed(turn)).length;
		return findingsOf(result)
			.filter(({ goal }) => goal !== "")
			.map((finding) => goalRow(finding, disturbed));
	});
	if (rows.length === 0) return html``;
	return html`<h2>Goals</h2>
<div class="scroll"><table class="goals">
<tr><th>of</th><th>figure</th><th>reference</th><th class="number">ratio</th><th>goal</th></tr>
${rows}
</table></div>`;
}

function goalRow(finding: Finding, disturbed: number): Html {
	const { bench, what, subject, figure, reference, referenceFigure, spreadText } = finding;
	const note = disturbed > 0 ? html`<small>${disturbed} turns disturbed</small>` : html``;
	const cells =
		reference === ""
			? html`<td></td><td class="number"></td>`
			: html`<td data-label="reference">${referenceFigure}<small>${reference}</small></td>
<td data-label="ratio" class="number">${finding.valueText}<small>${spreadText}</small></td>`;
	return html`<tr><td>${what}<small>${bench}, ${subject}</small></td><td data-label="measured">${figure}</td>
${cells}
<td>${verdict(finding)}${note}</td></tr>`;
}

function section(result: BenchResult): Html {
	const { bench, about, setting, at, machine, sides, measures, curves, turns } = result;
	const { cores, processor, memory, node, hasAccounting } = machine;
	const shown = measures.filter(({ key }) => turns.some(({ values }) => key in values));
	const where = `${cores} cores of ${processor}, ${memory} GB, Node ${node}; ${at}`;
	return html`<section>
<h2>${bench}</h2>
<p><strong>${about}.</strong> ${setting}</p>
<dl>${sides.map(({ name, description }) => html`<dt>${name}</dt><dd>${description}</dd>`)}</dl>
${ratioTable(result)}
<div class="plots">
${curves.map((curve) => chart(curve, linesOf(result, curve.key)))}
${shown.map((measure) => plot(`${measure.label}${measure.unit === "" ? "" : `, ${measure.unit}`}`, rowsOf(result, measure.key)))}
</div>
${numberTable(result)}
<p class="quiet">${disturbanceNote(turns)} ${hasAccounting ? "" : "CPU and memory: not measured on this system."}</p>
<p class="quiet">${where}</p>
</section>`;
}

function linesOf({ sides, turns }: BenchResult, curve: string) {
	return sides
		.map(({ name }, index) => ({
			...{ label: name, colour: index % COLOURS },
			points: curveOf(turns, name, curve),
		}))
		.filter(({ points }) => points.length > 0);
}

function rowsOf({ sides, turns }: BenchResult, measure: string) {
	return sides
		.map(({ name }, index) => ({
			...{ label: name, colour: index % COLOURS },
			values: valuesOf(turns, name, measure),
		}))
		.filter(({ values }) => values.length > 0);
}

function ratioTable(result: BenchResult): Html {
	const rows = findingsOf(result).map((finding) => {
		const { what, subject, reference, valueText, spreadText, goal } = finding;
		const sides = reference === "" ? subject : `${subject} / ${reference}`;
		return html`<tr><td>${what}<small>${sides}</small></td>
<td class="number">${valueText}</td><td class="number">${spreadText}</td>
<td>${goal === "" ? html`` : verdict(finding)}</td></tr>`;
	});
	return html`<div class="scroll"><table>
<tr><th>of</th><th class="number">median</th><th class="number">lowest – highest</th><th>goal</th></tr>
${rows}
</table></div>`;
}

function verdict({ goal, isMet }: Finding): Html {
	return isMet === true
		? html`<span class="met">✓ ${goal}</span>`
		: html`<span class="missed">✗ ${goal}</span>`;
}

function numberTable({ sides, measures, turns }: BenchResult): Html {
	const rows = measures.flatMap(({ key, label, unit }) => {
		const cells = sides.map(({ name }) => spreadOf(valuesOf(turns, name, key)).median);
		if (cells.every(Number.isNaN)) return [];
		const texts = cells.map((value) => (Number.isNaN(value) ? "–" : rounded(value)));
		return html`<tr><td>${label}</td><td class="quiet">${unit}</td>
${texts.map((text) => html`<td class="number">${text}</td>`)}</tr>`;
	});
	return html`<details><summary>Medians</summary><div class="scroll"><table>
<tr><th></th><th></th>${sides.map(({ name }) => html`<th class="number">${name}</th>`)}</tr>
${rows}
</table></div></details>`;
}

function disturbanceNote(turns: readonly Turn[]): string {
	const measured = turns.flatMap(({ disturbance }) => disturbance ?? []);
	const notes = [conditions(turns)];
	if (measured.length === 0)
		notes.push("Disturbance by other programs: not measured on this system.");
	else {
		const repeated = turns.filter(({ isRepeated }) => isRepeated).length;
		const counted = turns.filter(({ isRepeated }) => !isRepeated);
		const disturbed = counted.filter(isDisturbed).length;
		notes.push(
			`Other programs took up to ${percent(Math.max(...measured))} of the machine, other machines on its hardware (steal) up to ${percent(Math.max(0, ...turns.map(({ steal }) => steal ?? 0)))}.`,
			`Of ${counted.length} measurements that count, ${disturbed} were disturbed (above ${percent(DISTURBED_ABOVE)}); ${repeated} were made again.`,
		);
	}
	return notes.join(" ");
}

/** A neighbour on the same hardware slows a machine without a trace in its accounts: hence the fixed piece of work. */
function conditions(turns: readonly Turn[]): string {
	const loads = turns.flatMap(({ loadBefore }) => loadBefore ?? []);
	const paces = turns.flatMap(({ pace }) => pace ?? []);
	if (loads.length === 0 || paces.length === 0) return "";
	const load = `${rounded(Math.min(...loads))} to ${rounded(Math.max(...loads))}`;
	const pace = `${rounded(Math.min(...paces))} to ${rounded(Math.max(...paces))} ms`;
	return `Load of the minute before a turn: ${load} (the turns themselves among it). A fixed piece of work before each turn took ${pace}.`;
}
