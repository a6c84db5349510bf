/** Prometheus itself, over two processes in which people vote: what the dashboard asks has answers. */
import { deepEqual, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { ensureProgram } from "../../../ops/services/ensure-program.ts";
import { seededRandom } from "../simulation/random.ts";
import { ClusterUnderTest } from "../support/cluster-under-test.ts";
import { Crowd } from "../support/crowd.ts";
import {
	type PrometheusUnderTest,
	type Sample,
	startPrometheus,
} from "../support/prometheus-under-test.ts";
import { SteadyVoting } from "../support/steady-voting.ts";
import { until, WireClient } from "../support/wire-client.ts";

const TOKEN = "an-ops-token-of-some-length";
const PEOPLE = 30;
const VOTES_A_SECOND = 60;
const LOAD_MS = 14_000;
const VOTES_MIN = 100;
const OPS = new URL("../../../ops/", import.meta.url);

/** Panels whose answer has no number while all is well, and why. */
const WITHOUT_NUMBER = new Map([
	["plenum_recovery_duration_seconds_bucket", "nobody was killed, so nothing was taken over"],
]);

interface Panel {
	readonly title: string;
	readonly targets?: readonly { readonly expr: string; readonly datasource?: { type: string } }[];
	readonly datasource?: { readonly type: string };
}

describe("Prometheus", function () {
	this.timeout(180_000);
	let cluster: ClusterUnderTest;
	let prometheus: PrometheusUnderTest;
	const crowds: Crowd[] = [];
	const votings: SteadyVoting[] = [];

	before(async function () {
		// Where it is missing it is installed first.
		this.timeout(600_000);
		ensureProgram("Prometheus");
		cluster = await ClusterUnderTest.start({ processes: 2, environment: { OPS_TOKEN: TOKEN } });
		const targets = cluster.ports.map((port) => `127.0.0.1:${port}`);
		prometheus = await startPrometheus(targets, TOKEN);
		await Promise.all(
			[0, 1].map(async (process) => {
				const random = seededRandom(process + 1);
				const crowd = await Crowd.gather(cluster.origin(process), PEOPLE / 2, random);
				crowds.push(crowd);
				await crowd.join(PEOPLE / 2);
				votings.push(new SteadyVoting(crowd, VOTES_A_SECOND / 2, random));
			}),
		);
		await pause(LOAD_MS / 2);
		// Under its eyes: a poll that comes to life, and people who are refused.
		const client = new WireClient(cluster.origin(0));
		const { code } = await client.create({ question: "?", options: ["a", "b"] });
		const room = await client.enter(code, { role: "viewer" });
		await client.http("GET", "/api/polls/ZZZZZZ");
		await pause(LOAD_MS / 2);
		await room.leave();
	});
	after(async () => {
		for (const voting of votings) await voting.stop();
		for (const crowd of crowds) crowd.leave();
		await prometheus?.stop();
		await cluster?.stop();
	});

	const hasNumber = (samples: readonly Sample[]) =>
		samples.some(({ value }) => Number.isFinite(value));

	it("[M20] sees both processes, and the votes that were cast in them", async () => {
		// A scrape of a second may fail on a slow machine, and the next one be too early for a vote.
		const becomes = (expression: string, value: number) =>
			until(async () => (await prometheus.query(expression))[0]?.value === value);
		await becomes('sum(up{job="plenum"})', 2);
		for (const voting of votings) await voting.stop();
		for (const crowd of crowds) await crowd.settle();
		const sum = (numbers: readonly number[]) =>
			numbers.reduce((total, number) => total + number, 0);
		const receipts = sum(crowds.map((crowd) => crowd.receipts.length));
		ok(receipts > VOTES_MIN, `${receipts} votes`);
		const received = await until(async () => {
			const [votes] = await prometheus.query("sum(plenum_votes_received_total)");
			return votes && votes.value >= receipts ? votes : undefined;
		});
		// A vote may have been sent again, or its receipt be lost.
		ok(received.value <= sum(crowds.map((crowd) => crowd.sent.length)), `${received.value}`);
		await becomes("sum(plenum:votes_out_of_step)", 0);
		deepEqual(await prometheus.query('ALERTS{alertstate="firing"}'), []);
	});

	it("[M20] has a number for every panel of the dashboard", async () => {
		const dashboard = readFileSync(new URL("grafana/dashboards/plenum.json", OPS), "utf8");
		const { panels }: { panels: readonly Panel[] } = JSON.parse(dashboard);
		const ours = panels.filter(({ datasource }) => datasource?.type === "prometheus");
		let asked = 0;
		const empty: string[] = [];
		for (const { title, targets = [] } of ours) {
			for (const { expr } of targets) {
				asked += 1;
				const samples = await prometheus.query(expr.replaceAll("$instance", ".*"));
				const mayBeEmpty = [...WITHOUT_NUMBER.keys()].some((name) => expr.includes(name));
				if (hasNumber(samples) === mayBeEmpty) empty.push(`${title}: ${expr}`);
			}
		}
		ok(asked > 50, `only ${asked} expressions`);
		deepEqual(empty, []);
	});

	it("[M20] has a number for every recorded series", async () => {
		const files = readdirSync(new URL("prometheus/rules/", OPS));
		const rules = files.map((name) =>
			readFileSync(new URL(`prometheus/rules/${name}`, OPS), "utf8"),
		);
		const recorded = [...rules.join("\n").matchAll(/- record: (\S+)/g)].map(
			([, name = ""]) => name,
		);
		ok(recorded.length > 4);
		for (const name of recorded) ok(hasNumber(await prometheus.query(name)), name);
	});
});
