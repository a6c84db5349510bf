/** What is there, what is not, and what is there for operators or own pages alone. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { freePort } from "../../../../ops/services/free-port.ts";
import { startLimited, underAttack } from "../../support/attack-server.ts";
import { isProblem } from "../../support/hostile-values.ts";
import { type HttpAnswer, WireClient } from "../../support/wire-client.ts";

const OPS_TOKEN = "operators-only-0123456789";
const OPS_PATHS = ["/metrics", "/ops", "/ops/status.json", "/ops/log-level"];
/** Of the framework, of usual tools, and of what scanners ask for. */
const NOWHERE = [
	"/matchmake/joinOrCreate/poll",
	"/matchmake/create/poll",
	"/matchmake/joinById/x",
	"/matchmake/reconnect/x",
	"/matchmake/poll",
	"/__healthcheck",
	"/__apidocs",
	"/colyseus",
	"/colyseus/api",
	"/playground",
	"/monitor",
	"/monitor/api",
	"/.env",
	"/.git/config",
	"/package.json",
	"/server/main.js",
	"/assets/../package.json",
	"/assets/..%2f..%2fserver%2fmain.js",
	"/assets/%2e%2e/%2e%2e/package.json",
	"/assets/....//....//etc/passwd",
	"/%2e%2e/%2e%2e/etc/passwd",
	"/j/..%2f..%2fpackage.json/x",
	"/debug/pprof",
	"/json/version",
];

describe("routes", function () {
	this.timeout(60_000);
	const target = underAttack({ OPS_TOKEN, CORS_ORIGINS: "https://polls.example" });

	it("[T19] nothing of the framework, of the disk or of tools is reachable, by any method", async () => {
		const scanner = target().from("203.0.113.50");
		for (const path of NOWHERE) {
			for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH"]) {
				const answer = await scanner.http(method, path);
				ok([400, 401, 404].includes(answer.status), `${method} ${path}: ${answer.status}`);
				ok(!/colyseus|"dependencies"|root:/i.test(answer.text), answer.text);
			}
		}
	});

	it("[T20] what operators see needs their token: no other one, no address, no header stands for it", async () => {
		const stranger = target().from("203.0.113.51");
		const { hostToken } = target().poll;
		const keys = [
			"",
			"wrong",
			hostToken,
			OPS_TOKEN.slice(1),
			`${OPS_TOKEN}x`,
			OPS_TOKEN.toUpperCase(),
		];
		for (const path of OPS_PATHS) {
			const asked: Promise<HttpAnswer>[] = keys.flatMap((key) => [
				stranger.http("GET", path, undefined, { authorization: `Bearer ${key}` }),
				stranger.http("GET", path, undefined, basic(`ops:${key}`)),
				stranger.http("GET", path, undefined, basic(`admin:${key}`)),
			]);
			asked.push(stranger.http("GET", path));
			asked.push(stranger.http("GET", path, undefined, basic(`admin:${OPS_TOKEN}`)));
			asked.push(stranger.http("GET", `${path}?token=${OPS_TOKEN}&ops_token=${OPS_TOKEN}`));
			asked.push(stranger.http("GET", path, undefined, { "x-forwarded-for": "127.0.0.1" }));
			asked.push(stranger.http("GET", path, undefined, { "x-ops-token": OPS_TOKEN }));
			for (const answer of await Promise.all(asked)) isProblem(answer, "unauthorized", path);
		}
		const change = { level: "trace" };
		isProblem(await stranger.http("PUT", "/ops/log-level", change), "unauthorized", "log level");
		equal((await stranger.http("GET", "/metrics", undefined, bearer)).status, 200);
	});

	it("[T20] no label of a metric holds a code, a name, a token or an address", async () => {
		const { poll } = target();
		const person = target().from("203.0.113.52");
		const seat = await person.seat(poll.code, { nickname: "Nicknamed" });
		await seat.request("nobody-knows-this-type");
		await person.http("GET", `/api/polls/${poll.code}/nobody-knows-this-path`);
		await person.http("GET", `/r/${poll.code}`);
		seat.close();
		const { text } = await person.http("GET", "/metrics", undefined, bearer);
		const all = [
			poll.code,
			poll.id,
			poll.hostToken,
			OPS_TOKEN,
			"Nicknamed",
			"nobody-knows",
			"203.0.113",
		];
		deepEqual(
			all.filter((secret) => text.includes(secret)),
			[],
		);
	});

	it("[T8] a foreign page gets nothing and changes nothing; the one that is named gets everything", async () => {
		const browser = target().from("203.0.113.53");
		const { code, hostToken } = target().poll;
		const ask = (origin: string, method: string, path: string, body?: object) =>
			browser.http(method, path, body, { origin, authorization: `Bearer ${hostToken}` });
		for (const origin of [
			"https://evil.example",
			"null",
			"https://polls.example.evil.example",
			"https://polls.example:8443",
			"http://polls.example",
			"https://evil.example/https://polls.example",
			target().server.origin.replace(/:\d+$/, ":1"),
		]) {
			for (const [method, path] of [
				["GET", `/api/polls/${code}/export`],
				["DELETE", `/api/polls/${code}`],
				["OPTIONS", `/api/polls/${code}`],
			] as const) {
				const answer = await ask(origin, method, path);
				isProblem(answer, "forbidden", `${origin} ${method}`);
				equal(answer.headers.get("access-control-allow-origin"), null);
			}
			isProblem(await ask(origin, "POST", "/api/polls", {}), "forbidden", origin);
			isProblem(await ask(origin, "POST", `/api/polls/${code}/seats`, {}), "forbidden", origin);
			const seat = browser.take(await browser.reserve(code, { role: "viewer" }), {
				headers: { origin },
			});
			equal(await seat.closed, 1006);
		}
		const own = "https://polls.example";
		const answer = await ask(own, "GET", `/api/polls/${code}/export`);
		deepEqual([answer.status, answer.headers.get("access-control-allow-origin")], [200, own]);
		const seat = await browser.seat(code, { role: "viewer" }, { headers: { origin: own } });
		seat.close();
	});
});

describe("routes where something is switched off", function () {
	this.timeout(60_000);

	it("[T20] without an ops token there is nothing for operators, also not for the machine itself", async () => {
		const server = await startLimited({ TRUSTED_PROXIES: "" });
		try {
			const client = new WireClient(server.origin);
			for (const path of OPS_PATHS) {
				for (const headers of [{}, bearer, basic("ops:"), basic("ops:undefined")]) {
					const answer = await client.http("GET", path, undefined, headers);
					isProblem(answer, "not_found", path);
				}
			}
		} finally {
			await server.kill("SIGKILL");
		}
	});

	it("[T20] with a port of their own operators' routes are nowhere else, and nothing else is there", async () => {
		const port = await freePort();
		const server = await startLimited({ OPS_TOKEN, OPS_PORT: String(port) });
		try {
			const [open, ops] = [
				new WireClient(server.origin),
				new WireClient(`http://127.0.0.1:${port}`),
			];
			for (const path of OPS_PATHS) {
				isProblem(await open.http("GET", path, undefined, bearer), "not_found", path);
				equal((await ops.http("GET", path)).status, 401, path);
			}
			equal((await ops.http("GET", "/metrics", undefined, bearer)).status, 200);
			const form = { question: "Which?", options: ["this", "that"] };
			isProblem(await ops.http("POST", "/api/polls", form, bearer), "not_found", "a poll");
		} finally {
			await server.kill("SIGKILL");
		}
	});

	it("[T20] the check is the token's: in development and without one the same requests are answered", async () => {
		const server = await startLimited({ NODE_ENV: "development" });
		try {
			const client = new WireClient(server.origin);
			equal((await client.http("GET", "/metrics")).status, 200);
			const forwarded = { "x-forwarded-for": "127.0.0.1" };
			isProblem(await client.http("GET", "/metrics", undefined, forwarded), "not_found", "proxied");
		} finally {
			await server.kill("SIGKILL");
		}
	});
});

const bearer = { authorization: `Bearer ${OPS_TOKEN}` };

function basic(userAndPassword: string): Record<string, string> {
	return { authorization: `Basic ${Buffer.from(userAndPassword).toString("base64")}` };
}
