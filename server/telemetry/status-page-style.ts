/** Readable on a phone and from the last row; colours follow the reader's light or dark setting. */
export const statusStyle = `:root {
	color-scheme: light dark;
	--back: #fbfbfa; --card: #fff; --text: #1c1b19; --calm: #5d5a54; --line: #dcd9d2;
	--good: #176b3a; --bad: #b3261e; --plot: #1d5fa8;
	font: clamp(1rem, 0.85rem + 0.6vw, 1.5rem)/1.4 system-ui, sans-serif;
}
@media (prefers-color-scheme: dark) {
	:root {
		--back: #161513; --card: #211f1c; --text: #f1efe9; --calm: #b3aea4; --line: #3d3a34;
		--good: #74d69a; --bad: #ff9d94; --plot: #8cc0f5;
	}
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; background: var(--back); color: var(--text); }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; }
h1 { font-size: 1.3rem; margin: 0; }
h2 { font-size: 1rem; margin: 0 0 0.5rem; color: var(--calm); }
#age { margin: 0; color: var(--calm); }
main { display: grid; grid-auto-flow: dense; gap: 1rem; margin-top: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem; padding: 1rem; min-width: 0; }
#promise, section:has(#processes, #polls) { grid-column: 1 / -1; }
#promise { border-width: 3px; }
#promise.good { border-color: var(--good); }
#promise.bad { border-color: var(--bad); }
.verdict { margin: 0 0 0.75rem; font-size: 1.8em; font-weight: 700; line-height: 1.15; }
.good .verdict, td.good { color: var(--good); }
.bad .verdict, td.bad, dd.bad { color: var(--bad); font-weight: 700; }
.numbers { margin: 0; display: grid; gap: 0.5rem 1rem; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); }
.numbers > div { min-width: 0; }
dt { color: var(--calm); font-size: 0.8em; }
dd { margin: 0; font-variant-numeric: tabular-nums; font-size: 1.2em; overflow-wrap: anywhere; }
.plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr)); }
figure { margin: 0; }
figcaption { color: var(--calm); font-size: 0.8em; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; height: 4rem; border-bottom: 1px solid var(--line); }
polyline { fill: none; stroke: var(--plot); stroke-width: 2; vector-effect: non-scaling-stroke; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.85em; }
th, td { text-align: right; padding: 0.25rem 0.5rem; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; white-space: nowrap; }
th { color: var(--calm); font-weight: 400; }
th:first-child, td:first-child { text-align: left; }
`;
