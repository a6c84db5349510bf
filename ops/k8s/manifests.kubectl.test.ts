import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { parse, parseAllDocuments } from "yaml";
import { readConfig, variableNames } from "../../server/config.ts";
import { probeRoutes } from "../../server/http/probes.ts";
import { realTimers } from "../../server/lib/timers.ts";
import { createMetrics } from "../../server/telemetry/metrics.ts";
import { complaintsAbout } from "../deploy/test-support/typed-literals.ts";
import { kustomize } from "./test-support/kustomize.ts";

/** As loose as YAML; held against the types of Kubernetes first. */
// biome-ignore lint/suspicious/noExplicitAny: manifests are checked field by field.
type Manifest = any;

/** Of a process that is told to stop (server/main.ts). */
const DRAIN_SECONDS_MAX = 20;
/** Types of others; of these only what we need is checked. */
const FOREIGN = ["ExternalSecret", "PodMonitor"];
const MIGRATION = ["dist/server/migrate-main.js", "migrate"];
/** What backup and restore read beside the server's own. */
const OF_BACKUPS = ["BACKUP_RECIPIENT", "BACKUP_IDENTITY_FILE"];
/** Pods that end by themselves. */
const TASKS = ["plenum-migration", "plenum-backup", "plenum-restore"];

for (const overlay of ["staging", "production"]) {
	describe(`the manifests of ${overlay}`, function () {
		this.timeout(60_000);
		let all: readonly Manifest[];
		let server: Manifest;
		let front: Manifest;

		before(async () => {
			all = parseAllDocuments(await kustomize(overlay)).map((document) => document.toJS());
			server = the("StatefulSet", "plenum");
			front = the("Deployment", "plenum-front");
		});

		it("[Q20] kustomize renders them, and each is of its Kubernetes type with no key too many", async () => {
			const ours = all.filter(({ kind }) => !FOREIGN.includes(kind));
			equal(ours.length + FOREIGN.length, all.length);
			const typed = ours.map((value) => ({
				value,
				type: `I${value.kind}`,
				from: moduleOf(value),
			}));
			equal(await complaintsAbout(typed), "");
			for (const value of ours) {
				const model = await import(moduleOf(value));
				new model[value.kind](value).validate();
			}
		});

		it("[Q21] no container may do more than it needs, and each has requests and limits", () => {
			for (const { name, spec } of podSpecs()) {
				equal(spec.automountServiceAccountToken, false, name);
				equal(spec.enableServiceLinks, false, name);
				equal(spec.securityContext.runAsNonRoot, true, name);
				ok(spec.securityContext.runAsUser > 0, name);
				deepEqual(spec.securityContext.seccompProfile, { type: "RuntimeDefault" }, name);
				for (const container of spec.containers) {
					deepEqual(
						container.securityContext,
						{
							allowPrivilegeEscalation: false,
							readOnlyRootFilesystem: true,
							capabilities: { drop: ["ALL"] },
						},
						name,
					);
					for (const key of ["cpu", "memory", "ephemeral-storage"]) {
						ok(container.resources.requests[key], `${name}: requests ${key}`);
						ok(container.resources.limits[key], `${name}: limits ${key}`);
					}
					match(container.image, /^[\w./-]+:(?!latest$)[\w.-]+$/);
				}
			}
			equal(the("Namespace").metadata.labels["pod-security.kubernetes.io/enforce"], "restricted");
		});

		it("[Q22] every probe asks a path that the server has, at a port that the pod has", () => {
			const timers = realTimers;
			const routes = probeRoutes({ timers, isDraining: () => false, checks: {} }).stack;
			const paths = routes.map(({ route }) => route?.path);
			const [container] = server.spec.template.spec.containers;
			const probes = ["startupProbe", "livenessProbe", "readinessProbe"];
			for (const probe of probes) {
				const { path, port } = container[probe].httpGet;
				ok(paths.includes(path), `${probe} ${path}`);
				equal(portOf(container, port), 2567);
			}
			equal(container.readinessProbe.httpGet.path, "/health/ready");
			equal(container.livenessProbe.httpGet.path, "/health/live", "not the database's health");
			const [nginx] = front.spec.template.spec.containers;
			equal(portOf(nginx, nginx.readinessProbe.tcpSocket.port), 8080);
		});

		it("[Q22] every service leads to a port of the pods that it selects", () => {
			for (const { metadata, spec } of all.filter(({ kind }) => kind === "Service")) {
				const pods = podSpecs().filter(({ labels }) => isSelected(labels, spec.selector));
				equal(pods.length, 1, metadata.name);
				for (const { targetPort } of spec.ports) {
					ok(portOf(pods[0]?.spec.containers[0], targetPort) > 0, metadata.name);
				}
			}
			const [rule] = the("Ingress").spec.rules;
			const { name, port } = rule.http.paths[0].backend.service;
			ok(the("Service", name).spec.ports.some((each: Manifest) => each.name === port.name));
			deepEqual(the("Ingress").spec.tls[0].hosts, [rule.host]);
		});

		it("[Q23] what the server is told are variables that it reads, and values that it takes", () => {
			for (const { name, spec } of podSpecs()) {
				if (name === "plenum-front") continue;
				const told: readonly Manifest[] = spec.containers[0].env;
				for (const variable of told.filter(({ name }) => name !== "POD_NUMBER")) {
					ok(
						[...variableNames, ...OF_BACKUPS].includes(variable.name),
						`${name}: ${variable.name}`,
					);
					if (/TOKEN|_URL|_KEY/.test(variable.name)) match(variable.name, /_FILE$/);
				}
			}
			const { port, opsPort, publicAddress, trustedProxies } = readConfig(plainValues(server));
			const [container] = server.spec.template.spec.containers;
			equal(port, portOf(container, "http"));
			equal(opsPort, portOf(container, "ops"));
			equal(publicAddress, "/w/7");
			ok(trustedProxies.length > 0);
		});

		it("[Q44] on the way back, server and migration get along with a schema that has grown", () => {
			for (const each of [server, the("Job")]) {
				equal(readConfig(plainValues(each)).acceptNewerSchema, true, each.metadata.name);
			}
		});

		it("[Q23] every secret is a file, of which the store is asked for", () => {
			const keys = the("ExternalSecret").spec.data.map((each: Manifest) => each.secretKey);
			const { name } = the("ExternalSecret").spec.target;
			for (const pod of podSpecs().filter((each) => each.name !== "plenum-front")) {
				const [container] = pod.spec.containers;
				const mount = container.volumeMounts.find((each: Manifest) => each.name === "secrets");
				const volume = pod.spec.volumes.find((each: Manifest) => each.name === "secrets");
				equal(volume.secret.secretName, name);
				const files: readonly Manifest[] = container.env.filter(
					({ name }: Manifest) => name.endsWith("_FILE") && !OF_BACKUPS.includes(name),
				);
				ok(files.length > 0);
				for (const { value } of files) {
					ok(
						value.startsWith(`${mount.mountPath}/`) && keys.includes(value.split("/").at(-1)),
						value,
					);
				}
			}
		});

		it("[Q24] a pod has more time to go than it takes to drain, and one goes at a time", () => {
			const { spec } = server.spec.template;
			const { preStop } = spec.containers[0].lifecycle;
			ok(spec.terminationGracePeriodSeconds >= preStop.sleep.seconds + DRAIN_SECONDS_MAX + 5);
			for (const { name, labels } of podSpecs().filter((each) => !TASKS.includes(each.name))) {
				const budgets = all.filter(({ kind }) => kind === "PodDisruptionBudget");
				const ours = budgets.filter((each) => isSelected(labels, each.spec.selector.matchLabels));
				deepEqual(
					ours.map((each) => each.spec.maxUnavailable),
					[1],
					name,
				);
				const spread = podSpecs().find((each) => each.name === name)?.spec
					.topologySpreadConstraints;
				ok(isSelected(labels, spread[0].labelSelector.matchLabels), name);
			}
		});

		it("[Q25] the autoscaler has the number of pods to itself, and asks for metrics that exist", async () => {
			equal(server.spec.replicas, undefined);
			const { spec } = the("HorizontalPodAutoscaler");
			equal(spec.scaleTargetRef.kind, "StatefulSet");
			ok(spec.minReplicas >= 2 && spec.maxReplicas > spec.minReplicas);
			const asked = spec.metrics.flatMap((each: Manifest) => each.pods?.metric.name ?? []);
			const known = (await createMetrics("1.0.0").registry.getMetricsAsJSON()).map(
				({ name }) => name,
			);
			const values = parse(
				readFileSync(new URL("prometheus-adapter.values.yaml", import.meta.url), "utf8"),
			);
			for (const name of asked) {
				ok(known.includes(name), name);
				const rule = values.rules.custom.find((each: Manifest) => each.name.as === name);
				ok(rule.seriesQuery.startsWith(`${name}{`), name);
			}
			ok(spec.metrics.some((each: Manifest) => each.resource?.name === "cpu"));
		});

		it("[Q26] nobody speaks to a pod but those who are named, and names can be looked up", () => {
			const policies = all.filter(({ kind }) => kind === "NetworkPolicy");
			const closed = policies.find(({ metadata }) => metadata.name === "plenum-nobody");
			deepEqual(closed.spec.policyTypes, ["Ingress", "Egress"]);
			equal(closed.spec.ingress ?? closed.spec.egress, undefined);
			for (const { name, labels } of podSpecs()) {
				ok(isSelected(labels, closed.spec.podSelector.matchLabels), name);
			}
			const dns = policies.find(({ metadata }) => metadata.name === "plenum-dns");
			deepEqual(dns.spec.egress[0].to[0].podSelector.matchLabels, { "k8s-app": "kube-dns" });
			const toServer = policies.find(({ metadata }) => metadata.name === "plenum-server");
			const [people, operators] = toServer.spec.ingress;
			deepEqual(
				people.ports.map((each: Manifest) => each.port),
				[2567],
			);
			deepEqual(
				operators.ports.map((each: Manifest) => each.port),
				[2568],
			);
		});

		it("[Q27] the migration runs the command that the image has", () => {
			const [container] = the("Job").spec.template.spec.containers;
			deepEqual(container.args, MIGRATION);
			ok(existsSync(new URL("../../server/migrate-main.ts", import.meta.url)));
			equal(container.image, server.spec.template.spec.containers[0].image);
		});

		it("[Q28] a backup is taken on time, alone, by an image of its own, and kept on a volume", () => {
			const { spec } = the("CronJob", "plenum-backup");
			match(spec.schedule, /^\d{1,2} \* \* \* \*$/, "every hour");
			equal(spec.concurrencyPolicy, "Forbid");
			ok(spec.startingDeadlineSeconds > 0 && !spec.suspend);
			const { activeDeadlineSeconds, template } = spec.jobTemplate.spec;
			ok(activeDeadlineSeconds < 3_600, "ended before the next one begins");
			const [container] = template.spec.containers;
			equal(container.image, "plenum-backup:unset");
			const [script, , folder] = container.args;
			ok(existsSync(new URL(`../../${script.replace(/^dist\/(.*)js$/, "$1ts")}`, import.meta.url)));
			const mount = container.volumeMounts.find((each: Manifest) => each.name === "backups");
			ok(folder.startsWith(`${mount.mountPath}/`));
			const volume = template.spec.volumes.find((each: Manifest) => each.name === "backups");
			const { claimName } = volume.persistentVolumeClaim;
			ok(the("PersistentVolumeClaim", claimName).spec.resources.requests.storage);
			equal(
				the("ServiceAccount", template.spec.serviceAccountName).automountServiceAccountToken,
				false,
			);
		});

		it("[Q28] a restore waits for somebody, and finds the backups where they are kept", () => {
			const { spec } = the("CronJob", "plenum-restore");
			equal(spec.suspend, true);
			const pod = spec.jobTemplate.spec.template.spec;
			const [backup] = the("CronJob", "plenum-backup").spec.jobTemplate.spec.template.spec
				.containers;
			deepEqual(pod.containers[0].args, ["dist/ops/backup/restore.js", backup.args[2]]);
			equal(pod.containers[0].image, backup.image);
			const backups = pod.containers[0].volumeMounts.find(
				(each: Manifest) => each.name === "backups",
			);
			equal(backups.readOnly, true);
		});

		it("[Q28] backup and restore reach PostgreSQL and nothing else", () => {
			const tasks = podSpecs().filter(({ name }) => /backup|restore/.test(name));
			equal(tasks.length, 2);
			for (const { name, labels } of tasks) {
				const allowed = all.filter(
					({ kind, spec }) =>
						kind === "NetworkPolicy" &&
						isSelected(labels, spec.podSelector.matchLabels ?? { "": "nobody" }) &&
						(spec.egress ?? spec.ingress) !== undefined,
				);
				const ports = allowed.flatMap(({ spec }) =>
					spec.egress.flatMap((each: Manifest) => each.ports.map(({ port }: Manifest) => port)),
				);
				deepEqual(ports.sort(), [53, 53, 5432], name);
			}
		});

		function the(kind: string, name?: string): Manifest {
			const found = all.filter(
				(each) => each.kind === kind && (name === undefined || each.metadata.name === name),
			);
			equal(found.length, 1, `${kind} ${name ?? ""}`);
			return found[0];
		}

		function podSpecs(): readonly { name: string; labels: Manifest; spec: Manifest }[] {
			return all.flatMap(({ metadata, spec }) => {
				const template = spec?.template ?? spec?.jobTemplate?.spec.template;
				if (template?.spec?.containers === undefined) return [];
				return [{ name: metadata.name, labels: template.metadata.labels, spec: template.spec }];
			});
		}

		/** As pod 7 would have them; what stands in files has a value of its own. */
		function plainValues(pods: Manifest): Record<string, string> {
			const told: readonly Manifest[] = pods.spec.template.spec.containers[0].env;
			const plain = told.filter(
				({ name, value }) => value !== undefined && !name.endsWith("_FILE"),
			);
			const values = plain.map(({ name, value }) => [name, value.replace("$(POD_NUMBER)", "7")]);
			return Object.fromEntries(values);
		}
	});
}

function moduleOf({ apiVersion, kind }: Manifest): string {
	return `kubernetes-models/${apiVersion}/${kind}`;
}

function portOf(container: Manifest, port: string | number): number {
	if (typeof port === "number") return port;
	return container.ports.find(({ name }: Manifest) => name === port)?.containerPort ?? 0;
}

function isSelected(labels: Manifest, selector: Manifest): boolean {
	return Object.entries(selector).every(([name, value]) => labels[name] === value);
}
