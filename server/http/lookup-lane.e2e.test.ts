import { deepEqual, equal, match } from "node:assert/strict";
import { connect } from "node:net";
import type { CreatedPoll } from "../../schema/wire/http.ts";
import { pipeline } from "../test/support/attack-pipeline.ts";
import { metric, startLimited } from "../test/support/attack-server.ts";
import { unusedCode } from "../test/support/attack-small-forms.ts";
import { Visitor } from "../test/support/attack-visitor.ts";
import { byteExchange, comparable } from "../test/support/byte-exchange.ts";
import type { ServerUnderTest } from "../test/support/server-under-test.ts";
import { until } from "../test/support/wire-client.ts";

const OPS_TOKEN = "operators-only-0123456789";
const POLL = "/api/polls/:code";
const FORM = {
	question: "Where to?",
	options: ["North", "South"],
	settings: { results: "host" },
};
/** Misses of an address that are answered at once, with room for those that come back meanwhile. */
const SPENT = 160;
const LEAVING = 24;
const SOON_MS = 15_000;

describe("looking polls up by code", function () {
	this.timeout(60_000);
	let server: ServerUnderTest;
	let poll: CreatedPoll;
	let operator: Visitor;

	before(async () => {
		server = await startLimited({ OPS_TOKEN });
		operator = new Visitor(server.origin, "198.51.100.1");
		poll = await operator.create(FORM);
	});
	after(() => server.kill());

	const ask = (method: string, path: string, headers: readonly string[] = [], body?: string) =>
		byteExchange(server.origin, {
			...{ method, path, headers: ["x-request-id: the-same-id-for-both", ...headers] },
			...(body !== undefined && { body }),
		});
	const host = () => new URL(server.origin).host;
	const counted = (labels: string) =>
		metric(operator, OPS_TOKEN, `plenum_http_requests_total{${labels}}`);
	const spend = (address: string) =>
		pipeline(
			server.port,
			Array.from({ length: SPENT }, (_, n) => ({
				path: `/api/polls/${unusedCode(n, "XXL")}`,
				address,
			})),
		);

	const requests: Record<
		string,
		() => { method?: string; path: string; headers?: string[]; body?: string; status: number }
	> = {
		"a poll": () => ({ path: poll.code, status: 200 }),
		"a poll in lower case": () => ({ path: poll.code.toLowerCase(), status: 200 }),
		"hidden results": () => ({ path: `${poll.code}/results`, status: 401 }),
		"an export without a token": () => ({ path: `${poll.code}/export`, status: 401 }),
		"a host's results": () => ({
			path: `${poll.code}/results`,
			headers: [`Authorization: Bearer ${poll.hostToken}`],
			status: 200,
		}),
		"a wrong token": () => ({
			method: "DELETE",
			path: poll.code,
			headers: ["Authorization: Bearer wrong"],
			status: 401,
		}),
		"a wrong code": () => ({ path: "ZZZZZZ", status: 404 }),
		"what cannot be a code": () => ({ path: "no-code-at-all", status: 404 }),
		"results of a wrong code": () => ({ path: "ZZZZZZ/results", status: 404 }),
		"an export of a wrong code": () => ({ path: "ZZZZZZ/export", status: 404 }),
		"deleting a wrong code": () => ({ method: "DELETE", path: "ZZZZZZ", status: 404 }),
		"a wrong code from a page of the same origin": () => ({
			path: "ZZZZZZ",
			headers: [`Origin: http://${host()}`],
			status: 404,
		}),
		"a wrong code from a page of another origin": () => ({
			path: "ZZZZZZ",
			headers: ["Origin: http://elsewhere.example"],
			status: 403,
		}),
		"a wrong code with a body that is no JSON": () => ({
			path: "ZZZZZZ",
			headers: ["Content-Type: application/json"],
			body: "{",
			status: 400,
		}),
	};
	for (const [name, request] of Object.entries(requests)) {
		it(`[H17] is answered alike on its own lane and by Express, to the byte: ${name}`, async () => {
			const { method = "GET", path, headers, body, status } = request();
			const lane = await ask(method, `/api/polls/${path}`, headers, body);
			match(lane, new RegExp(`^HTTP/1.1 ${status} `));
			// Express takes a slash at the end, which the lane leaves to it.
			const express = await ask(method, `/api/polls/${path}/`, headers, body);
			equal(comparable(lane), comparable(express));
		});
	}

	it("[H17] is refused alike, to the byte, once the address has spent its misses, and a right code that is known there is not", async () => {
		const address = "203.0.113.71";
		await new Visitor(server.origin, address).reserve(poll.code, { role: "viewer" });
		await spend(address);
		const from = [`X-Forwarded-For: ${address}`];
		const guess = (n: number) => `/api/polls/${unusedCode(n, "XXM")}`;
		const claim = JSON.stringify({ role: "viewer" });
		const posted = [...from, "Content-Type: application/json"];
		const forms = [
			(n: number) => ask("GET", guess(n), from),
			(n: number) => ask("GET", `${guess(n)}/`, from),
			(n: number) => ask("POST", `${guess(n)}/seats`, posted, claim),
			(n: number) => ask("POST", `${guess(n)}/seats/`, posted, claim),
		];
		// Of each form more than may wait: some of it is refused.
		const asked = forms.map((form, kind) =>
			Promise.all(Array.from({ length: 20 }, (_, n) => form(kind * 20 + n))),
		);
		const right = await ask("GET", `/api/polls/${poll.code}`, from);
		match(right, /^HTTP\/1.1 200 /);
		const refused = (await Promise.all(asked)).map((answers) =>
			answers.find((answer) => answer.startsWith("HTTP/1.1 429 ")),
		);
		const [first = "none", ...others] = refused;
		match(first, /"rate_limited"/);
		for (const other of others) equal(comparable(other ?? "none"), comparable(first));
	});

	it("[M12] counts once, on the lane and when it goes on to Express", async () => {
		const series = ["2xx", "4xx"].map((of) => `route="${POLL}",method="GET",class="${of}"`);
		const results = `route="${POLL}/results",method="GET",class="4xx"`;
		const all = () => Promise.all([...series, results].map(counted));
		const before = await all();
		for (let n = 0; n < 3; n += 1) await ask("GET", `/api/polls/${poll.code}`);
		for (let n = 0; n < 5; n += 1) await ask("GET", "/api/polls/ZZZZZZ");
		await ask("GET", "/api/polls/ZZZZZZ/results");
		const after = await all();
		deepEqual(
			after.map((count, place) => count - (before[place] ?? 0)),
			[3, 5, 1],
		);
	});

	it("[M12] counts whoever leaves before the answer", async () => {
		const address = "203.0.113.72";
		await spend(address);
		const series = ["aborted", "4xx"].map((of) => `route="${POLL}",method="GET",class="${of}"`);
		const all = () => Promise.all(series.map(counted));
		const [abortedBefore = 0, refusedBefore = 0] = await all();
		// More codes than are answered at once, be it that some of the misses have come back: some wait.
		for (let n = 0; n < LEAVING; n += 1) {
			const path = `/api/polls/${unusedCode(n, "XXN")}`;
			const head = `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\n\r\n`;
			const socket = connect(server.port, "127.0.0.1");
			socket.on("error", () => {});
			socket.write(head, () => socket.destroy());
		}
		await until(async () => {
			const [aborted = 0, refused = 0] = await all();
			const left = aborted - abortedBefore;
			return left > 0 && left + refused - refusedBefore === LEAVING;
		}, SOON_MS);
	});
});
