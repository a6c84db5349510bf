/** Releases side by side, and a link `current` to the one that runs. */
import { spawnSync } from "node:child_process";
import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
} from "node:fs";
import { basename, join } from "node:path";

/** What a release is made of; `dist/` is built by `npm run build`. */
const PARTS = ["package.json", "package-lock.json", ".npmrc", "ecosystem.config.cjs", "dist"];
const INSTALL_WITHIN_MS = 240_000;

export function releases(base) {
	const folder = join(base, "releases");
	const link = join(base, "current");
	const pathOf = (name) => join(folder, name);

	/** The name of the release that runs, or `undefined` before the first one. */
	function current() {
		return existsSync(link) ? basename(readlinkSync(link)) : undefined;
	}

	/** Under its name only once it is complete; throws what is missing. */
	function install(from, name) {
		const missing = PARTS.filter((part) => !existsSync(join(from, part)));
		if (missing.length > 0) {
			throw new Error(
				`${from} has no ${missing.join(", ")}: npm run build, or name another --from`,
			);
		}
		if (existsSync(pathOf(name))) {
			throw new Error(`release ${name} is there already: give another --name, or take it by --to`);
		}
		const part = `${pathOf(name)}.part`;
		rmSync(part, { recursive: true, force: true });
		mkdirSync(part, { recursive: true });
		try {
			for (const piece of PARTS) cpSync(join(from, piece), join(part, piece), { recursive: true });
			installPackages(part);
			renameSync(part, pathOf(name));
		} finally {
			rmSync(part, { recursive: true, force: true });
		}
	}

	/** The running release's packages when the lock file is the very same, else the registry's. */
	function installPackages(part) {
		const lock = (path) => {
			const file = join(path, "package-lock.json");
			return existsSync(file) ? readFileSync(file, "utf8") : undefined;
		};
		const modules = join(link, "node_modules");
		if (existsSync(modules) && lock(link) === lock(part)) {
			cpSync(modules, join(part, "node_modules"), { recursive: true, verbatimSymlinks: true });
			return;
		}
		const { status, stderr, error } = spawnSync(
			"npm",
			["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"],
			{ cwd: part, encoding: "utf8", timeout: INSTALL_WITHIN_MS },
		);
		if (status !== 0) throw new Error(`npm ci failed: ${error?.message ?? stderr.trim()}`);
	}

	/** At any moment the link leads to the one or to the other. */
	function makeCurrent(name) {
		if (name === undefined) return rmSync(link, { force: true });
		const next = `${link}.next`;
		rmSync(next, { force: true });
		symlinkSync(join("releases", name), next);
		renameSync(next, link);
	}

	/** The newest `count` stay, and those named. */
	function prune(count, ...names) {
		const age = (name) => statSync(pathOf(name)).mtimeMs;
		const old = readdirSync(folder)
			.filter((name) => !name.endsWith(".part"))
			.sort((a, b) => age(b) - age(a))
			.slice(count)
			.filter((name) => !names.includes(name));
		for (const name of old) rmSync(pathOf(name), { recursive: true });
	}

	function remove(name) {
		rmSync(pathOf(name), { recursive: true, force: true });
	}

	return { link, pathOf, current, install, makeCurrent, prune, remove };
}
