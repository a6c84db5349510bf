/** The report: one page without a single external resource. */
import { Html, html } from "./html.ts";
import { percent, rounded } from "./numbers.ts";
import { plot } from "./plot.ts";
import { type Ratio, valuesOf } from "./ratios.ts";
import type { BenchResult } from "./report.ts";
import { DISTURBED_ABOVE, isDisturbed } from "./rounds.ts";
import { spreadOf } from "./statistics.ts";

const STYLE = new Html(`
:root { color-scheme: light dark; --quiet: light-dark(#5c6370, #9aa3b2); --line: light-dark(#d4d8e0, #3a404c);
	--good: light-dark(#146c2e, #7fd698); --bad: light-dark(#a3201b, #ff9a92); --mark: light-dark(#1f5fbf, #8db9ff); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
p.quiet, td.quiet, dd { color: var(--quiet); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.met { color: var(--good); } .missed { color: var(--bad); }
figure { margin: 1.5rem 0; } figcaption { font-weight: 600; }
svg { width: 100%; height: auto; font: 13px system-ui, sans-serif; fill: currentColor; }
svg .dot { fill: var(--mark); fill-opacity: .6; } svg .middle { stroke: currentColor; stroke-width: 2; }
svg .axis { stroke: var(--line); }`);

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
${results.map(section)}
</body>
</html>
`.text;
}

function section(result: BenchResult): Html {
	const { bench, about, setting, at, machine, sides, measures, turns } = result;
	const { cores, processor, memory, node, hasAccounting } = machine;
	const shown = measures.filter(({ key }) => turns.some(({ values }) => key in values));
	const where = `${cores} cores of ${processor}, ${memory} GB, Node ${node}; ${at}`;
	return html`<section>
<h2>${bench}</h2>
<p><strong>${about}.</strong> ${setting}</p>
<dl>${sides.map(({ name, description }) => html`<dt>${name}</dt><dd>${description}</dd>`)}</dl>
${ratioTable(result)}
${shown.map((measure) => plot(`${measure.label}, ${measure.unit}`, rowsOf(result, measure.key)))}
${numberTable(result)}
<p class="quiet">${disturbanceNote(result)} ${hasAccounting ? "" : "CPU and memory: not measured on this system."}</p>
<p class="quiet">${where}</p>
</section>`;
}

function rowsOf({ sides, turns }: BenchResult, measure: string) {
	return sides
		.map(({ name }) => ({ label: name, values: valuesOf(turns, name, measure) }))
		.filter(({ values }) => values.length > 0);
}

function ratioTable({ ratios, measures }: BenchResult): Html {
	const rows = ratios.map((ratio) => {
		const label = measures.find(({ key }) => key === ratio.measure)?.label ?? ratio.measure;
		const { median, least, most } = ratio.spread;
		return html`<tr><td>${label}</td><td>${ratio.subject} / ${ratio.reference}</td>
<td class="number">${rounded(median)}</td><td class="number">${rounded(least)} – ${rounded(most)}</td>
<td>${verdict(ratio)}</td></tr>`;
	});
	return html`<div class="scroll"><table>
<tr><th>ratio of</th><th></th><th>median</th><th>lowest – highest</th><th>goal</th></tr>
${rows}
</table></div>`;
}

function verdict({ goal, isMet }: Ratio): Html {
	if (goal === undefined) return html`–`;
	const words =
		goal.kind === "same"
			? "the same, within a tenth or what runs differ"
			: `${goal.kind === "at-least" ? "≥" : "≤"} ${goal.ratio}`;
	return isMet === true
		? html`<span class="met">✓ ${words}</span>`
		: html`<span class="missed">✗ ${words}</span>`;
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
<tr><th></th><th></th>${sides.map(({ name }) => html`<th>${name}</th>`)}</tr>
${rows}
</table></div></details>`;
}

function disturbanceNote({ turns }: BenchResult): string {
	const measured = turns.flatMap(({ disturbance }) => disturbance ?? []);
	if (measured.length === 0) return "Disturbance by other programs: not measured on this system.";
	const repeated = turns.filter(({ isRepeated }) => isRepeated).length;
	const counted = turns.filter(({ isRepeated }) => !isRepeated);
	const disturbed = counted.filter(isDisturbed).length;
	const most = percent(Math.max(...measured));
	return `Other programs took up to ${most} of the machine. Of ${counted.length} measurements that count, ${disturbed} were disturbed (above ${percent(DISTURBED_ABOVE)}); ${repeated} were made again.`;
}
