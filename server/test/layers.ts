/**
 * The layer table: who may import what. Read it from the top; the first row whose area holds a
 * file is its row. What a row does not name is forbidden, and a file without a row as well.
 */
import { codeOnly, type Import, importsOf, isTestFile, type SourceFile } from "./source-files.ts";

interface Layer {
	/** Folders (`server/domain`) or single files without their extension (`schema/ids`). */
	readonly areas: readonly string[];
	/** Areas of ours whose values and types it may import; its own are always allowed. */
	readonly may?: readonly string[];
	/** Areas of which it may import types only. */
	readonly mayTypes?: readonly string[];
	/** Carved out of the above. */
	readonly never?: readonly string[];
	readonly packages: readonly string[] | "any";
	/** Node's own modules. */
	readonly node: boolean;
	/** Its packages end up in the build, so that development dependencies will do. */
	readonly isBundled?: true;
	/** It runs from a checkout alone. */
	readonly isOfCheckout?: true;
}

/** The part of the schema that is plain words and numbers, without any package. */
const WORDS = [
	"schema/ids",
	"schema/limits",
	"schema/poll-code",
	"schema/poll-words",
	"schema/refusals",
];
const DATABASE = ["pg", "drizzle-orm", "@electric-sql/pglite"];
const COLYSEUS = [
	"@colyseus/core",
	"@colyseus/monitor",
	"@colyseus/redis-driver",
	"@colyseus/redis-presence",
	"@colyseus/schema",
	"@colyseus/shared-types",
	"@colyseus/ws-transport",
	"ioredis",
	"msgpackr",
	"ws",
];
const DECIDE = ["server/domain/decide", "server/domain/decide-vote"];

export const layers: readonly Layer[] = [
	{ areas: WORDS, packages: [], node: false },
	{ areas: ["schema"], packages: ["zod", "@colyseus/schema", "drizzle-orm"], node: false },

	// The composition root and the entry points know every part; nothing imports them but each other.
	{
		areas: [
			"server/main",
			"server/compose",
			"server/web",
			"server/migrate-main",
			"server/retention-main",
		],
		may: ["server", "schema"],
		packages: "any",
		node: true,
	},
	{
		areas: ["server/config", "server/greeting", "server/start-failure", "server/version"],
		may: ["schema", "server/lib", "server/cluster/redis-link"],
		packages: ["zod"],
		node: true,
	},

	{ areas: ["server/lib"], packages: [], node: true },
	{
		areas: ["server/audit"],
		may: ["schema", "server/lib", "server/identity", "server/storage"],
		mayTypes: ["server/telemetry"],
		packages: ["drizzle-orm"],
		node: true,
	},
	{
		areas: ["server/limits"],
		may: ["schema", "server/lib", "server/identity"],
		never: ["schema/tables"],
		packages: ["express", "express-rate-limit", "lru-cache", "rate-limit-redis"],
		node: true,
	},
	{ areas: ["server/identity"], may: ["schema", "server/lib"], packages: [], node: true },
	{ areas: ["server/resilience"], may: ["server/lib"], packages: ["cockatiel"], node: true },
	{
		areas: ["server/telemetry"],
		may: ["schema", "server/lib"],
		mayTypes: [
			"server/actor",
			"server/domain",
			"server/journal",
			"server/limits",
			"server/resilience",
			"server/storage",
		],
		packages: ["pino", "pino-pretty", "prom-client"],
		node: true,
	},

	{ areas: ["server/domain"], may: [...WORDS, "server/lib"], packages: [], node: false },
	{
		areas: ["server/actor"],
		may: [...WORDS, "server/domain", "server/lib"],
		mayTypes: ["server/journal"],
		packages: [],
		node: false,
	},
	{
		areas: ["server/journal", "server/storage"],
		may: [
			"schema",
			"server/catalog",
			"server/journal",
			"server/lib",
			"server/resilience",
			"server/storage",
		],
		mayTypes: ["server/domain"],
		packages: [...DATABASE, "postgrator"],
		node: true,
	},
	{
		// Folds the journal of a poll that sleeps, hence evolve and tally; it decides nothing.
		areas: ["server/catalog"],
		may: [
			"schema",
			"server/domain",
			"server/journal",
			"server/lib",
			"server/resilience",
			"server/storage",
		],
		never: DECIDE,
		packages: [...DATABASE, "csv-stringify", "lru-cache"],
		node: true,
	},
	{
		areas: ["server/room", "server/cluster"],
		may: [
			"schema",
			"server/actor",
			"server/cluster",
			"server/domain",
			"server/identity",
			"server/lib",
			"server/limits",
			"server/resilience",
			"server/room",
			"server/telemetry",
		],
		mayTypes: ["server/journal"],
		never: [...DECIDE, "schema/tables"],
		packages: [...COLYSEUS, "lru-cache", "zod"],
		node: true,
	},
	{
		areas: ["server/http"],
		may: [
			"schema",
			"server/catalog",
			"server/cluster",
			"server/identity",
			"server/lib",
			"server/limits",
			"server/resilience",
			"server/telemetry",
		],
		mayTypes: ["server/audit"],
		never: ["schema/tables"],
		packages: ["express", "helmet", "zod"],
		node: true,
	},

	{
		areas: ["client/src/session"],
		may: ["schema"],
		never: ["schema/tables"],
		packages: ["@colyseus/schema", "@colyseus/sdk"],
		node: false,
	},
	// The pages: Vite bundles what they import, and of zod only types may be reached.
	{
		areas: ["client/src/i18n"],
		may: WORDS,
		packages: ["@preact/signals"],
		node: false,
		isBundled: true,
	},
	{
		areas: ["client/src/state"],
		may: [...WORDS, "client/src/i18n", "client/src/session"],
		mayTypes: ["schema/wire", "schema/view"],
		packages: ["@preact/signals", "preact"],
		node: false,
		isBundled: true,
	},
	{
		areas: ["client/src/ui"],
		may: [...WORDS, "client/src/i18n", "client/src/state"],
		mayTypes: ["client/src/session"],
		packages: ["@preact/signals", "preact", "uqr"],
		node: false,
		isBundled: true,
	},
	{
		areas: ["client/src"],
		may: WORDS,
		mayTypes: ["schema/wire", "schema/view"],
		packages: ["@preact/signals", "preact"],
		node: false,
		isBundled: true,
	},
	{
		// Reads the same variables, and respects the same lock, as the server beside which it runs.
		areas: ["ops/backup"],
		may: [
			"ops/services",
			"schema",
			"server/config",
			"server/start-failure",
			"server/storage/data-dir-lock",
			"server/version",
		],
		packages: "any",
		node: true,
	},
	{
		areas: ["ops/bench/kit/browser"],
		may: ["ops/bench/kit/phone"],
		...{ packages: "any", node: true, isOfCheckout: true },
	},
	{ areas: ["ops"], may: ["client/src/session", "schema"], packages: "any", node: true },
];

/** What is wrong with a file's imports, one sentence each. */
export function forbiddenImports(file: SourceFile): readonly string[] {
	if (isTestFile(file.path)) return [];
	const layer = layerOf(withoutExtension(file.path));
	if (layer === undefined) return [`${file.path} is in no layer: give it a row in the table`];
	return importsOf(file)
		.filter((found) => !isAllowed(layer, found))
		.map(({ target, isTypeOnly }) => {
			const what = isTypeOnly ? "types of" : "values of";
			return `${file.path} must not import ${what} ${target}`;
		});
}

/** Clock, chance, waiting and the outside world: the domain gets their results as arguments. */
const IMPURE =
	/\b(?:async|await|console|crypto|Date|fetch|globalThis|Math\.random|performance|process|Promise|queueMicrotask|setImmediate|setInterval|setTimeout)\b/g;

export function impurities({ path, text }: SourceFile): readonly string[] {
	if (!isBelow(path, "server/domain") || isTestFile(path)) return [];
	return [...codeOnly(text).matchAll(IMPURE)].map(([word]) => `${path} must not use ${word}`);
}

/** `process.env` and the ways around it: destructuring, an index, the module. */
const ENVIRONMENT =
	/\bprocess\s*(?:\?\.|\.)\s*env\b|=\s*process\s*[;,]|\bprocess\s*\[|node:process/;

export function environmentReads({ path, text }: SourceFile): readonly string[] {
	if (!isBelow(path, "server") || isTestFile(path) || path === "server/config.ts") return [];
	const imports = importsOf({ path, text }).some(({ target }) => target === "node:process");
	if (!imports && !ENVIRONMENT.test(codeOnly(text))) return [];
	return [`${path} reads the environment: only server/config.ts does`];
}

/** Packages that running code needs but that a production install leaves out. */
export function undeclaredPackages(
	file: SourceFile,
	dependencies: ReadonlySet<string>,
): readonly string[] {
	const layer = layerOf(withoutExtension(file.path));
	if (isTestFile(file.path) || layer?.isBundled || layer?.isOfCheckout) return [];
	return importsOf(file)
		.filter(({ target, isOurs, isTypeOnly }) => !isOurs && !isTypeOnly && !isNode(target))
		.filter(({ target }) => !dependencies.has(target))
		.map(({ target }) => `${file.path} imports ${target}, which is not in "dependencies"`);
}

function isAllowed(layer: Layer, { target, isOurs, isTypeOnly }: Import): boolean {
	if (!isOurs) {
		if (isNode(target)) return layer.node;
		return layer.packages === "any" || layer.packages.includes(target);
	}
	if (isTestFile(`${target}.ts`)) return false;
	const within = (areas: readonly string[] = []) => areas.some((area) => isBelow(target, area));
	if (within(layer.never)) return false;
	if (within(layer.areas) || within(layer.may)) return true;
	return isTypeOnly && within(layer.mayTypes);
}

function layerOf(path: string): Layer | undefined {
	return layers.find(({ areas }) => areas.some((area) => isBelow(path, area)));
}

function isBelow(path: string, area: string): boolean {
	return path === area || path.startsWith(`${area}/`);
}

function isNode(target: string): boolean {
	return target.startsWith("node:");
}

function withoutExtension(path: string): string {
	return path.replace(/\.tsx?$/, "");
}
