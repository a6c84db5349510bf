/**
 * Checks the licence of everything that ships against a list of those that ask for no more than
 * to be named. Exit code 1, with a line each, for any other and for a package that names none.
 *
 *   node ops/supply-chain/licences.mjs [--list] [--root FOLDER]
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nameOf, rootFrom, shippedPackages } from "./shipped.mjs";

const ALLOWED = new Set([
	"0BSD",
	"Apache-2.0",
	"BlueOak-1.0.0",
	"BSD-2-Clause",
	"BSD-3-Clause",
	"CC0-1.0",
	"ISC",
	"MIT",
	"MIT-0",
	"PostgreSQL",
	"Python-2.0",
	"Unlicense",
	"Zlib",
]);

const root = rootFrom(process.argv);
const shipped = [...shippedPackages(root)].map(([path, { version, license }]) => ({
	name: `${nameOf(path)}@${version}`,
	licence: license ?? licenceInstalled(path),
}));
const refused = shipped.filter(({ licence }) => !isAllowed(licence));

if (process.argv.includes("--list")) {
	for (const { name, licence } of shipped) console.log(`${name}  ${licence ?? "none"}`);
}
for (const { name, licence } of refused) {
	console.error(`${name} has the licence ${licence ?? "none"}, which is not on the list`);
}
if (shipped.length === 0) console.error("No packages were found: that is no check.");
console.log(`${shipped.length} packages ship, ${refused.length} with a licence not on the list`);
process.exitCode = refused.length > 0 || shipped.length === 0 ? 1 : 0;

/** Old packages name it in other forms, which the lock file leaves out. */
function licenceInstalled(path) {
	try {
		const { license, licenses } = JSON.parse(
			readFileSync(join(root, path, "package.json"), "utf8"),
		);
		const named = [license ?? licenses].flat().map((item) => item?.type ?? item);
		return named.every((item) => typeof item === "string") ? named.join(" AND ") : undefined;
	} catch {
		return undefined;
	}
}

/** SPDX expressions without exceptions: one side of an OR, all sides of an AND. */
function isAllowed(expression) {
	if (expression === undefined) return false;
	const text = expression.trim().replace(/^\((.*)\)$/, "$1");
	if (/[()]/.test(text)) return false;
	return text
		.split(" OR ")
		.some((choice) => choice.split(" AND ").every((licence) => ALLOWED.has(licence.trim())));
}
