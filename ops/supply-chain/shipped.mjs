/** What reaches those who run or visit the service: production packages, and those bundled into the pages. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Development dependencies of which the build puts a copy into the pages. */
const BUNDLED = ["@preact/signals", "preact", "uqr"];

/** Entries of the lock file by their path, such as `node_modules/zod`. */
export function shippedPackages(root) {
	const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
	const shipped = new Map(
		Object.entries(packages).filter(([path, { dev, link }]) => path !== "" && !dev && !link),
	);
	const bundled = BUNDLED.map((name) => `node_modules/${name}`);
	for (const path of bundled) {
		const entry = packages[path];
		if (entry === undefined || (shipped.has(path) && !entry.dev)) continue;
		shipped.set(path, entry);
		for (const name of Object.keys(entry.dependencies ?? {})) bundled.push(resolve(path, name));
	}
	return shipped;

	function resolve(from, name) {
		const nested = `${from}/node_modules/${name}`;
		if (nested in packages) return nested;
		const above = from.slice(0, Math.max(0, from.lastIndexOf("/node_modules/")));
		return above === "" ? `node_modules/${name}` : resolve(above, name);
	}
}

/** `node_modules/a/node_modules/@b/c` is `@b/c`. */
export function nameOf(path) {
	return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

/** The checkout, or the folder named by `--root`. */
export function rootFrom(args) {
	const place = args.indexOf("--root");
	return place === -1 ? join(import.meta.dirname, "../..") : args[place + 1];
}
