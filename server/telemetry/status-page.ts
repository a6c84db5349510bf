/** The status page for people: its three files. It loads nothing from elsewhere and needs no build. */
import { statusScript } from "./status-page-script.ts";
import { statusStyle } from "./status-page-style.ts";

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Plenum status</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="status.css">
<script type="module" src="status.js"></script>
</head>
<body>
<header>
<h1>Plenum status</h1>
<p id="age" role="status">Asking …</p>
</header>
<main>
<section id="promise" aria-labelledby="promise-title">
<h2 id="promise-title">The promise</h2>
<p id="verdict" class="verdict">…</p>
<dl id="promise-numbers" class="numbers"></dl>
</section>
<section aria-labelledby="minutes-title">
<h2 id="minutes-title">The last minutes</h2>
<div id="plots" class="plots"></div>
</section>
<section aria-labelledby="processes-title">
<h2 id="processes-title">Processes</h2>
<div class="wide" role="group" tabindex="0" aria-labelledby="processes-title"><table id="processes"></table></div>
</section>
<section aria-labelledby="polls-title">
<h2 id="polls-title">Fullest polls</h2>
<div class="wide" role="group" tabindex="0" aria-labelledby="polls-title"><table id="polls"></table></div>
</section>
<section aria-labelledby="journal-title">
<h2 id="journal-title">Journal</h2>
<dl id="journal" class="numbers"></dl>
</section>
<section aria-labelledby="dependencies-title">
<h2 id="dependencies-title">Dependencies</h2>
<div class="wide" role="group" tabindex="0" aria-labelledby="dependencies-title"><table id="dependencies"></table></div>
</section>
</main>
<noscript><p>This page needs JavaScript; the same as data is in <a href="status.json">status.json</a>.</p></noscript>
</body>
</html>
`;

export const statusPage = {
	"/ops/status": { type: "html", text: html },
	"/ops/status.css": { type: "css", text: statusStyle },
	"/ops/status.js": { type: "js", text: statusScript },
} as const;
