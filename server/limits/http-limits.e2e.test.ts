import { deepEqual, equal, ok } from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import express, { type ErrorRequestHandler, type Express, type Request } from "express";
import type { PollCode, TokenHash } from "../../schema/ids.ts";
import { defaultLimits } from "../../schema/limits.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { LimitExceeded } from "./limit-exceeded.ts";
import { createRateLimits } from "./rate-limits.ts";

const refuse: ErrorRequestHandler = (error, _request, response, _next) => {
	ok(error instanceof LimitExceeded);
	response.set("Retry-After", String(error.retryAfterSeconds));
	response.status(429).json({ code: error.code, kind: error.kind });
};

describe("limits of the HTTP API", () => {
	let server: Server;
	afterEach((done) => void server.close(done));

	/** A server behind a proxy, so that a test may come from any address. */
	async function setUp(isOn = true) {
		const timers = virtualTimers();
		const met: unknown[] = [];
		const limits = createRateLimits({
			redis: undefined,
			limits: defaultLimits,
			timers,
			wallClock: timers.now,
			random: Math.random,
			isOn,
			onLimited: (...event) => void met.push(event),
		});
		const bearer = (request: Request) =>
			request.get("authorization")?.replace("Bearer ", "") as TokenHash | undefined;
		const http: Express = express().set("trust proxy", "loopback");
		http.post(
			"/api/polls",
			limits.http.creating((request) => bearer(request) === "the host key"),
			(_request, response) => void response.status(201).end(),
		);
		http.get("/api/polls/:code", async (request, response) => {
			const token = bearer(request);
			const code = request.params.code as PollCode;
			await limits.http.reading({ code, address: request.ip, tokenHash: token });
			if (token === "right") limits.http.hostSeen(token);
			response.status(token === undefined || token === "right" ? 200 : 401).end();
		});
		http.use(refuse);
		server = createServer(http).listen(0, "127.0.0.1");
		await new Promise((resolve) => server.once("listening", resolve));
		const { port } = server.address() as AddressInfo;

		/** So many requests behind one another on one connection; resolves to the answers' heads. */
		async function call(
			count: number,
			[method, path, address, token]: readonly [string, string, string, string | undefined],
		) {
			const lines = [`${method} ${path} HTTP/1.1`, "Host: test", `X-Forwarded-For: ${address}`];
			if (token !== undefined) lines.push(`Authorization: Bearer ${token}`);
			const ask = (last: string) => `${[...lines, last].join("\r\n")}\r\n\r\n`;
			const socket = connect(port, "127.0.0.1");
			socket.end(ask("Connection: keep-alive").repeat(count - 1) + ask("Connection: close"));
			let text = "";
			for await (const chunk of socket) text += chunk;
			return text.split("HTTP/1.1 ").slice(1);
		}
		async function statuses(count: number, request: Parameters<typeof call>[1]) {
			const counts: Record<string, number> = {};
			for (const head of await call(count, request)) {
				const status = head.slice(0, 3);
				counts[status] = (counts[status] ?? 0) + 1;
			}
			return counts;
		}
		const create = (count: number, address: string, token?: string) =>
			statuses(count, ["POST", "/api/polls", address, token]);
		const read = (count: number, address: string, path = "/api/polls/ABC234", token?: string) =>
			statuses(count, ["GET", path, address, token]);
		return { timers, met, call, create, read };
	}

	it("[R5] an address creates sixty polls, then ten a minute; a holder of the host key as many as they like", async () => {
		const { timers, met, call, create } = await setUp();
		deepEqual(await create(62, "192.0.2.1"), { 201: 60, 429: 2 });
		deepEqual(met[0], ["creating", "192.0.2.1"]);
		deepEqual(await create(1, "192.0.2.2"), { 201: 1 });
		deepEqual(await create(100, "192.0.2.1", "the host key"), { 201: 100 });
		await timers.advance(60_000);
		const [refused = ""] = await call(1, ["POST", "/api/polls", "192.0.2.1", undefined]);
		ok(refused.startsWith("429") && refused.includes("\r\nRetry-After: 300\r\n"));
		await timers.advance(300_000);
		deepEqual(await create(61, "192.0.2.1"), { 201: 60, 429: 1 });
	});

	it("[R5] all addresses of an IPv6 network are one", async () => {
		const { create } = await setUp();
		deepEqual(await create(60, "2001:db8::1"), { 201: 60 });
		deepEqual(await create(1, "2001:db8:0:ff::2"), { 429: 1 });
		deepEqual(await create(1, "2001:db9::1"), { 201: 1 });
	});

	it("[R7] reading is counted by address and poll, a host's by the token that was right", async () => {
		const { read, met } = await setUp();
		deepEqual(await read(6_001, "192.0.2.1"), { 200: 6_000, 429: 1 });
		deepEqual(met, [["reading", "192.0.2.1"]]);
		// A wrong token is no other account.
		deepEqual(await read(1, "192.0.2.1", "/api/polls/ABC234", "wrong"), { 429: 1 });
		deepEqual(await read(1, "192.0.2.1", "/api/polls/XYZ234"), { 200: 1 });
		deepEqual(await read(1, "192.0.2.2", "/api/polls/ABC234", "right"), { 200: 1 });
		deepEqual(await read(601, "192.0.2.1", "/api/polls/ABC234", "right"), { 200: 600, 429: 1 });
	});

	it("[R14] switched off, nothing is limited", async () => {
		const { create, met } = await setUp(false);
		deepEqual(await create(100, "192.0.2.1"), { 201: 100 });
		equal(met.length, 0);
	});
});
