/**
 * Asks the registry for known vulnerabilities. Exit code 1 for one of high or critical severity in
 * what ships; all others are told. A registry that cannot be asked is said so, loudly, and is
 * exit code 0, or 2 with --strict: nothing was found is not the same as nothing was asked.
 *
 *   node ops/supply-chain/audit.mjs [--strict] [--root FOLDER]
 */
import { spawnSync } from "node:child_process";
import { rootFrom, shippedPackages } from "./shipped.mjs";

const SERIOUS = new Set(["high", "critical"]);
const WAIT_MS = 60_000;

const root = rootFrom(process.argv);
const { stdout } = spawnSync("npm", ["audit", "--json"], {
	cwd: root,
	encoding: "utf8",
	maxBuffer: 64 * 1024 * 1024,
	timeout: WAIT_MS,
});
const report = parse(stdout);

if (report?.vulnerabilities === undefined) {
	const why = report?.message ?? report?.error?.summary ?? "it did not answer";
	console.error(`NOT AUDITED: this registry cannot be asked for vulnerabilities (${why}).`);
	console.error("Run this again with a registry that has an audit endpoint.");
	process.exitCode = process.argv.includes("--strict") ? 2 : 0;
} else {
	const shipped = shippedPackages(root);
	const found = Object.values(report.vulnerabilities).map(({ name, severity, range, nodes }) => ({
		text: `${severity}: ${name} ${range}`,
		ships: nodes.some((path) => shipped.has(path)),
		isSerious: SERIOUS.has(severity),
	}));
	for (const { text, ships } of found) {
		console.log(ships ? text : `${text} (development only)`);
	}
	const stopping = found.filter(({ ships, isSerious }) => ships && isSerious);
	console.log(
		`${found.length} known vulnerabilities, ${stopping.length} serious ones in what ships`,
	);
	process.exitCode = stopping.length > 0 ? 1 : 0;
}

function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
