/** A Prometheus of a test's own, which asks processes for their metrics every second. */
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureProgram } from "../../../ops/services/ensure-program.ts";
import { freePort } from "../../../ops/services/free-port.ts";
import { startProgram, whenReady } from "../../../ops/services/program.ts";
import { tempDir } from "./databases.ts";

const RULES = fileURLToPath(new URL("../../../ops/prometheus/rules", import.meta.url));
const READY_WITHIN_MS = 20_000;

export interface Sample {
	readonly labels: Readonly<Record<string, string>>;
	readonly value: number;
}

export interface PrometheusUnderTest {
	/** Rejects with Prometheus's own words when it is no expression. */
	query(expression: string): Promise<readonly Sample[]>;
	stop(): Promise<void>;
}

/** With the project's own rules, and its job `plenum`. */
export async function startPrometheus(
	targets: readonly string[],
	token: string,
): Promise<PrometheusUnderTest> {
	const directory = await tempDir();
	await cp(RULES, join(directory, "rules"), { recursive: true });
	const config = {
		global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
		rule_files: ["rules/*.yml"],
		scrape_configs: [
			{
				job_name: "plenum",
				authorization: { credentials: token },
				static_configs: [{ targets }],
			},
		],
	};
	// JSON is YAML.
	await writeFile(join(directory, "prometheus.yml"), JSON.stringify(config));
	const address = `127.0.0.1:${await freePort()}`;
	const program = await startProgram(
		ensureProgram("Prometheus"),
		[
			"--config.file=prometheus.yml",
			"--storage.tsdb.path=data",
			`--web.listen-address=${address}`,
			"--log.level=warn",
		],
		{ cwd: directory },
	);
	await whenReady("Prometheus", program, {
		withinMs: READY_WITHIN_MS,
		isReady: () =>
			fetch(`http://${address}/-/ready`)
				.then(({ ok }) => ok)
				.catch(() => false),
	});
	return {
		async query(expression) {
			const url = `http://${address}/api/v1/query?${new URLSearchParams({ query: expression })}`;
			const { status, error, data } = (await (await fetch(url)).json()) as Answer;
			if (status !== "success") throw new Error(`${expression}: ${error}`);
			return data.result.map(({ metric, value: [, value] }) => ({
				labels: metric,
				value: Number(value),
			}));
		},
		stop: () => program.stop(),
	};
}

interface Answer {
	readonly status: string;
	readonly error?: string;
	readonly data: {
		readonly result: readonly {
			readonly metric: Readonly<Record<string, string>>;
			readonly value: readonly [at: number, value: string];
		}[];
	};
}
