/** The rules judged by Prometheus itself, and the configurations by the programs that read them. */

import { equal, match, ok, rejects } from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ensureProgram } from "../services/ensure-program.ts";

const run = promisify(execFile);
const OPS = fileURLToPath(new URL("../", import.meta.url));
const GROUPS = ["votes", "journal", "dependencies", "processes"];

describe("rules of Prometheus", function () {
	this.timeout(60_000);
	let promtool: string;
	let folder: string;

	before(function () {
		// Where they are missing they are installed first.
		this.timeout(600_000);
		promtool = ensureProgram("promtool");
		ensureProgram("amtool");
	});

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), "plenum-rules-"));
		await cp(join(OPS, "prometheus"), folder, { recursive: true });
		await mkdir(join(folder, "secrets"));
		await writeFile(join(folder, "secrets", "ops-token"), "a token\n");
	});

	afterEach(() => rm(folder, { recursive: true, force: true }));

	for (const group of GROUPS) {
		it(`[M15] ${group}: every alert fires for what it is about, and only then`, async () => {
			const { stdout } = await run(promtool, [
				"test",
				"rules",
				join(folder, "tests", `${group}.yml`),
			]);
			match(stdout, /SUCCESS/);
		});

		it(`[M15] ${group}: without its alerts, or with alerts that always fire, its tests fail`, async () => {
			const rules = join(folder, "rules", `${group}.yml`);
			const test = () => run(promtool, ["test", "rules", join(folder, "tests", `${group}.yml`)]);
			const text = await readFile(rules, "utf8");
			const names = [...text.matchAll(/- alert: (\w+)/g)].map(([, name = ""]) => name);
			ok(names.length > 2);
			await writeFile(rules, text.replace(/expr: >\n(?: {10}.*\n)+/g, "expr: vector(1) == 2\n"));
			await rejects(test, saysAll(names));
			await writeFile(rules, text.replace(/expr: >\n(?: {10}.*\n)+/g, "expr: vector(1)\n"));
			await rejects(test, saysAll(names));
		});
	}

	it("[M15] an error burst fires its alert in less than two minutes", async () => {
		const test = await readFile(join(folder, "tests", "votes.yml"), "utf8");
		const burst = test.split("- name: ").find((text) => text.startsWith('"PlenumErrorRatio fires'));
		const [, quiet = "", at = ""] =
			/errors_total\S+ values: "0x(\d+) 0\+20x\d+"[\s\S]*?eval_time: (\S+)/.exec(burst ?? "") ?? [];
		const [, minutes = 0, seconds = 0] = /(\d+)m(\d+)s/.exec(at) ?? [];
		ok(Number(minutes) * 60 + Number(seconds) - Number(quiet) * 10 < 120);
	});

	it("[M13] Prometheus takes the configuration, and every query of the dashboard", async () => {
		const { stdout } = await run(promtool, ["check", "config", join(folder, "prometheus.yml")]);
		match(stdout, /prometheus\.yml is valid/);
		const dashboard = await readFile(join(OPS, "grafana/dashboards/plenum.json"), "utf8");
		const panels: { title: string; targets?: { expr: string }[] }[] = JSON.parse(dashboard).panels;
		const queries = panels
			.filter(({ title }) => title !== "Warnings and errors")
			.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr.replaceAll("$instance", ".*")));
		ok(queries.length > 50);
		const list = queries.map((expr, index) => ({ record: `query:${index}`, expr }));
		const rules = join(folder, "dashboard.yml");
		// JSON is YAML.
		await writeFile(rules, JSON.stringify({ groups: [{ name: "dashboard", rules: list }] }));
		const checked = await run(promtool, ["check", "rules", rules]);
		match(checked.stdout, new RegExp(`SUCCESS: ${queries.length} rules found`));
	});

	it("[M15] Alertmanager takes its configuration: pages wake somebody, the rest is for the team", async () => {
		const config = join(OPS, "alertmanager/alertmanager.yml");
		await run(ensureProgram("amtool"), ["check-config", config]);
		for (const [severity, receiver] of [
			["page", "on-call"],
			["ticket", "team"],
			["", "team"],
		] as const) {
			const args = ["config", "routes", "test", `--config.file=${config}`, `severity=${severity}`];
			equal((await run(ensureProgram("amtool"), args)).stdout.trim(), receiver);
		}
	});
});

/** The error names every one of them. */
function saysAll(names: readonly string[]) {
	return (error: { stdout?: string; stderr?: string }) => {
		const text = `${error.stdout}${error.stderr}`;
		for (const name of names) ok(text.includes(name), `${name} was not missed`);
		return true;
	};
}
