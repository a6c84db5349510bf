/**
 * What the status page runs in the browser. It asks every few seconds, keeps the last minutes,
 * and takes rates and quantiles from the differences, as Prometheus would.
 */
export const statusScript = `const EVERY_MS = 3000;
const KEPT = 200;
/** So many fill the width of a plot at first; it gets denser when there are more. */
const SPREAD = 20;
const MINUTE_MS = 60000;
/** For so long a process that stopped answering without having said goodbye is told of. */
const MISSED_MS = 600000;
const samples = [];
/** By process: the last that it said, and when. */
const heard = new Map();
let lastAt = 0;

const byId = (id) => document.getElementById(id);
const sum = (list, of) => list.reduce((total, item) => total + of(item), 0);
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const ms = (value) => (value === undefined ? "–" : short.format(value) + " ms");
const since = (seconds) => {
	const [value, unit] = seconds < 5400 ? [seconds / 60, " min"] : seconds < 172800 ? [seconds / 3600, " h"] : [seconds / 86400, " days"];
	return whole.format(Math.floor(value)) + unit;
};
const megabytes = (bytes) => whole.format(bytes / 1048576) + " MB";

function summed(processes) {
	const votes = (name) => sum(processes, (one) => one.votes[name]);
	const bounds = processes[0].acks.boundsSeconds;
	return {
		at: performance.now(),
		received: votes("received"), committed: votes("committed"), shown: votes("shown"),
		handedBack: votes("handedBack"), onTheirWay: votes("onTheirWay"), outOfStep: votes("outOfStep"),
		bounds,
		counts: bounds.map((_, index) => sum(processes, (one) => one.acks.counts[index] ?? 0)),
		total: sum(processes, (one) => one.acks.total),
		people: sum(processes, (one) => sum(Object.values(one.connections), Number)),
		waiting: sum(processes, (one) => one.journal.rows),
		lagMs: Math.max(...processes.map((one) => (one.eventLoop["0.99"] ?? 0) * 1000)),
		delayed: processes.some((one) => one.storage === "delayed"),
	};
}

/** Of the answers between two samples; undefined when there were none. */
function quantileMs(q, from, to) {
	const total = to.total - (from?.total ?? 0);
	if (total <= 0) return undefined;
	const wanted = q * total;
	let below = 0;
	let lower = 0;
	for (const [index, upper] of to.bounds.entries()) {
		const upTo = to.counts[index] - (from?.counts[index] ?? 0);
		if (upTo >= wanted) return 1000 * (lower + ((upper - lower) * (wanted - below)) / (upTo - below || 1));
		below = upTo;
		lower = upper;
	}
	return 1000 * lower;
}

function perSecond(name, from, to) {
	return from === undefined ? 0 : Math.max(0, ((to[name] - from[name]) * 1000) / (to.at - from.at));
}

function numbers(id, entries) {
	byId(id).replaceChildren(
		...entries.map(([label, value, isBad]) => {
			const pair = document.createElement("div");
			const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
			term.textContent = label;
			detail.textContent = value;
			if (isBad) detail.className = "bad";
			pair.append(term, detail);
			return pair;
		}),
	);
}

function table(id, heads, rows) {
	const row = (cells, kind) => {
		const line = document.createElement("tr");
		for (const cell of cells) {
			const [text, look] = Array.isArray(cell) ? cell : [cell, ""];
			const box = document.createElement(kind);
			if (kind === "th") box.scope = "col";
			box.textContent = text;
			box.className = look;
			line.append(box);
		}
		return line;
	};
	const none = rows.length === 0 ? [row(["none"], "td")] : [];
	byId(id).replaceChildren(row(heads, "th"), ...rows.map((cells) => row(cells, "td")), ...none);
}

function plot(label, values, format) {
	const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
	const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
	const top = Math.max(...values, 0.001);
	const points = values.map((value, index) => (index * 100) / (Math.max(values.length, SPREAD) - 1) + "," + (40 - (38 * value) / top));
	svg.setAttribute("viewBox", "0 0 100 40");
	svg.setAttribute("preserveAspectRatio", "none");
	svg.setAttribute("aria-hidden", "true");
	line.setAttribute("points", points.join(" "));
	svg.append(line);
	const caption = document.createElement("figcaption");
	caption.textContent = label + ": " + format(values.at(-1) ?? 0) + ", most " + format(Math.max(...values, 0));
	const figure = document.createElement("figure");
	figure.append(caption, svg);
	return figure;
}

/** Those that hang or died: they answered before, and were not draining. */
function missed(processes, now) {
	for (const status of processes) heard.set(status.process, { status, at: now });
	for (const [name, { status, at }] of heard) {
		if (now - at > MISSED_MS || (now > at && status.isDraining)) heard.delete(name);
	}
	return [...heard.values()].filter(({ at }) => at < now);
}

function show(processes) {
	const now = summed(processes);
	samples.push(now);
	if (samples.length > KEPT) samples.shift();
	const minuteAgo = samples.find(({ at }) => now.at - at <= MINUTE_MS && at < now.at);
	// A sum that shrank is a process that left or began anew: differences to before mean nothing.
	if (minuteAgo !== undefined && now.total < minuteAgo.total) samples.splice(0, samples.length - 1);
	const from = samples.length > 1 ? minuteAgo : undefined;

	const sound = now.outOfStep === 0;
	byId("promise").className = sound && !now.delayed ? "good" : "bad";
	byId("verdict").textContent = !sound
		? whole.format(now.outOfStep) + " votes out of step"
		: now.delayed
			? "Saving is delayed; 0 votes lost"
			: "0 votes lost";
	numbers("promise-numbers", [
		["received", whole.format(now.received)],
		["committed", whole.format(now.committed)],
		["shown", whole.format(now.shown)],
		["on their way", whole.format(now.onTheirWay)],
		["handed back", whole.format(now.handedBack)],
		["storage", now.delayed ? "delayed" : "ok", now.delayed],
		["receipt p50", ms(quantileMs(0.5, from, now))],
		["receipt p99", ms(quantileMs(0.99, from, now))],
	]);

	const pairs = samples.map((to, index) => [samples[index - 1], to]);
	byId("plots").replaceChildren(
		plot("votes a second", pairs.map(([a, b]) => perSecond("committed", a, b)), short.format),
		plot("ms to a receipt, p99", pairs.map(([a, b]) => (a && quantileMs(0.99, a, b)) ?? 0), short.format),
		plot("people", samples.map(({ people }) => people), whole.format),
		plot("rows waiting", samples.map(({ waiting }) => waiting), whole.format),
		plot("ms the event loop is late, p99", samples.map(({ lagMs }) => lagMs), short.format),
	);

	table(
		"processes",
		["process", "version", "up", "state", "polls", "people", "loop p99", "memory"],
		[
			...processes.map((one) => [
				one.process,
				one.version,
				since(one.uptimeSeconds),
				one.isDraining ? ["draining", "bad"] : ["serving", "good"],
				whole.format(one.pollsLive),
				whole.format(sum(Object.values(one.connections), Number)),
				ms((one.eventLoop["0.99"] ?? 0) * 1000),
				megabytes(one.memoryBytes),
			]),
			...missed(processes, now.at).map(({ status, at }) => [
				status.process,
				status.version,
				"–",
				["no answer for " + whole.format((now.at - at) / 1000) + " s", "bad"],
				...["–", "–", "–", "–"],
			]),
		],
	);
	table(
		"polls",
		["code", "people", "participants", "waiting", "poll"],
		processes
			.flatMap(({ polls }) => polls)
			.sort((a, b) => b.connections - a.connections)
			.slice(0, 20)
			.map((one) => [one.code, one.connections, one.participants, one.waiting, one.pollId].map(String)),
	);
	const journal = (name) => sum(processes, (one) => one.journal[name]);
	numbers("journal", [
		["rows waiting", whole.format(now.waiting)],
		["bytes waiting", whole.format(journal("bytes"))],
		["oldest", ms(1000 * Math.max(...processes.map((one) => one.journal.oldestSeconds)))],
		["answers lost", whole.format(journal("unknown"))],
		["rolled back", whole.format(journal("retried"))],
		["polls fenced", whole.format(journal("fenced"))],
		["polls poisoned", whole.format(journal("poisoned")), journal("poisoned") > 0],
	]);
	const namesOf = (of) => [...new Set(processes.flatMap((one) => Object.keys(of(one))))];
	const dependencies = namesOf((one) => one.dependencies);
	const poolStates = namesOf((one) => one.pool);
	table(
		"dependencies",
		["process", ...dependencies, ...poolStates.map((state) => "pool " + state)],
		processes.map((one) => [
			one.process,
			...dependencies.map((name) => [one.dependencies[name] ?? "–", one.dependencies[name] === "down" ? "bad" : "good"]),
			...poolStates.map((state) => String(one.pool[state] ?? "–")),
		]),
	);
}

async function ask() {
	try {
		const answer = await fetch("status.json", { signal: AbortSignal.timeout(EVERY_MS) });
		if (!answer.ok) throw new Error(String(answer.status));
		show((await answer.json()).processes);
		lastAt = performance.now();
	} catch {
		byId("promise").className = "bad";
	}
	setTimeout(ask, EVERY_MS);
}

setInterval(() => {
	const seconds = Math.round((performance.now() - lastAt) / 1000);
	byId("age").textContent = lastAt === 0 ? "Asking …" : seconds > 10 ? "No answer for " + seconds + " s" : "Live";
}, 1000);
void ask();
`;
