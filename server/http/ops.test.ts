import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Express } from "express";
import { roomMonitor } from "../cluster/monitor.ts";
import { createLog } from "../telemetry/log.ts";
import { LogLevels } from "../telemetry/log-levels.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { readStatus } from "../telemetry/status.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { httpMetrics } from "./http-metrics.ts";
import { opsRoutes } from "./ops.ts";
import { noSuchRoute, problemHandler } from "./problem.ts";
import { requestContext } from "./request-context.ts";

const TOKEN = "an-ops-token-of-some-length";
const OPS_PATHS = [
	"/metrics",
	"/ops/status",
	"/ops/status.json",
	"/ops/status.js",
	"/ops/log-level",
	"/monitor/",
];

interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly text: string;
}

const servers: Server[] = [];
after(() => {
	for (const server of servers) server.close();
});

async function setup(options: { opsToken?: string | undefined; isDevelopment?: boolean } = {}) {
	const { opsToken, isDevelopment = false } = { opsToken: TOKEN, ...options };
	const metrics = createMetrics("9.8.7");
	const levels = new LogLevels("info", virtualTimers());
	createLog(levels, { write() {} });
	const refreshMetrics = async () => metrics.rooms.set(5);
	const status = () =>
		readStatus({
			metrics,
			refresh: refreshMetrics,
			process: "process-a",
			version: "9.8.7",
			wallClock: () => 1,
			polls: () => [
				{ pollId: "poll-1", code: "ABC234", connections: 3, participants: 4, waiting: 0 },
			],
		});
	const http = express();
	http.use(httpMetrics(metrics), requestContext);
	const monitor = roomMonitor();
	const onAction = () => {};
	http.use(
		opsRoutes({
			opsToken,
			isDevelopment,
			metrics,
			refreshMetrics,
			levels,
			status,
			monitor,
			onAction,
		}),
	);
	http.get("/api/polls/:code", (_request, response) => void response.json({}));
	http.post("/api/polls/:code/seats", (_request, response) => void response.status(409).json({}));
	http.get("/health/ready", (_request, response) => void response.status(503).json({}));
	http.use(noSuchRoute);
	http.use(
		problemHandler({
			onFault() {},
			isDatabaseFault: () => false,
			audit: { record() {} },
		}),
	);
	const port = await listen(http);
	const call = (
		method: string,
		path: string,
		headers: Record<string, string> = {},
		body?: string,
	): Promise<Answer> =>
		new Promise((resolve, reject) => {
			const sent = request({ port, host: "127.0.0.1", method, path, headers }, (answer) => {
				let text = "";
				answer.on("data", (chunk) => {
					text += chunk;
				});
				answer.on("end", () => {
					resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
				});
			});
			sent.once("error", reject);
			sent.end(body);
		});
	return { call, metrics, levels, port };
}

async function listen(http: Express): Promise<number> {
	const server = createServer(http);
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return (server.address() as AddressInfo).port;
}

const bearer = { authorization: `Bearer ${TOKEN}` };

function basic(user: string, password: string) {
	return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

describe("ops", () => {
	for (const path of OPS_PATHS) {
		it(`[M10] ${path} is for the token: as Bearer, or as the password of user ops`, async () => {
			const { call } = await setup();
			equal((await call("GET", path, bearer)).status, 200);
			equal((await call("GET", path, basic("ops", TOKEN))).status, 200);
			const wrong = [
				{},
				{ authorization: `Bearer ${TOKEN}x` },
				{ authorization: "Bearer " },
				{ authorization: TOKEN },
				basic("ops", "wrong"),
				basic("admin", TOKEN),
				basic("", TOKEN),
				{ authorization: `Bearer ${"x".repeat(4_000)}` },
			];
			for (const headers of wrong) {
				const answer = await call("GET", path, headers);
				equal(answer.status, 401, JSON.stringify(headers));
				match(String(answer.headers["www-authenticate"]), /^Basic realm="Plenum ops"/);
				equal(JSON.parse(answer.text).error.code, "unauthorized");
			}
		});
	}

	it("[M10] without a token there is nothing, not even for this machine", async () => {
		const { call } = await setup({ opsToken: undefined });
		for (const path of OPS_PATHS) {
			const answer = await call("GET", path, bearer);
			equal(answer.status, 404);
			equal(answer.headers["www-authenticate"], undefined);
		}
	});

	it("[M10] in development and without a token it is open to this machine alone", async () => {
		const { call, port } = await setup({ opsToken: undefined, isDevelopment: true });
		equal((await call("GET", "/metrics")).status, 200);
		equal((await call("GET", "/metrics", { host: `localhost:${port}` })).status, 200);
		const strangers = [
			{ "x-forwarded-for": "203.0.113.9" },
			{ forwarded: "for=203.0.113.9" },
			{ host: "rebound.example" },
		];
		for (const headers of strangers) equal((await call("GET", "/metrics", headers)).status, 404);
	});

	it("[M10] what it answers is stored nowhere", async () => {
		const { call } = await setup();
		// The panel's files are the same for everybody.
		for (const path of OPS_PATHS.filter((one) => one !== "/monitor/")) {
			equal((await call("GET", path, bearer)).headers["cache-control"], "no-store");
		}
	});

	it("[M10] Prometheus gets the text of every metric, gauges up to date", async () => {
		const { call } = await setup();
		const { headers, text } = await call("GET", "/metrics", bearer);
		match(String(headers["content-type"]), /^text\/plain;.*version=0\.0\.4/);
		match(text, /^plenum_rooms 5$/m);
		match(text, /^process_resident_memory_bytes \d/m);
	});
});

describe("the log level over HTTP", () => {
	const json = { ...bearer, "content-type": "application/json" };
	const pollId = "0b6f1f3e-0000-4000-8000-000000000001";

	it("[M8] is told, and set at once for everything or for one poll", async () => {
		const { call, levels } = await setup();
		deepEqual(JSON.parse((await call("GET", "/ops/log-level", bearer)).text), {
			level: "info",
			polls: {},
		});
		const changed = await call("PUT", "/ops/log-level", json, '{"level":"debug"}');
		deepEqual([changed.status, JSON.parse(changed.text).level], [200, "debug"]);
		equal(levels.level, "debug");
		const body = JSON.stringify({ level: "trace", pollId });
		const forOne = await call("PUT", "/ops/log-level", json, body);
		deepEqual(JSON.parse(forOne.text), { level: "debug", polls: { [pollId]: "trace" } });
	});

	it("[M8] nonsense is refused and changes nothing", async () => {
		const { call, levels } = await setup();
		const bodies = ["", "{", "[]", "{}", '{"level":"loud"}', '{"level":"debug","pollId":"../x"}'];
		for (const body of [...bodies, JSON.stringify({ level: "debug", pad: "x".repeat(2_000) })]) {
			const { status } = await call("PUT", "/ops/log-level", json, body);
			ok(status === 400 || status === 413, body);
		}
		deepEqual([levels.level, levels.polls], ["info", {}]);
	});

	it("[M10] a foreign page cannot change it with the credentials of the browser", async () => {
		const { call, levels, port } = await setup();
		const attempts: [headers: Record<string, string>, status: number][] = [
			[{ ...json, origin: "https://evil.example" }, 403],
			[{ ...json, origin: "null" }, 403],
			[{ ...json, "sec-fetch-site": "cross-site" }, 403],
			[{ ...json, "sec-fetch-site": "same-site" }, 403],
			[{ ...bearer, "content-type": "text/plain" }, 400],
			[bearer, 400],
		];
		for (const [headers, status] of attempts) {
			const answer = await call("PUT", "/ops/log-level", headers, '{"level":"trace"}');
			equal(answer.status, status, JSON.stringify(headers));
		}
		equal(levels.level, "info");
		const own = { ...json, origin: `http://127.0.0.1:${port}`, "sec-fetch-site": "same-origin" };
		equal((await call("PUT", "/ops/log-level", own, '{"level":"trace"}')).status, 200);
		equal(levels.level, "trace");
	});
});

describe("the status page", () => {
	it("[M11] has no script and no style but its own files, and its policy allows no other", async () => {
		const { call } = await setup();
		const page = await call("GET", "/ops/status", bearer);
		const policy = String(page.headers["content-security-policy"]);
		match(policy, /default-src 'none'/);
		ok(!/unsafe|\*|https?:/.test(policy), policy);
		ok(!/<script>|<style|style=|\son\w+=|https?:\/\//.test(page.text));
		match(
			String((await call("GET", "/ops/status.js", bearer)).headers["content-type"]),
			/javascript/,
		);
		match(String((await call("GET", "/ops/status.css", bearer)).headers["content-type"]), /css/);
	});

	it("[M11] its data name every process with its votes, polls and dependencies", async () => {
		const { call } = await setup();
		const { processes } = JSON.parse((await call("GET", "/ops/status.json", bearer)).text);
		equal(processes.length, 1);
		const [own] = processes;
		deepEqual([own.process, own.version, own.rooms, own.storage], ["process-a", "9.8.7", 5, "ok"]);
		equal(own.votes.outOfStep, 0);
		equal(own.polls[0].pollId, "poll-1");
		equal(own.acks.boundsSeconds.length, own.acks.counts.length);
	});
});

describe("metrics of HTTP", () => {
	it("[M12] answers are counted by the pattern of their route, never by what was asked", async () => {
		const { call, metrics } = await setup();
		for (const code of ["ABC234", "XYZ789"]) await call("GET", `/api/polls/${code}`);
		for (const path of ["/.env", "/wp-login.php", "/api/pools"]) await call("GET", path);
		await call("POST", "/api/polls/ABC234/seats");
		await call("PROPFIND", "/files");
		const text = await metrics.registry.metrics();
		const series = (labels: string) => `plenum_http_requests_total{${labels}}`;
		const lines = text.split("\n").filter((line) => line.startsWith("plenum_http_requests_total{"));
		deepEqual(lines.sort(), [
			`${series('route="/api/polls/:code",method="GET",class="2xx"')} 2`,
			`${series('route="/api/polls/:code/seats",method="POST",class="4xx"')} 1`,
			`${series('route="other",method="GET",class="4xx"')} 3`,
			`${series('route="other",method="other",class="4xx"')} 1`,
		]);
		match(text, /^plenum_errors_total\{class="client"\} 5$/m);
		match(text, /^plenum_seats_total\{outcome="full_or_taken"\} 1$/m);
		match(text, /^plenum_http_request_duration_seconds_count\{route="other"\} 4$/m);
	});

	it("[M12] a probe that answers 503 is counted, and no error of ours", async () => {
		const { call, metrics } = await setup();
		await call("GET", "/health/ready");
		const text = await metrics.registry.metrics();
		match(
			text,
			/^plenum_http_requests_total\{route="\/health\/ready",method="GET",class="5xx"\} 1$/m,
		);
		ok(!/^plenum_errors_total\{class="server"\} [1-9]/m.test(text));
	});
});
