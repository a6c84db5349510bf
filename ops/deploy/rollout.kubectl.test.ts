/**
 * The rollout's decisions. There is no cluster here: a script in kubectl's place notes what it is asked
 * and answers as a cluster would; what is rendered comes from the real kubectl.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { kustomize } from "../k8s/test-support/kustomize.ts";

const ROLLOUT = fileURLToPath(new URL("rollout.mjs", import.meta.url));
const IMAGE = `registry.example/plenum@sha256:${"a".repeat(64)}`;
const BACKUP_IMAGE = "registry.example/plenum-backup:1.2.3";
const IMAGES = ["--image", IMAGE, "--backup-image", BACKUP_IMAGE];

interface Behaviour {
	/** The condition that the migration's job ends with. */
	readonly migration?: "Complete" | "Failed";
	/** How often `kubectl rollout status` of the server fails. */
	readonly unready?: number;
}

describe("the rollout", function () {
	this.timeout(60_000);
	let folder: string;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), "plenum-rollout-"));
		await writeFile(join(folder, "manifests"), await kustomize("staging"));
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	it("[Q43] the schema first, then the server, with the image in every place", async () => {
		const { code, asked, applied } = await roll(["staging", ...IMAGES]);
		equal(code, 0);
		deepEqual(asked, [
			"kustomize",
			"delete job/plenum-migration",
			"apply --filename=- --selector=app.kubernetes.io/component!=server",
			"get job/plenum-migration",
			"apply --filename=-",
			"rollout status statefulset/plenum",
			"rollout status deployment/plenum-front",
		]);
		equal(applied.split(`image: ${IMAGE}\n`).length - 1, 4, "server and migration, twice applied");
		equal(applied.split(`image: ${BACKUP_IMAGE}\n`).length - 1, 4, "backup and restore");
		ok(!applied.includes(":unset"));
	});

	it("[Q43] a migration that fails stops it before any pod is touched", async () => {
		const { code, asked, output } = await roll(["staging", ...IMAGES], {
			migration: "Failed",
		});
		equal(code, 1);
		match(output, /the migration failed/);
		ok(!asked.includes("apply --filename=-"));
	});

	it("[Q44] a pod that does not get ready brings back what ran before, and the stuck pod goes", async () => {
		const { code, asked } = await roll(["staging", ...IMAGES], { unready: 1 });
		equal(code, 1, "the deployment has failed, although everything runs again");
		deepEqual(asked.slice(-6), [
			"rollout undo statefulset/plenum",
			"set env statefulset/plenum ACCEPT_NEWER_SCHEMA=yes",
			"get pods",
			"delete pod/plenum-1",
			"rollout status statefulset/plenum",
			"rollout status deployment/plenum-front",
		]);
	});

	it("[Q44] --undo alone brings back what ran before", async () => {
		const { code, asked } = await roll(["production", "--undo"]);
		equal(code, 0);
		equal(asked[1], "rollout undo statefulset/plenum");
	});

	it("[Q42] it explains itself, and what it does not understand", async () => {
		equal((await roll(["--help"])).code, 0);
		const wrong = [
			...[[], ["nowhere", ...IMAGES], ["staging"], ["staging", "--undo", ...IMAGES]],
			["staging", "--image", IMAGE],
			...["plenum", "plenum:latest", "plenum:1 ; rm"].flatMap((image) => [
				["staging", "--image", image, "--backup-image", BACKUP_IMAGE],
				["staging", "--image", IMAGE, "--backup-image", image],
			]),
		];
		for (const args of wrong) {
			const { code, asked } = await roll(args);
			equal(code, 2, args.join(" "));
			deepEqual(asked, []);
		}
	});

	async function roll(args: readonly string[], behaviour: Behaviour = {}) {
		await writeFile(join(folder, "kubectl"), fakeKubectl(behaviour));
		await chmod(join(folder, "kubectl"), 0o755);
		for (const file of ["asked", "applied", "unready"]) await writeFile(join(folder, file), "");
		const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}` };
		const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
			const child = execFile(process.execPath, [ROLLOUT, ...args], { env }, (_error, out, errors) =>
				resolve({ code: child.exitCode ?? -1, output: out + errors }),
			);
		});
		const lines = (await readFile(join(folder, "asked"), "utf8")).split("\n").filter(Boolean);
		const asked = lines.map(
			(line) =>
				/^(apply.*|rollout \w+ \S+|set \w+ \S+ \S+|\w+ ?(?:\w+\/\S+|pods)?)/
					.exec(line)?.[0]
					.trim() ?? line,
		);
		return { code, output, asked, applied: await readFile(join(folder, "applied"), "utf8") };
	}

	function fakeKubectl({ migration = "Complete", unready = 0 }: Behaviour): string {
		const pod = (name: string, status: string) => ({
			metadata: { name },
			status: { conditions: [{ type: "Ready", status }] },
		});
		const pods = JSON.stringify({ items: [pod("plenum-0", "True"), pod("plenum-1", "False")] });
		return `#!/bin/sh
cd '${folder}'
printf '%s\n' "$*" >> asked
case "$1 $2 $3" in
kustomize*) cat manifests ;;
apply*) cat >> applied ;;
"get job/"*) echo ${migration} ;;
"get pods"*) echo '${pods}' ;;
"rollout status statefulset/plenum")
	echo >> unready
	[ "$(wc -l < unready)" -gt ${unready} ] ;;
esac
`;
	}
});
