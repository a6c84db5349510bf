/**
 * Preloaded into a server under test: exports of its modules are replaced by others, so that one
 * control is off and everything else is as it was. TEST_OVERRIDES has the replacements by module.
 */
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

const MARK = "?override=";
/** A module's path below dist/, or a package's name; its value is the text of a module. */
const overrides = JSON.parse(process.env.TEST_OVERRIDES ?? "{}");

if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, nextResolve) {
	const resolved = await nextResolve(specifier, context);
	// What an override itself imports is the original.
	if (context.parentURL?.includes(MARK)) return resolved;
	const name = Object.keys(overrides).find(
		(module) => specifier === module || resolved.url.endsWith(`/dist/${module}.js`),
	);
	if (name === undefined) return resolved;
	return { ...resolved, format: "module", url: resolved.url + MARK + encodeURIComponent(name) };
}

export async function load(url, context, nextLoad) {
	const [original, name] = url.split(MARK);
	if (name === undefined) return nextLoad(url, context);
	const from = JSON.stringify(original);
	// What stands in the module itself goes before what it exports as a whole.
	const source = `import * as original from ${from};\nexport * from ${from};\n${overrides[decodeURIComponent(name)]}`;
	return { format: "module", shortCircuit: true, source };
}
