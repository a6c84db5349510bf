/** All configuration, from the environment; the only reader of `process.env`. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { z } from "zod";
import { defaultLimits, type Limits } from "../schema/limits.ts";

const port = z
	.string()
	.regex(/^\d{1,5}$/, "must be a number from 0 to 65535")
	.transform(Number)
	.pipe(z.int().max(65_535, "must be a number from 0 to 65535"));
const list = z
	.string()
	.default("")
	.transform((value) =>
		value
			.split(",")
			.map((item) => item.trim())
			.filter((item) => item !== ""),
	);

const schema = z.object({
	PORT: port.default(2567),
	/** `host[:port][/path]` through which a browser reaches this very process. */
	PUBLIC_ADDRESS: z
		.string()
		.regex(/^[\w.-]+(:\d{1,5})?(\/[\w./-]*)?$/, "must be host[:port][/path] without a scheme")
		.optional(),
	DATABASE_URL: z
		.string()
		.refine((url) => /^postgres(ql)?:\/\/\S+$/.test(url) && URL.canParse(url), {
			error: "must be a postgres:// address",
		})
		.optional(),
	DATA_DIR: z.string().default("./data"),
	REDIS_URL: z
		.undefined("several processes are not supported by this version yet; unset it")
		.optional(),
	CORS_ORIGINS: list.pipe(
		z.array(
			z.string().refine((origin) => URL.canParse(origin) && new URL(origin).origin === origin, {
				error: "must be origins such as https://polls.example, separated by commas",
			}),
		),
	),
	TRUSTED_PROXIES: list.pipe(
		z.array(
			z.string().refine(isProxy, {
				error: "must be IP addresses or networks such as 10.0.0.0/8, separated by commas",
			}),
		),
	),
	HOST_KEY: z.string().min(16, "must have at least 16 characters").optional(),
	LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal"]).default("info"),
});

/** Variables whose value may stand in a file named by `NAME_FILE`. */
const SECRETS = ["DATABASE_URL", "HOST_KEY"] as const;

export interface Config {
	readonly port: number;
	readonly publicAddress: string | undefined;
	readonly databaseUrl: string | undefined;
	readonly dataDir: string;
	readonly corsOrigins: readonly string[];
	readonly trustedProxies: readonly string[];
	readonly hostKey: string | undefined;
	readonly logLevel: z.output<typeof schema>["LOG_LEVEL"];
	readonly limits: Limits;
}

/** What Express takes for a proxy: an address, a network, or the name of a range. */
function isProxy(item: string): boolean {
	if (["loopback", "linklocal", "uniquelocal"].includes(item)) return true;
	const [address = "", bits = "32", ...more] = item.split("/");
	const bitsMax = isIP(address) === 6 ? 128 : 32;
	const isRange = /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= bitsMax;
	return isIP(address) !== 0 && isRange && more.length === 0;
}

/** Says which variables are wrong and how, a line each. */
export class ConfigError extends Error {}

/** Throws `ConfigError` that names every wrong variable. Empty values count as unset. */
export function readConfig(source: NodeJS.ProcessEnv = process.env): Config {
	const variables = withSecretFiles(withoutEmpty(source));
	const parsed = schema.safeParse(variables);
	const limits = readLimits(variables);
	const problems = new Map<string, string>();
	const issues = [...(parsed.error?.issues ?? []), ...(limits.error?.issues ?? [])];
	for (const { path, message } of issues) {
		const name = String(path[0]);
		if (!problems.has(name)) problems.set(name, `${name} ${message}`);
	}
	if (parsed.data === undefined || limits.data === undefined) {
		throw new ConfigError([...problems.values()].join("\n"));
	}
	const { data } = parsed;
	return {
		port: data.PORT,
		publicAddress: data.PUBLIC_ADDRESS,
		databaseUrl: data.DATABASE_URL,
		dataDir: data.DATA_DIR,
		corsOrigins: data.CORS_ORIGINS,
		trustedProxies: data.TRUSTED_PROXIES,
		hostKey: data.HOST_KEY,
		logLevel: data.LOG_LEVEL,
		limits: limits.data,
	};
}

const ORDERED_LIMITS = [
	["optionsMin", "optionsMax"],
	["capacityDefault", "capacityMax"],
] as const satisfies readonly (readonly [keyof Limits, keyof Limits])[];

/** `capacityMax` is `LIMIT_CAPACITY_MAX`, and so on for every limit. */
export function limitVariable(name: string): string {
	return `LIMIT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function readLimits(variables: NodeJS.ProcessEnv) {
	const entries = Object.entries(defaultLimits).map(([name, value]) => [
		limitVariable(name),
		z.coerce.number().int().min(1).max(2_000_000).default(value),
	]);
	return z
		.object(Object.fromEntries(entries) as Record<string, z.ZodType<number>>)
		.transform((values) => {
			const names = Object.keys(defaultLimits) as (keyof Limits)[];
			const limits = names.map((name) => [name, values[limitVariable(name)]]);
			return Object.fromEntries(limits) as Limits;
		})
		.superRefine((limits, context) => {
			for (const [low, high] of ORDERED_LIMITS) {
				if (limits[low] <= limits[high]) continue;
				const message = `must not be above ${limitVariable(high)} (${limits[high]})`;
				context.addIssue({ code: "custom", path: [limitVariable(low)], message });
			}
		})
		.safeParse(variables);
}

function withoutEmpty(source: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
}

function withSecretFiles(source: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const variables = { ...source };
	for (const name of SECRETS) {
		const file = source[`${name}_FILE`];
		if (file === undefined) continue;
		if (source[name] !== undefined)
			throw new ConfigError(`${name} and ${name}_FILE are both set; keep one`);
		try {
			variables[name] = readFileSync(file, "utf8").trim();
		} catch {
			throw new ConfigError(`${name}_FILE names a file that cannot be read`);
		}
	}
	return variables;
}
