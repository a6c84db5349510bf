import { ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ensureProgram } from "../services/ensure-program.ts";

const OPS = fileURLToPath(new URL("..", import.meta.url));

describe("Prometheus of docker-compose.yml, by promtool", function () {
	// Where it is missing it is installed first.
	this.timeout(600_000);

	it("[Q16] its configuration is one, with the rules and the secret where they are mounted", async () => {
		const folder = await mkdtemp(join(tmpdir(), "plenum-prometheus-"));
		try {
			await cp(join(OPS, "docker/prometheus.yml"), join(folder, "prometheus.yml"));
			await cp(join(OPS, "prometheus/rules"), join(folder, "rules"), { recursive: true });
			await mkdir(join(folder, "secrets"));
			await writeFile(join(folder, "secrets/ops-token"), "a-token-of-some-length\n");
			const args = ["check", "config", join(folder, "prometheus.yml")];
			const { stdout } = await promisify(execFile)(ensureProgram("promtool"), args);
			const { length } = await readdir(join(folder, "rules"));
			ok(stdout.includes(`${length} rule files found`), stdout);
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});
});
