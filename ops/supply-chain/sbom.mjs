/**
 * Writes the bill of materials of what ships, as CycloneDX JSON, to a file or to the output.
 *
 *   node ops/supply-chain/sbom.mjs [FILE] [--root FOLDER]
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { nameOf, rootFrom, shippedPackages } from "./shipped.mjs";

const root = rootFrom(process.argv);
const file = process.argv[2]?.startsWith("--") ? undefined : process.argv[2];
const bill = JSON.parse(
	execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
		cwd: root,
		encoding: "utf8",
		maxBuffer: 64 * 1024 * 1024,
		stdio: ["ignore", "pipe", "ignore"],
	}),
);
// npm leaves out either all development packages or none; those bundled into the pages do ship.
const shipped = new Set(
	[...shippedPackages(root)].map(([path, { version }]) => `${nameOf(path)}@${version}`),
);
bill.components = bill.components
	.filter(({ name, version }) => shipped.has(`${name}@${version}`))
	.map(({ properties, ...component }) => ({ ...component, scope: "required" }));
const refs = new Set(bill.components.map((component) => component["bom-ref"]));
refs.add(bill.metadata.component["bom-ref"]);
bill.dependencies = bill.dependencies
	.filter(({ ref }) => refs.has(ref))
	.map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));

const text = `${JSON.stringify(bill, null, 2)}\n`;
if (file === undefined) process.stdout.write(text);
else {
	writeFileSync(file, text);
	console.log(`${bill.components.length} components in ${file}`);
}
