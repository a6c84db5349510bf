/**
 * `node ops/deploy/rollout.mjs`: a new image into a cluster, step by step, and back when a pod does not
 * get ready. Plain Node and kubectl, so that a workflow needs nothing installed for it.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

const HELP = `node ops/deploy/rollout.mjs OVERLAY --image IMAGE --backup-image IMAGE
node ops/deploy/rollout.mjs OVERLAY --undo            back to what ran before

OVERLAY is staging or production. Each IMAGE names a version for good: registry/plenum@sha256:… or
registry/plenum:1.2.3; the second is built from the Dockerfile's target "backup".
kubectl must lead to the cluster. Ends with 1 when it failed; the old version then runs again.`;

const OVERLAYS = ["staging", "production"];
/** The option of each image by its name in the base. */
const IMAGES = { "plenum:unset": "image", "plenum-backup:unset": "backup-image" };
/** Above the job's own deadline. */
const MIGRATED_WITHIN_MS = 660_000;
const LOOK_EVERY_MS = 2_000;
/** Pods one after the other: each drains for up to 25 seconds and is watched for ten. */
const READY_WITHIN = "900s";
const SERVER = "statefulset/plenum";
const SERVER_PODS = "app.kubernetes.io/name=plenum,app.kubernetes.io/component=server";
const FINISHED = '{range .status.conditions[?(@.status=="True")]}{.type}{"\\n"}{end}';

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
	let settings;
	try {
		settings = readArguments(args);
	} catch (error) {
		console.error(`plenum rollout: ${error.message}\n\n${HELP}`);
		return 2;
	}
	if (settings === undefined) {
		console.log(HELP);
		return 0;
	}
	const { overlay, images, undo } = settings;
	const manifests = render(overlay);
	const namespace = /^ {2}namespace: (\S+)$/m.exec(manifests)?.[1];
	const inNamespace = ["--namespace", namespace];
	try {
		if (undo) back(inNamespace);
		else await forward(withImages(manifests, images), inNamespace);
		return 0;
	} catch (error) {
		console.error(`plenum rollout: FAILED: ${error.message}`);
		return 1;
	}
}

async function forward(manifests, inNamespace) {
	say("everything but the server, and the schema");
	run(["delete", "job/plenum-migration", "--ignore-not-found", ...inNamespace]);
	run(["apply", "--filename=-", "--selector=app.kubernetes.io/component!=server"], manifests);
	await migrated(inNamespace);
	say("the server, one pod after the other");
	run(["apply", "--filename=-"], manifests);
	try {
		settled(inNamespace);
	} catch (error) {
		back(inNamespace);
		throw error;
	}
}

function back(inNamespace) {
	say("back to what ran before");
	run(["rollout", "undo", SERVER, ...inNamespace]);
	// Of the first version that had this, the one before must get along with the new schema as well.
	run(["set", "env", SERVER, "ACCEPT_NEWER_SCHEMA=yes", ...inNamespace]);
	// A stateful set waits for a pod that will never be ready before it replaces it.
	const pods = ["get", "pods", `--selector=${SERVER_PODS}`, ...inNamespace, "--output=json"];
	for (const { metadata, status } of JSON.parse(run(pods)).items) {
		const isReady = status.conditions?.some(
			({ type, status }) => type === "Ready" && status === "True",
		);
		if (!isReady) run(["delete", `pod/${metadata.name}`, ...inNamespace]);
	}
	settled(inNamespace);
}

/** Not `kubectl wait`: it knows one condition at a time, and would sit out its time when the job failed. */
async function migrated(inNamespace) {
	const job = ["get", "job/plenum-migration", `--output=jsonpath=${FINISHED}`, ...inNamespace];
	const deadline = Date.now() + MIGRATED_WITHIN_MS;
	while (Date.now() < deadline) {
		const conditions = run(job).split("\n");
		if (conditions.includes("Complete")) return;
		if (conditions.includes("Failed")) break;
		await sleep(LOOK_EVERY_MS);
	}
	throw new Error("the migration failed: kubectl logs job/plenum-migration tells why");
}

function settled(inNamespace) {
	run(["rollout", "status", SERVER, `--timeout=${READY_WITHIN}`, ...inNamespace]);
	run([
		"rollout",
		"status",
		"deployment/plenum-front",
		`--timeout=${READY_WITHIN}`,
		...inNamespace,
	]);
}

function withImages(manifests, images) {
	return Object.entries(IMAGES).reduce(
		(text, [unset, option]) => text.replaceAll(`image: ${unset}\n`, `image: ${images[option]}\n`),
		manifests,
	);
}

function render(overlay) {
	return run(["kustomize", join(import.meta.dirname, "../k8s/overlays", overlay)]);
}

/** What kubectl printed; its complaints go to stderr as they are. */
function run(args, input) {
	const { status, stdout, error } = spawnSync("kubectl", args, {
		...{ input, encoding: "utf8", maxBuffer: 2 ** 26 },
		stdio: ["pipe", "pipe", "inherit"],
	});
	if (error !== undefined) throw new Error(`kubectl cannot be run: ${error.message}`);
	if (status !== 0) throw new Error(`kubectl ${args.slice(0, 2).join(" ")} ended with ${status}`);
	return stdout;
}

function say(what) {
	console.log(`plenum rollout: ${what}`);
}

function readArguments(args) {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			image: { type: "string" },
			"backup-image": { type: "string" },
			undo: { type: "boolean", default: false },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	if (values.help) return undefined;
	const [overlay, ...more] = positionals;
	if (!OVERLAYS.includes(overlay) || more.length > 0) {
		throw new Error(`name one of ${OVERLAYS.join(", ")}`);
	}
	const given = Object.values(IMAGES).filter((option) => values[option] !== undefined);
	if (given.length !== (values.undo ? 0 : Object.keys(IMAGES).length)) {
		throw new Error("give either --image and --backup-image, or --undo");
	}
	for (const option of given) {
		if (!/^[\w.:/-]+(@sha256:[0-9a-f]{64}|:(?!latest$)[\w.-]+)$/.test(values[option])) {
			throw new Error(`--${option} must have a digest, or a tag that names a version for good`);
		}
	}
	return { overlay, images: values, undo: values.undo };
}
