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
const days = z
	.string()
	.regex(/^[1-9]\d{0,3}$/, "must be a number of days from 1 to 9999")
	.transform(Number);
const oneOf = <Word extends string>(...words: readonly Word[]) =>
	z.enum(words, { error: `must be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}` });
/** What a header can carry, and an end of which nothing is trimmed away. */
const key = z
	.string()
	.min(16, "must have at least 16 characters")
	.regex(
		/^[!-~][ -~]{0,510}[!-~]$/,
		"must be at most 512 characters of ASCII, none of them control",
	);
const list = z
	.string()
	.default("")
	.transform((value) =>
		value
			.split(",")
			.map((item) => item.trim())
			.filter((item) => item !== ""),
	);

const schema = z
	.object({
		PORT: port.default(2567),
		/** The address to listen on, as 127.0.0.1 behind a proxy; unset: all of the machine's. */
		HOST: z
			.string()
			.refine((address) => isIP(address) !== 0, "must be an IP address")
			.optional(),
		/**
		 * `host[:port][/path]` through which a browser reaches this very process; `/path` alone stands
		 * for that path under whatever host the browser came to.
		 */
		PUBLIC_ADDRESS: z
			.string()
			.regex(
				/^([\w.-]+(:\d{1,5})?)?(\/[\w./-]*)?$/,
				"must be host[:port][/path] without a scheme, or /path alone",
			)
			.optional(),
		DATABASE_URL: z
			.string()
			.refine((url) => /^postgres(ql)?:\/\/\S+$/.test(url) && URL.canParse(url), {
				error: "must be a postgres:// address",
			})
			.optional(),
		/** Of a standby, for results and exports of polls that have ended. */
		DATABASE_REPLICA_URL: z
			.string()
			.refine((url) => /^postgres(ql)?:\/\/\S+$/.test(url) && URL.canParse(url), {
				error: "must be a postgres:// address",
			})
			.optional(),
		DATA_DIR: z.string().default("./data"),
		/** Set: one of several processes, which share it and the database. */
		REDIS_URL: z
			.string()
			.refine((url) => /^rediss?:\/\/\S+$/.test(url) && URL.canParse(url), {
				error: "must be a redis:// address",
			})
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
		/** Of whoever may look at metrics, logs' levels and the monitor. */
		OPS_TOKEN: key.optional(),
		/** A port of their own for these, not to be published; unset: beside everything else. */
		OPS_PORT: port.optional(),
		/** Days after a poll's last activity after which it is deleted. */
		RETENTION_DAYS: days.default(30),
		/** Days for which the lines of the audit log are kept. */
		AUDIT_RETENTION_DAYS: days.default(90),
		/** `off` only for load tests: everybody may ask as often as they like. */
		RATE_LIMITS: oneOf("on", "off").default("on"),
		/** `development` opens the ops routes to this machine where there is no token. */
		NODE_ENV: z.string().default("production"),
		/** `yes` after a rollout: migrations only add, so the release before runs on the newer schema. */
		ACCEPT_NEWER_SCHEMA: oneOf("yes", "no").default("no"),
		HOST_KEY: key.optional(),
		LOG_LEVEL: oneOf("trace", "debug", "info", "warn", "error", "fatal").default("info"),
	})
	.refine(({ REDIS_URL, DATABASE_URL }) => REDIS_URL === undefined || DATABASE_URL !== undefined, {
		path: ["REDIS_URL"],
		error: "needs DATABASE_URL as well: several processes cannot share an embedded database",
	});

/** Variables whose value may stand in a file named by `NAME_FILE`. */
const SECRETS = [
	"DATABASE_REPLICA_URL",
	"DATABASE_URL",
	"HOST_KEY",
	"OPS_TOKEN",
	"REDIS_URL",
] as const;

export interface Config {
	readonly port: number;
	readonly host: string | undefined;
	readonly publicAddress: string | undefined;
	readonly databaseUrl: string | undefined;
	readonly databaseReplicaUrl: string | undefined;
	readonly dataDir: string;
	readonly redisUrl: string | undefined;
	readonly corsOrigins: readonly string[];
	readonly trustedProxies: readonly string[];
	readonly hostKey: string | undefined;
	readonly opsToken: string | undefined;
	readonly opsPort: number | undefined;
	readonly retentionDays: number;
	readonly auditRetentionDays: number;
	readonly rateLimits: boolean;
	readonly acceptNewerSchema: boolean;
	readonly isDevelopment: boolean;
	readonly logLevel: z.output<typeof schema>["LOG_LEVEL"];
	readonly limits: Limits;
	/** What starts as well and is probably not meant, a sentence each. */
	readonly warnings: readonly string[];
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
	/** A sentence by variable. */
	const problems = new Map<string, string>();
	const variables = withSecretFiles(withoutEmpty(source), problems);
	const parsed = schema.safeParse(variables);
	const limits = readLimits(variables);
	const issues = [...(parsed.error?.issues ?? []), ...(limits.error?.issues ?? [])];
	for (const { path, message } of issues) {
		const name = String(path[0]);
		if (!problems.has(name)) problems.set(name, `${name} ${message}`);
	}
	if (parsed.data === undefined || limits.data === undefined || problems.size > 0) {
		throw new ConfigError([...problems.values()].join("\n"));
	}
	const { data } = parsed;
	return {
		port: data.PORT,
		host: data.HOST,
		publicAddress: data.PUBLIC_ADDRESS,
		databaseUrl: data.DATABASE_URL,
		databaseReplicaUrl: data.DATABASE_REPLICA_URL,
		dataDir: data.DATA_DIR,
		redisUrl: data.REDIS_URL,
		corsOrigins: data.CORS_ORIGINS,
		trustedProxies: data.TRUSTED_PROXIES,
		hostKey: data.HOST_KEY,
		opsToken: data.OPS_TOKEN,
		opsPort: data.OPS_PORT,
		retentionDays: data.RETENTION_DAYS,
		auditRetentionDays: data.AUDIT_RETENTION_DAYS,
		rateLimits: data.RATE_LIMITS === "on",
		acceptNewerSchema: data.ACCEPT_NEWER_SCHEMA === "yes",
		isDevelopment: data.NODE_ENV === "development",
		logLevel: data.LOG_LEVEL,
		limits: limits.data,
		warnings: warningsAbout(data, variables),
	};
}

function warningsAbout(
	data: z.output<typeof schema>,
	variables: NodeJS.ProcessEnv,
): readonly string[] {
	const isOff = data.RATE_LIMITS === "off";
	// No reason not to start: after a rollback the release before is given the newer one's.
	const unknown = Object.keys(variables).filter(
		(name) => name.startsWith("LIMIT_") && !variableNames.includes(name),
	);
	return [
		...(isOff ? ["RATE_LIMITS=off: nobody is kept from flooding or guessing"] : []),
		...unknown.map(
			(name) => `${name} is no limit and changes nothing; .env.example lists them all`,
		),
	];
}

const ORDERED_LIMITS = [
	["optionsMin", "optionsMax"],
	["capacityDefault", "capacityMax"],
] as const satisfies readonly (readonly [keyof Limits, keyof Limits])[];

/** `capacityMax` is `LIMIT_CAPACITY_MAX`, and so on for every limit. */
export function limitVariable(name: string): string {
	return `LIMIT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Every variable that is read. */
export const variableNames: readonly string[] = [
	...Object.keys(schema.shape),
	...SECRETS.map((name) => `${name}_FILE`),
	...Object.keys(defaultLimits).map(limitVariable),
];

const LIMIT_MAX = 2_000_000;
const limit = z.coerce
	.number({ error: "must be a whole number" })
	.int("must be a whole number")
	.min(1, "must be at least 1")
	.max(LIMIT_MAX, `must be at most ${LIMIT_MAX}`);

function readLimits(variables: NodeJS.ProcessEnv) {
	const entries = Object.entries(defaultLimits).map(([name, value]) => [
		limitVariable(name),
		limit.default(value),
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

function withSecretFiles(
	source: NodeJS.ProcessEnv,
	problems: Map<string, string>,
): NodeJS.ProcessEnv {
	const variables = { ...source };
	for (const name of SECRETS) {
		const file = source[`${name}_FILE`];
		if (file === undefined) continue;
		if (source[name] !== undefined) {
			problems.set(name, `${name} and ${name}_FILE are both set; keep one`);
			continue;
		}
		try {
			variables[name] = readFileSync(file, "utf8").trim();
		} catch {
			problems.set(name, `${name}_FILE names a file that cannot be read`);
		}
	}
	return variables;
}
