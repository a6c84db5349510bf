/** The files of Prometheus, Grafana and the runbooks against each other and against the metrics. */
import { deepEqual, match, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createMetrics } from "../../server/telemetry/metrics.ts";

const OPS = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, OPS), "utf8");
const list = (folder: string) => readdirSync(new URL(`${folder}/`, OPS)).sort();

const rules = list("prometheus/rules").map((name) => read(`prometheus/rules/${name}`));
const ruleTests = list("prometheus/tests")
	.map((name) => read(`prometheus/tests/${name}`))
	.join("\n");
const dashboard = read("grafana/dashboards/plenum.json");
const alerts = rules.flatMap((text) => found(text, /^ *- alert: (\w+)$/gm)).sort();
const recorded = rules.flatMap((text) => found(text, /^ *- record: (\S+)$/gm));

/** What other exporters and Prometheus itself provide. */
const FOREIGN = [
	"node_filesystem_avail_bytes",
	"node_filesystem_size_bytes",
	"probe_ssl_earliest_cert_expiry",
];

describe("alerts, dashboard and runbooks", () => {
	it("[M13] every metric that a rule or the dashboard names exists", async () => {
		const known = new Set([...(await seriesNames()), ...FOREIGN]);
		const used = [...rules, dashboard].flatMap(metricsIn);
		ok(used.length > 60);
		deepEqual(
			[...new Set(used)].filter((name) => !known.has(name)),
			[],
		);
	});

	it("[M13] every recorded series that is named is recorded, and every one recorded is used", () => {
		const uses = [...rules.map((text) => text.replace(/- record: .*/g, "")), dashboard];
		const used = new Set(uses.flatMap((text) => found(text, /\b(plenum:[\w:]+)/g)));
		deepEqual([...used].sort(), [...recorded].sort());
	});

	it("[M13] every metric of ours is on the dashboard, or in a rule", async () => {
		const used = new Set([...rules, dashboard].flatMap(metricsIn).map(withoutSuffix));
		const ours = (await createMetrics("test").registry.getMetricsAsJSON())
			.map(({ name }) => name)
			.filter((name) => name.startsWith("plenum_"));
		deepEqual(
			ours.filter((name) => !used.has(withoutSuffix(name))),
			[],
		);
	});

	it("[M14] every alert has a runbook of its name, and every runbook its alert", () => {
		ok(alerts.length > 15);
		deepEqual(list("runbooks"), alerts.map((name) => `${name}.md`).sort());
		const named = rules.flatMap((text) => found(text, /runbook: ops\/runbooks\/(\w+)\.md$/gm));
		deepEqual(named.sort(), alerts);
	});

	for (const name of alerts) {
		it(`[M14] ${name}: its runbook says what users see, how to confirm and how to mend`, () => {
			const text = read(`runbooks/${name}.md`);
			match(text, new RegExp(`^# ${name}\n`));
			deepEqual(found(text, /^## (.*)$/gm), ["What users see", "Confirm", "Mend"]);
			const [, , confirm = "", mend = ""] = text.split(/^## .*$/m);
			match(confirm, /^```sh$/m);
			ok(mend.trim().length > 100);
			for (const link of found(text, /\]\((\w+)\.md\)/g)) ok(alerts.includes(link), link);
		});

		it(`[M15] ${name}: a test shows it firing, another silent`, () => {
			const cases = ruleTests.split(/^ *- name: /m).filter((text) => text.startsWith(`"${name} `));
			const outcomes = cases.map((text) => {
				ok(text.includes(`ALERTS{alertname="${name}",alertstate="firing"}`));
				return /exp_samples: \[\]/.test(text) ? "silent" : "firing";
			});
			deepEqual([...new Set(outcomes)].sort(), ["firing", "silent"]);
		});
	}

	it("[M14] every alert is a page or a ticket, with one sentence that says what is wrong", () => {
		const severities = rules.flatMap((text) => found(text, /severity: (\w+)/g));
		const summaries = rules.flatMap((text) => found(text, /summary: "(.*)"$/gm));
		deepEqual([severities.length, summaries.length], [alerts.length, alerts.length]);
		deepEqual([...new Set(severities)].sort(), ["page", "ticket"]);
		for (const summary of summaries) match(summary, /^(?:[A-Z0-9]|\{\{).*\.$/);
	});
});

function found(text: string, expression: RegExp): string[] {
	return [...text.matchAll(expression)].map(([, name = ""]) => name);
}

/** Names of our own and of the exporters we rely on; recorded series have a colon and are left out. */
function metricsIn(text: string): string[] {
	const queries = text.replace(/^ *#.*$/gm, "").replace(/"uid": "plenum"/g, "");
	return found(queries, /\b((?:plenum|process|nodejs|node|probe)_[a-z0-9_]+)\b/g);
}

async function seriesNames(): Promise<string[]> {
	const metrics = await createMetrics("test").registry.getMetricsAsJSON();
	return metrics.flatMap(({ name, type }) =>
		String(type) === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
	);
}

function withoutSuffix(name: string): string {
	return name.replace(/_(bucket|sum|count)$/, "");
}
