/** The packages of a release, by the real npm, of packages that no registry has to be asked for. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const RELEASES = new URL("releases.mjs", import.meta.url).href;
const OFFLINE = ["--offline", "--no-audit", "--no-fund", "--silent"];

describe("the packages of a release", function () {
	this.timeout(120_000);
	let base: string;

	before(async () => {
		base = await mkdtemp(join(tmpdir(), "plenum-releases-"));
		await pack("greeting", { postinstall: "touch scripts-have-run" });
		await pack("only-for-development", {});
	});

	after(() => rm(base, { recursive: true, force: true }));

	it("[I13] come by npm ci from the lock file, for production only, and no script of theirs runs", async () => {
		await install(await checkout("first"), "one");
		assert.deepEqual(await packagesOf("one"), ["greeting"]);
		assert.equal(
			existsSync(join(base, "releases/one/node_modules/greeting/scripts-have-run")),
			false,
		);
	});

	it("[I13] are those of the running release where the lock file is the same", async () => {
		await run("ln", ["-sfn", "releases/one", join(base, "current")]);
		await writeFile(join(base, "releases/one/node_modules/greeting/mark"), "copied");
		await install(await checkout("second"), "two");
		const mark = join(base, "releases/two/node_modules/greeting/mark");
		assert.equal(await readFile(mark, "utf8"), "copied");
	});

	it("[I13] that cannot be had leave no release, and npm's own words", async () => {
		const from = await checkout("third");
		// Another one than the running release's, and of a package that is gone.
		const lock = join(from, "package-lock.json");
		await writeFile(lock, `${await readFile(lock, "utf8")}\n`);
		await rm(join(base, "greeting-1.0.0.tgz"));
		await assert.rejects(install(from, "three"), /npm ci failed: .*ENOENT/s);
		assert.deepEqual((await readdir(join(base, "releases"))).sort(), ["one", "two"]);
	});

	async function pack(name: string, scripts: Record<string, string>): Promise<void> {
		const folder = join(base, name);
		await mkdir(folder);
		await writeFile(
			join(folder, "package.json"),
			JSON.stringify({ name, version: "1.0.0", scripts }),
		);
		await run("npm", ["pack", "--silent", "--pack-destination", base], { cwd: folder });
	}

	async function checkout(name: string): Promise<string> {
		const folder = join(base, name);
		await mkdir(join(folder, "dist"), { recursive: true });
		const of = (other: string) => ({ [other]: `file:${join(base, other)}-1.0.0.tgz` });
		const about = {
			...{ name: "release", version: "1.0.0" },
			...{ dependencies: of("greeting"), devDependencies: of("only-for-development") },
		};
		await writeFile(join(folder, "package.json"), JSON.stringify(about));
		await writeFile(join(folder, ".npmrc"), "");
		await writeFile(join(folder, "ecosystem.config.cjs"), "");
		await run("npm", ["install", "--package-lock-only", ...OFFLINE], { cwd: folder });
		return folder;
	}

	/** As the rollout does it: plain Node, before anything is installed. */
	async function install(from: string, name: string): Promise<void> {
		const code = `import { releases } from ${JSON.stringify(RELEASES)};
			releases(${JSON.stringify(base)}).install(${JSON.stringify(from)}, ${JSON.stringify(name)});`;
		await run(process.execPath, ["--input-type=module", "--eval", code]);
	}

	async function packagesOf(name: string): Promise<readonly string[]> {
		const names = await readdir(join(base, "releases", name, "node_modules"));
		return names.filter((each) => !each.startsWith("."));
	}
});
