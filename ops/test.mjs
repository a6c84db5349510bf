/**
 * `npm test`: prepares the checkout, runs every stage even when an earlier one failed, and ends
 * with a table and one line, `N passed, N failed`. A stage without tests counts as a failure:
 * silence is never success.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { build, install, root } from "./prepare.mjs";

const BIOME = join(root, "node_modules/@biomejs/biome/bin/biome");
const TSC = join(root, "node_modules/typescript/bin/tsc");
const MOCHA = join(root, "node_modules/mocha/bin/mocha.js");
/** As ops/services/find-program.ts names them. */
const PROGRAMS = ["Redis", "nginx", "PostgreSQL", "gpg", "age"];
const SOURCES = "{server,client,schema,ops}/**";
const FAILURES_LISTED_MAX = 30;
/** Files of a stage or lane that the summary names when they took longer. */
const SLOW_MS_MIN = 30_000;
/** How long a suite may keep running after its last test; past it, something was not closed. */
const LINGER_MS_MAX = 15_000;

/** Deadlines in minutes: far above what a stage takes, far below for ever. */
const STAGES = {
	format: () => tool([BIOME, "format", "."]),
	lint: () => tool([BIOME, "check", "--formatter-enabled=false", "--error-on-warnings", "."]),
	types: () => tool([TSC, "-p", "tsconfig.json"]),
	unit: () =>
		mocha(["--ignore", "**/*.{int,e2e,kubectl,drill}.test.ts", `${SOURCES}/*.test.ts`], 3),
	int: async (isQuiet) => {
		const missing = await missingPrograms();
		return plus(await mocha([`${SOURCES}/*.int.test.ts`], 8, { isQuiet }), missing);
	},
	build: async () => counted(await build()),
	e2e: async () => {
		const missing = await missingPrograms();
		const without = (files) => files.flatMap((each) => ["--ignore", each]);
		const early = await (beside.killing ?? killing());
		const alone = await mocha(ALONE, 5);
		// Side by side: much of the time they wait, for outages to last and for servers to come back.
		const elsewhere = [...ALONE, ...KILLING, ...LANES.flat()];
		const lanes = await Promise.all([
			mocha([...without(elsewhere), `${SOURCES}/*.e2e.test.ts`], 22),
			...LANES.map((files) => mocha([...without(ALONE), ...files], 22, { isQuiet: true })),
		]);
		const parts = [early, alone, ...lanes];
		const total = (key) => parts.reduce((sum, part) => sum + part[key], 0);
		const failures = parts.flatMap((part) => part.failures);
		const slowest = parts.flatMap((part) => part.slowest);
		return plus({ passed: total("passed"), failed: total("failed"), failures, slowest }, missing);
	},
};
/** Not part of everything: the first because few machines have kubectl, the second for its length. */
STAGES.kubectl = () => mocha([`${SOURCES}/*.kubectl.test.ts`], 5);
STAGES.drills = async () => {
	const missing = await missingPrograms();
	return plus(await mocha([`${SOURCES}/*.drill.test.ts`], 15), missing);
};

/** What needs the whole machine: a thousand people are served in time only where nothing else runs. */
const ALONE = ["server/test/e2e/attacks/hall.e2e.test.ts"];
/** Forty times somebody waits for a server to come back: beside the lanes that takes three times as long. */
const KILLING = ["server/test/e2e/kill-nine.e2e.test.ts"];
const killing = () => mocha(KILLING, 12, { isQuiet: true });
/** The e2e tests that run beside all others, in lanes of about the same length. */
const LANES = [
	["cluster-*", "attacks/*", "start-failures"].map((name) => `server/test/e2e/${name}.e2e.test.ts`),
	["ops/!(backup)/**/*.e2e.test.ts", "client/**/*.e2e.test.ts"],
];
const CHOICES = {
	kubectl: ["kubectl"],
	drills: ["build", "drills"],
	check: ["format", "lint", "types", "unit"],
	unit: ["unit"],
	int: ["int"],
	e2e: ["build", "e2e"],
};
const EVERYTHING = ["build", "format", "lint", "types", "unit", "int", "e2e"];
const HELP = `npm test                      everything: build, format, lint, types, unit, int, e2e
npm test -- --only CHOICE     one of ${Object.keys(CHOICES).join(", ")}
npm test -- --grep PATTERN    only tests whose title matches

unit  *.test.ts      pure; with the layer table and the rule ids of SPEC.md
kubectl  *.kubectl.test.ts  the Kubernetes manifests, with kubectl: only when chosen
drills  *.drill.test.ts  the short form of every drill: only when chosen
int   *.int.test.ts  a database
e2e   *.e2e.test.ts  whole processes; dist/ is built first
The last line is "N passed, N failed"; each of format, lint, types and build counts as one.`;

process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

let testsRun = 0;
const { only, grep } = readArguments(process.argv.slice(2));
await install();
const results = [];
/** What goes on beside the stages before its own, two at a time: they wait for databases and servers a lot. */
const beside = {};
for (const name of only ? CHOICES[only] : EVERYTHING) {
	console.log(`\n── ${name} ${"─".repeat(60 - name.length)}`);
	results.push(await (beside[name] ?? stage(name)));
	if (!only && name === "build") beside.int = stage("int", true);
	if (!only && name === "unit") beside.killing = killing();
}
process.exitCode = summarise(results);

async function stage(name, isQuiet = false) {
	const startedAt = Date.now();
	const result = await STAGES[name](isQuiet);
	return { name, seconds: (Date.now() - startedAt) / 1000, failures: [], ...result };
}

function summarise(results) {
	console.log(`\n── summary ${"─".repeat(53)}`);
	for (const { name, passed, failed, seconds } of results) {
		const counts = `${String(passed).padStart(6)} passed ${String(failed).padStart(5)} failed`;
		console.log(`${name.padEnd(8)}${counts} ${seconds.toFixed(1).padStart(7)} s`);
	}
	const slowest = results.flatMap(({ slowest = [] }) => slowest).sort(([, a], [, b]) => b - a);
	for (const [file, ms] of slowest) {
		console.log(`${(ms / 1000).toFixed(0).padStart(6)} s  ${relative(root, file)}`);
	}
	const failures = results.flatMap(({ name, failures }) => failures.map((t) => `${name}: ${t}`));
	for (const title of failures.slice(0, FAILURES_LISTED_MAX)) console.log(`FAILED  ${title}`);
	const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
	console.log(`${total("passed")} passed, ${total("failed")} failed`);
	if (grep && testsRun === 0) console.log(`no test has a title that matches ${grep}`);
	return total("failed") === 0 && total("passed") > 0 && (!grep || testsRun > 0) ? 0 : 1;
}

async function tool(args) {
	return counted((await run(args, { deadlineMinutes: 2 })) === 0);
}

function plus(result, missing) {
	const failures = [...missing, ...result.failures];
	return { ...result, failed: result.failed + missing.length, failures };
}

function counted(ok) {
	return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
}

/** `isQuiet`: what it prints is shown at its end, in one piece. */
async function mocha(args, deadlineMinutes, { isQuiet = false } = {}) {
	const folder = mkdtempSync(join(tmpdir(), "plenum-test-"));
	const counts = join(folder, "counts.json");
	const reporter = [
		"--reporter",
		"./ops/counting-reporter.cjs",
		"--reporter-option",
		`counts=${counts}`,
	];
	const strict = ["--forbid-only", "--forbid-pending", ...(grep ? ["--grep", grep] : [])];
	const isFinished = () => existsSync(counts);
	const code = await run([MOCHA, ...reporter, ...strict, ...args], {
		deadlineMinutes,
		isFinished,
		isQuiet,
	});
	const { passed, failed, failures, msByFile = {} } = readCounts(counts);
	const slowest = Object.entries(msByFile).filter(([, ms]) => ms >= SLOW_MS_MIN);
	rmSync(folder, { recursive: true, force: true });
	// Mocha ends with the number of failed tests; anything else is trouble that no test reports.
	const isEmpty = passed + failed === 0;
	testsRun += passed + failed;
	const trouble = typeof code === "string" ? code : isEmpty && !grep && "no tests ran";
	return trouble
		? { passed, failed: failed + 1, failures: [...failures, trouble], slowest }
		: { passed, failed: failed || (code === 0 || (grep && isEmpty) ? 0 : 1), failures, slowest };
}

/** What tests start and this machine has not: each is a failure, never a skip. */
async function missingPrograms() {
	// Only now: it is TypeScript, and what runs that may not have been installed before.
	const { tsImport } = await import("tsx/esm/api");
	const { ensureProgram } = await tsImport("./services/ensure-program.ts", import.meta.url);
	return PROGRAMS.flatMap((name) => {
		try {
			ensureProgram(name);
			return [];
		} catch (error) {
			console.error(error.message);
			return [error.message];
		}
	});
}

function readCounts(path) {
	try {
		return JSON.parse(readFileSync(path, "utf8"));
	} catch {
		return { passed: 0, failed: 0, failures: [] };
	}
}

/**
 * Resolves to the exit code, or to a sentence when it had to be ended. The child leads a process
 * group, so that servers it left behind end with it.
 */
function run(args, { deadlineMinutes, isFinished = () => false, isQuiet = false }) {
	return new Promise((resolve) => {
		const grouped = process.platform !== "win32";
		const child = spawn(process.execPath, args, {
			cwd: root,
			stdio: ["ignore", ...(isQuiet ? ["pipe", "pipe"] : ["inherit", "inherit"])],
			detached: grouped,
		});
		const said = [];
		child.stdout?.on("data", (chunk) => said.push(chunk));
		child.stderr?.on("data", (chunk) => said.push(chunk));
		let outcome;
		const end = (sentence) => {
			outcome = sentence;
			if (grouped) process.kill(-child.pid, "SIGKILL");
			else child.kill("SIGKILL");
		};
		const startedAt = Date.now();
		let finishedAt;
		const watch = setInterval(() => {
			const now = Date.now();
			if (finishedAt === undefined && isFinished()) finishedAt = now;
			if (now - startedAt > deadlineMinutes * 60_000) end(`not done in ${deadlineMinutes} minutes`);
			else if (now - finishedAt > LINGER_MS_MAX) end("something was not closed: it kept running");
		}, 500);
		// By whatever this one is ended, all that still run are.
		const onExit = () => end();
		process.on("exit", onExit);
		child.once("close", (code, signal) => {
			clearInterval(watch);
			process.stdout.write(Buffer.concat(said));
			process.off("exit", onExit);
			resolve(outcome ?? code ?? `ended by ${signal}`);
		});
	});
}

function readArguments(args) {
	const chosen = {};
	while (args.length > 0) {
		const name = args.shift();
		const value = args.shift();
		if (name === "--only" && Object.hasOwn(CHOICES, value ?? "")) chosen.only = value;
		else if (name === "--grep" && value) chosen.grep = value;
		else {
			const asked = name === "--help" || name === "-h";
			console[asked ? "log" : "error"](HELP);
			process.exit(asked ? 0 : 2);
		}
	}
	return chosen;
}
