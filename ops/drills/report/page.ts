/** The report as one HTML file that needs nothing else. */
import { seconds } from "../checker/seconds.ts";
import { type Note, noteLines } from "./notes.ts";
import { type DrillReport, headlineOf, percentile } from "./report.ts";
import { boundText, pressureText, recoveryText } from "./text.ts";
import { escaped, timeline } from "./timeline.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1d22; --paper: #fff; --soft: #6a7080; --line: #d9dce3; --votes: #3b7dd8; --fault: #d9652b; --good: #1c7c3c; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaf0; --paper: #15171c; --soft: #9aa1b2; --line: #343843; --votes: #6ea8fe; --fault: #ff9d66; --good: #63d089; --bad: #ff8a80; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.wide { overflow-x: auto; } .wide svg { min-width: 44rem; } summary { cursor: pointer; padding: .5rem 0; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; } small, .soft { color: var(--soft); }
.held { color: var(--good); } .broken { color: var(--bad); font-weight: 700; } pre { overflow-x: auto; border: 1px solid var(--line); padding: .6rem; font-size: 12px; }
svg { width: 100%; height: auto; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .tick { text-anchor: middle; } svg .tick, svg .soft { fill: var(--soft); }
@media (max-width: 40rem) { body { margin: 1rem auto; } table { font-size: .85em; } th, td { padding: .25rem .2rem; } }
svg .votes { fill: var(--votes); opacity: .75; } svg .fault { fill: var(--fault); } svg .back { stroke: var(--fault); stroke-width: 3; stroke-dasharray: 3 2; }`;

export function reportPage(report: DrillReport): string {
	const { drill, summary, machine, votes, faults, counterExample } = report;
	const verdict = headlineOf(report);
	const rows = report.properties.map(
		({ number, name, promise, verdict, checked, broken, unjudged, reach }) =>
			`<tr><td class="n">${number}</td><td>${escaped(name)}<br><small>${escaped(promise)}${reach ? ` (${escaped(reach)})` : ""}</small></td>` +
			`<td class="${verdict}">${verdict}</td><td class="n">${checked.toLocaleString("en")}</td><td class="n">${broken}</td><td class="n">${unjudged}</td></tr>`,
	);
	const measured = report.measures.map(({ what, value, bound, verdict }) => {
		return `<tr><td>${escaped(what)}</td><td>${escaped(value)}</td><td>${escaped(bound)}</td><td class="${verdict}">${verdict === "told" ? "" : verdict}</td></tr>`;
	});
	const kinds = [...new Set(faults.map(({ fault }) => fault.name))].map((name) => {
		const alike = faults.filter(({ fault }) => fault.name === name);
		const cells = (["fromStrikeMs", "fromHealMs"] as const).flatMap((from) => {
			const times = alike.flatMap((recovery) => recovery[from] ?? []);
			return times.length === 0
				? ["–", "–"]
				: [seconds(percentile(times, 0.5)), seconds(Math.max(...times))];
		});
		const numbers = [alike.length, ...cells].map((cell) => `<td class="n">${cell}</td>`);
		return `<tr><td>${escaped(name)}</td>${numbers.join("")}</tr>`;
	});
	const struck = faults.map(
		({ fault, fromStrikeMs, fromHealMs }) =>
			`<tr><td class="n">${seconds(fault.from)}</td><td>${escaped(fault.name)}</td><td>${escaped(fault.what)}</td>` +
			`<td class="n">${fault.to === undefined ? "" : seconds(fault.to - fault.from)}</td>` +
			`<td class="n">${told(fromStrikeMs)}</td><td class="n">${told(fromHealMs)}</td></tr>`,
	);
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(drill)}: ${verdict}</title><style>${STYLE}</style></head><body>
<h1>${escaped(drill)}: <span class="${report.passed ? "held" : "broken"}">${verdict}</span></h1>
<p>${escaped(summary)}. ${report.minutes} minutes, seed ${report.seed}.</p>
<p>${votes.acknowledged.toLocaleString("en")} votes acknowledged by ${report.people} people in ${report.polls} polls on ${report.processes} processes;
median ${Math.round(votes.medianMs)} ms, p99 ${Math.round(votes.p99Ms)} ms. ${faults.length} faults; ${[recoveryText(report), ...boundText(report)].join("; ")}.</p>
<div class="wide" tabindex="0" role="region" aria-label="Time line">${timeline(report)}</div>
<p class="soft">Bars are faults; the dashes lead from the heal to the first vote that was cast after it and acknowledged, in the slowest poll that was hit.</p>
<h2>Properties</h2>
<div class="wide" tabindex="0" role="region" aria-label="Properties"><table><thead><tr><th>#</th><th>Promise</th><th>Verdict</th><th>Checked</th><th>Broken</th><th>Not judged</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>
${
	measured.length === 0
		? ""
		: `<h2>Measured</h2>
<div class="wide" tabindex="0" role="region" aria-label="Measured"><table><thead><tr><th>What</th><th>Value</th><th>Bound</th><th>Verdict</th></tr></thead><tbody>${measured.join("\n")}</tbody></table></div>`
}
${notesList("Broken", report.notes.broken)}${notesList("Not judged, and why", report.notes.unjudged)}
${
	counterExample === undefined
		? ""
		: `<h2>First counter-example</h2><p>Property ${counterExample.finding.property}: ${escaped(counterExample.finding.sentence)}</p>
<pre>${escaped(counterExample.around.join("\n"))}</pre>`
}
<h2>Faults</h2>
<div class="wide" tabindex="0" role="region" aria-label="Kinds of faults"><table><thead><tr><th>Fault</th><th>Times</th><th>Votes after strike: median</th><th>worst</th><th>after heal: median</th><th>worst</th></tr></thead><tbody>${kinds.join("\n")}</tbody></table></div>
<details><summary>Each of the ${faults.length} faults</summary>
<div class="wide" tabindex="0" role="region" aria-label="Each fault"><table><thead><tr><th>At</th><th>Fault</th><th>Hit</th><th>Lasted</th><th>Votes after strike</th><th>after heal</th></tr></thead><tbody>${struck.join("\n")}</tbody></table></div></details>
<h2>Machine</h2>
<p>${machine.cores} cores, ${machine.memory} GiB, ${escaped(machine.system)}, Node ${machine.node}, PostgreSQL ${escaped(machine.postgres)},
Redis ${escaped(machine.redis)}, commit ${escaped(machine.commit)}; ${pressureText(report)}.</p>
</body></html>
`;
}

function notesList(heading: string, notes: readonly Note[]): string {
	if (notes.length === 0) return "";
	const items = notes.map((note) => {
		const [what = "", why = ""] = noteLines(note);
		return `<li>${escaped(what)}<br><small>${escaped(why)}</small></li>`;
	});
	return `<h2>${heading}</h2>\n<ul>${items.join("\n")}</ul>\n`;
}

function told(ms: number | undefined): string {
	return ms === undefined ? "–" : seconds(ms);
}
