/** Hostile addresses and headers at a whole server: what Colyseus's own router and upgrade do not survive. */
import { deepEqual, doesNotMatch, equal, match, notEqual, ok, rejects } from "node:assert/strict";
import { once } from "node:events";
import WebSocket from "ws";
import { BesiegedServer, besiege } from "../support/besieged-server.ts";
import { type RawSeat, rawExchange, seatUrl } from "../support/raw-seat.ts";

type Headers = Readonly<Record<string, string>>;

const UNUSABLE_HOSTS = ["[", "", " ", "a b", "[::1", "evil.example/x", "\u00e9", "a:999999"];
const LONG_HOST = "x".repeat(12_000);
const HOSTILE_PROTOCOLS = ["https,http", "javascript", "://", ",", "x".repeat(12_000)];
const PATHS = [
	"/",
	"/matchmake/joinOrCreate/poll",
	"/__healthcheck",
	"/health/live",
	"/api/limits",
];

const siege = new BesiegedServer();

/** A test after which everybody else must be able to go on as before. */
function edge(title: string, attack: () => Promise<void>): void {
	it(title, () => siege.withstands(attack));
}

describe("sharp edges: addresses", () => {
	besiege(siege);

	describe("HTTP addresses and headers", () => {
		edge("[S3] a hostile Host header is refused on every path", async () => {
			for (const host of UNUSABLE_HOSTS) {
				for (const path of PATHS) {
					for (const method of ["GET", "POST", "OPTIONS"]) {
						const answer = await answerTo(method, path, { Host: host });
						match(answer, /^HTTP\/1\.1 400 /);
						equal(JSON.parse(answer.split("\r\n\r\n")[1] ?? "").error.code, "invalid_input");
					}
				}
			}
		});

		edge("[S3] a very long Host, two of them or none cost one answer", async () => {
			match(await answerTo("GET", "/api/limits", { Host: LONG_HOST }), /^HTTP\/1\.1 200 /);
			match(await answerTo("GET", "/__healthcheck", { Host: LONG_HOST }), /^HTTP\/1\.1 404 /);
			match(await answerTo("GET", "/api/limits", { Host: "a", host: "[" }), /^HTTP\/1\.1 [24]00 /);
			match(await answerTo("GET", "/api/limits", {}), /^HTTP\/1\.1 400 /);
		});

		edge(
			"[H8] [H9] what Node alone would answer looks like every other answer: no Host, an expectation",
			async () => {
				const id = { "x-request-id": "who-asks-1" };
				isRefusal(await answerTo("GET", "/health/live", id), 400, "invalid_input");
				const headers = { Host: "polls.example", Expect: "the unexpected", ...id };
				const limits = await answerTo("GET", "/api/limits", headers);
				match(limits, /^HTTP\/1\.1 200 .*x-request-id: who-asks-1/s);
			},
		);

		edge("[S3] a hostile X-Forwarded-Proto changes nothing", async () => {
			for (const protocol of HOSTILE_PROTOCOLS) {
				const headers = { Host: "polls.example", "X-Forwarded-Proto": protocol };
				for (const path of ["/health/live", "/api/limits"]) {
					match(await answerTo("GET", path, headers), /^HTTP\/1\.1 200 /);
				}
				for (const path of ["/matchmake/joinOrCreate/poll", "/__healthcheck"]) {
					match(await answerTo("GET", path, headers), /^HTTP\/1\.1 404 /);
					match(await answerTo("POST", path, headers, "{}"), /^HTTP\/1\.1 404 /);
				}
				match(await answerTo("GET", "/", headers), /^HTTP\/1\.1 (200|404) /);
				const form = JSON.stringify({ question: "?", options: ["a", "b"] });
				const created = await answerTo("POST", "/api/polls", headers, form);
				match(created, /"joinUrl":"http:\/\/polls\.example\/j\//);
			}
		});

		edge("[H13] Colyseus's own HTTP routes are not there", async () => {
			const { roomId } = await siege.reserve();
			const methods = ["joinOrCreate/poll", "create/poll", "join/poll"];
			const byId = [`joinById/${roomId}`, `reconnect/${roomId}`, "__proto__/poll"];
			const own = ["", ...methods, ...byId].map((route) => `/matchmake/${route}`);
			for (const path of [...own, "/__healthcheck"]) {
				for (const method of ["GET", "POST", "OPTIONS"]) {
					const answer = await siege.client.http(method, path, method === "POST" ? {} : undefined);
					const code = answer.body?.error.code;
					deepEqual([method, path, answer.status, code], [method, path, 404, "not_found"]);
				}
			}
			// The first page is ours, where pages are built.
			const root = await siege.client.http("GET", "/");
			ok(root.status === 200 || root.status === 404);
			doesNotMatch(root.text, /colyseus/i);
		});

		edge(
			"[H14] a page of another origin is refused by HTTP, by seats and by the upgrade",
			async () => {
				const reservation = await siege.reserve();
				const { code } = siege.poll;
				for (const origin of foreignOrigins()) {
					const calls = [
						siege.client.http("GET", `/api/polls/${code}`, undefined, { origin }),
						siege.client.http("OPTIONS", "/api/polls", undefined, { origin }),
						siege.client.http("POST", `/api/polls/${code}/seats`, siege.newcomer(), { origin }),
					];
					for (const { status, body, headers } of await Promise.all(calls)) {
						deepEqual([origin, status, body?.error.code], [origin, 403, "forbidden"]);
						equal(headers.get("access-control-allow-origin"), null);
					}
					equal(await upgradeStatus(seatUrl(siege.origin, reservation), origin), 403);
				}
				const seat = siege.openSeat(reservation, { origin: siege.origin });
				await seat.joined;
				await isServed(seat);
			},
		);
	});

	describe("upgrades", () => {
		edge("[H18] an offer of HTTP/2 is not taken, and the request answered", async () => {
			const offer = { Upgrade: "h2c", Connection: "Upgrade, HTTP2-Settings" };
			const headers = { Host: "polls.example", "HTTP2-Settings": "AAMAAABkAAQAAP__", ...offer };
			for (let time = 1; time <= 2; time += 1) {
				match(await answerTo("GET", "/api/limits", headers), /^HTTP\/1\.1 200 .*"titleMax":200/s);
				const form = JSON.stringify({ question: "?", options: ["a", "b"] });
				match(await answerTo("POST", "/api/polls", headers, form), /^HTTP\/1\.1 201 /);
			}
		});

		edge("[H8] [H9] an upgrade is refused as every other request is", async () => {
			const { processId, roomId, sessionId } = await siege.reserve();
			const seat = `/${processId}/${roomId}?sessionId=${sessionId}`;
			const own = { Host: "polls.example", "x-request-id": "who-asks-1" };
			const foreign = { ...own, Origin: "https://evil.example" };
			isRefusal(await upgradeAnswer(seat, foreign), 403, "forbidden");
			isRefusal(await upgradeAnswer(seat, { ...own, Host: "[" }), 400, "invalid_input");
			isRefusal(await upgradeAnswer("/", own), 404, "not_found");
		});

		edge(
			"[S3] hostile Host and X-Forwarded-Proto headers on an upgrade close that socket",
			async () => {
				const reservation = await siege.reserve();
				const { processId, roomId } = reservation;
				const target = `/${processId}/${roomId}?sessionId=nobody`;
				for (const Host of [...UNUSABLE_HOSTS, LONG_HOST]) {
					ok(await isTurnedAway(target, { Host }), `left open for Host: ${Host.slice(0, 9)}`);
				}
				for (const protocol of HOSTILE_PROTOCOLS) {
					const headers = { Host: "polls.example", "X-Forwarded-Proto": protocol };
					ok(await isTurnedAway(target, headers));
				}
				const seat = siege.openSeat(reservation);
				await seat.joined;
				await isServed(seat);
			},
		);

		edge(
			"[S9] an upgrade to an unknown room or to none closes that socket and no other",
			async () => {
				const reservation = await siege.reserve();
				const { roomId } = reservation;
				for (const id of ["__proto__", "constructor", "toString", "poll-nope", `${roomId}x`, ""]) {
					notEqual(await siege.openSeat({ ...reservation, roomId: id }).closed, 1006);
				}
				// Outside of any room core would echo pings for a second.
				const nowhere = new WebSocket(siege.origin.replace("http", "ws"));
				await rejects(once(nowhere, "open"), /404/);

				const seat = siege.openSeat(reservation);
				await seat.joined;
				await isServed(seat);
			},
		);

		edge(
			"[S9] an upgrade with a spent seat or somebody else's closes that socket and no other",
			async () => {
				const reservation = await siege.reserve();
				const seat = siege.openSeat(reservation);
				await seat.joined;
				notEqual(await siege.openSeat(reservation).closed, 1006);
				notEqual(await siege.openSeat(reservation, { query: "&skipHandshake" }).closed, 1006);
				equal(await siege.openSeat({ ...reservation, sessionId: "" }).closed, 1006);
				for (const sessionId of [
					"x",
					"__proto__",
					"constructor",
					"x&reconnectionToken=__proto__",
				]) {
					notEqual(await siege.openSeat({ ...reservation, sessionId }).closed, 1006);
				}
				await isServed(seat);
			},
		);

		for (const target of ["*:99999", "*[", "*", "//", "http://[::1", "/%E0%A4%A"]) {
			edge(`[S9] an upgrade to ${target}, which is no address, closes that socket`, async () => {
				ok(await isTurnedAway(target, { Host: "polls.example" }));
			});
		}
	});
});

function foreignOrigins(): readonly string[] {
	const { port } = siege.server;
	return [
		"https://evil.example",
		"null",
		"x",
		"http://127.0.0.1",
		`http://127.0.0.1.evil.example:${port}`,
	];
}

/** The seat is open and its requests are answered. */
async function isServed(seat: RawSeat): Promise<void> {
	equal((await seat.request("hello")).status, 0);
}

/** The whole answer to a request that no library would send. */
async function answerTo(
	method: string,
	path: string,
	headers: Headers,
	body = "",
): Promise<string> {
	const json = { "Content-Type": "application/json", "Content-Length": String(body.length) };
	const all = { Connection: "close", ...headers, ...(body !== "" && json) };
	const text = `${opening(method, path, all)}${body}`;
	return (await rawExchange(siege.server.port, text)).answer;
}

/** In the one shape of errors, under the id that the caller sent. */
function isRefusal(answer: string, status: number, code: string): void {
	const [head = "", body = ""] = answer.split("\r\n\r\n");
	const { error } = JSON.parse(body);
	deepEqual([head.slice(0, 12), error.code], [`HTTP/1.1 ${status}`, code]);
	ok(error.message.length > 0);
	equal(error.requestId, "who-asks-1");
	match(head, /\r\nx-request-id: who-asks-1(\r\n|$)/);
}

const isCloseFrame = (answer: string): boolean => answer.includes("\x88");

function upgrade(target: string, headers: Headers) {
	const text = opening("GET", target, {
		...headers,
		Connection: "Upgrade",
		Upgrade: "websocket",
		"Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
	});
	return rawExchange(siege.server.port, text, isCloseFrame);
}

async function upgradeAnswer(target: string, headers: Headers): Promise<string> {
	return (await upgrade(target, headers)).answer;
}

/** The connection was ended, or a WebSocket close frame asks its client to. */
async function isTurnedAway(target: string, headers: Headers): Promise<boolean> {
	const { answer, isClosed } = await upgrade(target, headers);
	return isClosed || isCloseFrame(answer);
}

/** The HTTP status with which an upgrade is refused. */
async function upgradeStatus(url: string, origin: string): Promise<number> {
	const socket = new WebSocket(url, { origin });
	socket.on("error", () => {});
	const [, response] = await once(socket, "unexpected-response");
	socket.terminate();
	return response.statusCode;
}

function opening(method: string, target: string, headers: Headers): string {
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
	return [`${method} ${target} HTTP/1.1`, ...lines, "", ""].join("\r\n");
}
