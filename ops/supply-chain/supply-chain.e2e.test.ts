import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layers } from "../../server/test/layers.ts";

interface Ended {
	readonly code: number;
	readonly output: string;
	readonly errors: string;
}

function run(script: string, args: readonly string[] = [], environment = {}): Promise<Ended> {
	return new Promise((resolve) => {
		const child = execFile(
			process.execPath,
			[join(import.meta.dirname, script), ...args],
			{ env: { ...process.env, ...environment }, maxBuffer: 2 ** 26 },
			(_error, output, errors) => resolve({ code: child.exitCode ?? -1, output, errors }),
		);
	});
}

const packages = {
	"": { name: "shop", version: "1.0.0", dependencies: { till: "1.0.0" }, devDependencies: {} },
	"node_modules/till": { version: "1.0.0", license: "MIT", dependencies: { coin: "2.0.0" } },
	"node_modules/coin": { version: "2.0.0", license: "(GPL-3.0 OR Apache-2.0)" },
	"node_modules/broom": { version: "3.0.0", license: "GPL-3.0", dev: true },
	"node_modules/preact": { version: "11.2.0", license: "MIT", dev: true },
};

describe("the supply chain", function () {
	this.timeout(60_000);
	let root: string;

	beforeEach(async () => {
		root = await mkdtemp(join(tmpdir(), "plenum-supply-"));
		await lock({});
	});
	afterEach(() => rm(root, { recursive: true, force: true }));

	/** A checkout with these packages beside the usual ones. */
	async function lock(more: Record<string, object>): Promise<void> {
		const { "": own } = packages;
		const dependencies = { ...own.dependencies, ...versions(more) };
		const devDependencies = { broom: "3.0.0", preact: "11.2.0" };
		const top = { ...own, dependencies, devDependencies };
		await writeFile(join(root, "package.json"), JSON.stringify(top));
		const all = { ...packages, "": top, ...more };
		const file = { name: "shop", version: "1.0.0", lockfileVersion: 3, packages: all };
		await writeFile(join(root, "package-lock.json"), JSON.stringify(file));
	}
	const versions = (more: Record<string, object>) =>
		Object.fromEntries(Object.keys(more).map((path) => [path.slice(13), "1.0.0"]));

	describe("[Y7] licences", () => {
		it("of everything that ships here are on the list, also of what the pages are built from", async () => {
			const { code, output } = await run("licences.mjs", ["--list"]);
			equal(code, 0);
			match(output, /^express@\d/m);
			const bundled = layers.flatMap(({ isBundled, packages }) =>
				isBundled && packages !== "any" ? packages : [],
			);
			for (const name of [...bundled, "@preact/signals-core"])
				ok(output.includes(`\n${name}@`), name);
			ok(!/^(mocha|vite)@/m.test(output));
		});

		it("that are on the list pass, and development packages are not asked", async () => {
			const { code, output } = await run("licences.mjs", ["--root", root]);
			deepEqual([code, output], [0, "3 packages ship, 0 with a licence not on the list\n"]);
		});

		for (const license of ["GPL-3.0", "MIT AND GPL-3.0", "SEE LICENSE IN FILE", undefined]) {
			it(`such as ${license} are named and fail the check`, async () => {
				await lock({ "node_modules/safe": { version: "1.0.0", ...(license && { license }) } });
				const { code, errors } = await run("licences.mjs", ["--root", root]);
				equal(code, 1);
				match(errors, /safe@1\.0\.0/);
			});
		}

		it("of no packages at all are no check", async () => {
			await writeFile(join(root, "package-lock.json"), JSON.stringify({ packages: { "": {} } }));
			equal((await run("licences.mjs", ["--root", root])).code, 1);
		});
	});

	it("[Y8] the bill of materials names all that ships, and nothing that does not", async () => {
		const { code, output } = await run("sbom.mjs", ["--root", root]);
		equal(code, 0);
		const bill = JSON.parse(output);
		equal(bill.bomFormat, "CycloneDX");
		deepEqual(bill.components.map(({ purl }: { purl: string }) => purl).sort(), [
			"pkg:npm/coin@2.0.0",
			"pkg:npm/preact@11.2.0",
			"pkg:npm/till@1.0.0",
		]);
		const refs = bill.dependencies.map(({ ref }: { ref: string }) => ref).sort();
		deepEqual(refs, ["coin@2.0.0", "preact@11.2.0", "shop@1.0.0", "till@1.0.0"]);
	});

	describe("[Y9] known vulnerabilities", () => {
		let registry: Server;
		afterEach((done) => void registry.close(done));

		/** Asks npm's audit at a registry that knows these packages to be vulnerable, or knows no audit. */
		async function audit(known: Record<string, string> | undefined, args: readonly string[] = []) {
			registry = createServer((request, response) => {
				if (request.method !== "POST" || known === undefined) {
					response.writeHead(request.method === "POST" ? 405 : 404).end("{}");
					return;
				}
				const advisories = Object.entries(known).map(([name, severity], id) => [
					name,
					[{ id, severity, title: "A hole", url: "", vulnerable_versions: "*" }],
				]);
				response.setHeader("content-type", "application/json");
				response.end(JSON.stringify(Object.fromEntries(advisories)));
			}).listen(0, "127.0.0.1");
			await new Promise((resolve) => registry.once("listening", resolve));
			const { port } = registry.address() as AddressInfo;
			return run("audit.mjs", ["--root", root, ...args], {
				npm_config_registry: `http://127.0.0.1:${port}/`,
				npm_config_cache: join(root, "cache"),
				npm_config_fetch_retries: "0",
			});
		}

		for (const [name, severity, code] of [
			["coin", "high", 1],
			["till", "critical", 1],
			["preact", "high", 1],
			["coin", "moderate", 0],
			["broom", "critical", 0],
		] as const) {
			it(`${severity} in ${name}: exit code ${code}`, async () => {
				const answer = await audit({ [name]: severity });
				match(answer.output, new RegExp(`^${severity}: ${name} `, "m"));
				equal(answer.code, code);
			});
		}

		it("none: exit code 0", async () => {
			const { code, output } = await audit({});
			deepEqual([code, output], [0, "0 known vulnerabilities, 0 serious ones in what ships\n"]);
		});

		it("a registry that cannot be asked is said so, and fails where that is wanted", async () => {
			const { code, errors } = await audit(undefined);
			equal(code, 0);
			match(errors, /^NOT AUDITED: .*405/);
			registry.close();
			equal((await audit(undefined, ["--strict"])).code, 2);
		});
	});
});
