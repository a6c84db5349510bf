/**
 * `node ops/docker/replay.mjs`: the steps of the Dockerfile without Docker, in a folder of its own: what
 * .dockerignore lets in, both installs, the build; then the result runs as another user, from a tree
 * that nobody may write to, with nothing but its DATA_DIR, until the health check passes, people have
 * voted and SIGTERM has ended it. Needs root (to become that user) and the npm registry.
 */
import { spawn, spawnSync } from "node:child_process";
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = join(import.meta.dirname, "../..");
/** The image's. */
const USER = 1000;
const READY_WITHIN_MS = 180_000;
const GONE_WITHIN_MS = 25_000;

if (process.getuid?.() !== 0) {
	console.error("replay: only root can become another user");
	process.exit(2);
}
const ignoreRules = readIgnoreRules();
const folder = mkdtempSync(join(tmpdir(), "plenum-image-"));
try {
	await replay();
	console.log("replay: the image's steps give a server that runs and stops as it should");
} catch (error) {
	console.error(`replay: FAILED: ${error.message}`);
	process.exitCode = 1;
} finally {
	run("chmod", ["-R", "u+w", folder]);
	rmSync(folder, { recursive: true, force: true });
}

async function replay() {
	const [build, production, app] = ["build", "production", "app"].map((name) => join(folder, name));
	const stages = readStages();
	// In the build folder lies what the context holds of what its stages copy.
	for (const path of [...stages.dependencies.copies, ...stages.build.copies]) copy(path, build);
	for (const path of stages.production.copies) copy(path, production);
	for (const path of stages.runtime.copies) copy(path, app);
	say("installing everything, and building");
	for (const command of [...stages.dependencies.runs, ...stages.build.runs]) shell(command, build);
	say("installing what production needs");
	for (const command of stages.production.runs) shell(command, production);
	cpSync(join(build, "dist"), join(app, "dist"), { recursive: true });
	cpSync(join(production, "node_modules"), join(app, "node_modules"), { recursive: true });
	await serve(app);
}

async function serve(app) {
	const [data, temp] = ["data", "tmp"].map((name) => join(folder, name));
	for (const path of [data, temp]) {
		mkdirSync(path);
		chownSync(path, USER, USER);
	}
	run("chmod", ["-R", "a-w,a+rX", app]);
	run("chmod", ["755", folder]);
	const port = await freePort();
	const env = { PATH: process.env.PATH, PORT: `${port}`, DATA_DIR: data, TMPDIR: temp };
	const as = { cwd: app, uid: USER, gid: USER, env: { ...env, NODE_ENV: "production" } };
	const { entrypoint, command, healthcheck } = readInstructions();
	const [program, ...args] = [...entrypoint, ...command];
	const output = [];
	const server = spawn(program, args, { ...as, stdio: ["ignore", "pipe", "pipe"] });
	server.stdout.on("data", (piece) => output.push(piece));
	server.stderr.on("data", (piece) => output.push(piece));
	const ended = new Promise((resolve) => {
		server.once("error", (error) => resolve(error.message));
		server.once("exit", (code, signal) => resolve(code ?? signal));
	});
	try {
		say("waiting for its health check");
		const deadline = Date.now() + READY_WITHIN_MS;
		while (spawnSync(healthcheck[0], healthcheck.slice(1), as).status !== 0) {
			if (Date.now() > deadline) throw new Error(`it did not start:\n${Buffer.concat(output)}`);
			await sleep(500);
		}
		say("people vote");
		run(program, ["dist/ops/deploy/smoke.js", `http://127.0.0.1:${port}`], as);
		say("stopping it");
		server.kill("SIGTERM");
		const how = await Promise.race([ended, sleep(GONE_WITHIN_MS, "still there", { ref: false })]);
		if (how !== 0) throw new Error(`it ended with ${how}:\n${Buffer.concat(output)}`);
	} finally {
		server.kill("SIGKILL");
	}
}

/** What each stage copies out of the context, and what it runs. */
function readStages() {
	const stages = {};
	let stage;
	for (const { keyword, rest } of instructions()) {
		if (keyword === "FROM") {
			stage = { copies: [], runs: [] };
			stages[/ AS (\w+)$/.exec(rest)?.[1]] = stage;
		}
		const isCopy = keyword === "COPY" && !rest.startsWith("--from=");
		if (isCopy) stage.copies.push(...rest.split(/\s+/).slice(0, -1));
		if (keyword === "RUN") stage.runs.push(rest);
	}
	return stages;
}

function readInstructions() {
	const last = (keyword) => instructions().findLast((each) => each.keyword === keyword)?.rest;
	return {
		entrypoint: JSON.parse(last("ENTRYPOINT")),
		command: JSON.parse(last("CMD")),
		healthcheck: JSON.parse(last("HEALTHCHECK").replace(/^.*?CMD /, "")),
	};
}

function instructions() {
	const text = readFileSync(join(ROOT, "ops/docker/Dockerfile"), "utf8");
	const lines = text.replace(/\\\n\s*/g, "").split("\n");
	return lines
		.filter((line) => /^[A-Z]+ /.test(line))
		.map((line) => ({ keyword: line.split(" ", 1)[0], rest: line.replace(/^\w+ /, "") }));
}

/** Without what .dockerignore leaves out. */
function copy(path, target) {
	const filter = (source) => !isIgnored(relative(ROOT, source));
	cpSync(join(ROOT, path), join(target, path), { recursive: true, filter });
}

/** The last line that matches a path, or a folder above it, decides. */
function isIgnored(path) {
	const parts = path.split(sep);
	const paths = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
	const last = ignoreRules.findLast(({ pattern }) => paths.some((each) => pattern.test(each)));
	// A folder is entered while something in it may be wanted.
	return last?.isIgnored === true && !ignoreRules.some(({ text }) => text.startsWith(`${path}/`));
}

function readIgnoreRules() {
	const lines = readFileSync(join(ROOT, ".dockerignore"), "utf8").split("\n");
	return lines
		.filter((line) => line !== "" && !line.startsWith("#"))
		.map((line) => {
			const text = line.replace(/^!/, "");
			const globs = { "**/": "(.*/)?", "*": "[^/]*", ".": "\\." };
			const pattern = text.replace(/\*\*\/|[*.]/g, (glob) => globs[glob]);
			return { text, isIgnored: text === line, pattern: new RegExp(`^${pattern}$`) };
		});
}

function shell(command, cwd) {
	mkdirSync(cwd, { recursive: true });
	run("sh", ["-c", command], { cwd, env: { ...process.env, CI: "true" } });
}

function run(command, args, options = {}) {
	const { status, stdout, stderr, error } = spawnSync(command, args, options);
	if (status === 0) return;
	throw new Error(
		`${command} ${args.join(" ")}: ${error?.message ?? ""}${stdout ?? ""}${stderr ?? ""}`,
	);
}

function say(what) {
	console.log(`replay: ${what}`);
}

function freePort() {
	return new Promise((resolve) => {
		const probe = createServer().listen(0, "127.0.0.1", () => {
			const { port } = probe.address();
			probe.close(() => resolve(port));
		});
	});
}
