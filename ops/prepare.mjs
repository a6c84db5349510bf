/**
 * Makes a checkout ready to run: right Node, dependencies installed, TypeScript and pages built.
 * Plain Node without packages, because it runs before there are any. Each step does nothing
 * when its work is already there, so a second start costs a few milliseconds.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
const readJson = (path) => (existsSync(at(path)) ? JSON.parse(readFileSync(at(path), "utf8")) : {});

const SOURCE_FOLDERS = ["server", "schema", "client", "ops"];
const BUILD_SETTINGS = ["package-lock.json", "tsconfig.json", "tsconfig.build.json"];
const STAMP = "dist/.stamp";

/** Prepares, then runs the built file `entry` (below dist/) in this very process: no child to orphan. */
export async function launch(entry, args = []) {
	await prepare();
	const file = at("dist", entry);
	process.argv = [process.execPath, file, ...args];
	process.setSourceMapsEnabled(true);
	await import(pathToFileURL(file).href);
}

/** Everything `launch` needs; ends the process with a message when a step fails. */
export async function prepare({ rebuild = false } = {}) {
	await install();
	const built = await build({ rebuild });
	if (!built) process.exit(1);
}

/** Installs dependencies unless node_modules already holds what package-lock.json names. */
export async function install() {
	requireNode();
	useGitHooks();
	if (isInstalled()) return;
	// Captured: Colyseus declares Node 22 and warns a screenful on 20, where it works as well.
	const args = ["ci", "--include=dev", "--no-audit", "--no-fund"];
	const npm = process.env.npm_execpath ?? "";
	const ok = /^npm-cli\.c?js$/.test(basename(npm))
		? await step("installing dependencies", process.execPath, [npm, ...args])
		: await step("installing dependencies", "npm", args, { shell: process.platform === "win32" });
	if (!ok) process.exit(1);
}

/** Compiles into dist/ unless dist/ was built from these very sources; resolves to false on failure. */
export async function build({ rebuild = false } = {}) {
	const stamp = hashOfSources();
	if (!rebuild && existsSync(at(STAMP)) && readFileSync(at(STAMP), "utf8") === stamp) return true;
	const next = at("dist.next");
	rmSync(next, { recursive: true, force: true });
	const tsc = at("node_modules/typescript/bin/tsc");
	const args = [tsc, "-p", at("tsconfig.build.json"), "--outDir", next];
	if (!(await step("building", process.execPath, args))) return false;
	copyMigrations(next);
	if (!(await buildPages(join(next, "client")))) return false;
	writeFileSync(join(next, basename(STAMP)), stamp);
	// Swapped in at the end: a build that fails or is interrupted leaves the old one in place.
	rmSync(at("dist"), { recursive: true, force: true });
	renameSync(next, at("dist"));
	return true;
}

function requireNode() {
	const wanted = readJson("package.json").engines.node.replace(/[^\d.]/g, "");
	const [major, minor] = wanted.split(".").map(Number);
	const [hasMajor, hasMinor] = process.versions.node.split(".").map(Number);
	if (hasMajor > major || (hasMajor === major && hasMinor >= minor)) return;
	console.error(`plenum: needs Node ${wanted} or later; this is ${process.version}`);
	process.exit(1);
}

/**
 * npm records what it installed in node_modules/.package-lock.json, last of all: an interrupted
 * install has none. Packages for other platforms are optional and may be absent.
 */
function isInstalled() {
	const installed = readJson("node_modules/.package-lock.json").packages ?? {};
	return Object.entries(readJson("package-lock.json").packages).every(
		([path, { version, optional }]) =>
			path === "" || (installed[path] ? installed[path].version === version : optional),
	);
}

/** The hook lives in .githooks/; git is told once, and never when the user has chosen otherwise. */
function useGitHooks() {
	if (process.env.CI || !existsSync(at(".git"))) return;
	const git = (...args) => spawnSync("git", ["config", "--local", ...args], { cwd: root });
	if (git("--get", "core.hooksPath").status === 1) git("core.hooksPath", ".githooks");
}

function hashOfSources() {
	const hash = createHash("sha256");
	const sources = SOURCE_FOLDERS.flatMap((folder) => filesBelow(folder)).filter(
		(path) => /\.(tsx?|sql|css|html|svg)$/.test(path) && !/(\.test|-contract)\.tsx?$/.test(path),
	);
	for (const path of [...BUILD_SETTINGS, ...sources.sort()]) {
		hash
			.update(`${path}\0`)
			.update(readFileSync(at(path)))
			.update("\0");
	}
	return hash.digest("hex");
}

function filesBelow(folder) {
	if (!existsSync(at(folder))) return [];
	return readdirSync(at(folder), { withFileTypes: true }).flatMap((entry) => {
		const path = `${folder}/${entry.name}`;
		return entry.isDirectory() ? filesBelow(path) : [path];
	});
}

function buildPages(target) {
	const vite = at("node_modules/vite/bin/vite.js");
	const args = [vite, "build", at("client"), "--outDir", target, "--emptyOutDir", "false"];
	return step("building the pages", process.execPath, args);
}

function copyMigrations(target) {
	const from = "schema/migrations";
	mkdirSync(join(target, from), { recursive: true });
	for (const path of filesBelow(from)) {
		if (path.endsWith(".sql")) cpSync(at(path), join(target, path));
	}
}

/** Runs a command quietly with one line of progress; its output is shown only when it fails. */
function step(label, command, args, options = {}) {
	const done = progress(label);
	return new Promise((resolve) => {
		const child = spawn(command, args, { ...options, cwd: root });
		const output = [];
		const stop = () => child.kill("SIGTERM");
		process.once("SIGTERM", stop);
		child.stdout.on("data", (chunk) => output.push(chunk));
		child.stderr.on("data", (chunk) => output.push(chunk));
		child.once("error", (error) => output.push(Buffer.from(`${error.message}\n`)));
		child.once("close", (code, signal) => {
			process.off("SIGTERM", stop);
			done(code === 0 ? "done" : `failed (${signal ?? `code ${code}`})`);
			if (code !== 0) process.stderr.write(Buffer.concat(output));
			resolve(code === 0);
		});
	});
}

/** On a terminal the line counts the seconds; in a log it is written once before and once after. */
function progress(label) {
	const startedAt = Date.now();
	const live = process.stderr.isTTY === true;
	const line = (state) => `plenum: ${label} … ${state}`;
	const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
	const show = () => process.stderr.write(`\r${line(seconds())}`);
	const ticker = live ? setInterval(show, 1000) : undefined;
	process.stderr.write(live ? line("") : `${line("")}\n`);
	return (outcome) => {
		clearInterval(ticker);
		process.stderr.write(`${live ? "\r" : ""}${line(`${outcome}, ${seconds()}`)}\n`);
	};
}
