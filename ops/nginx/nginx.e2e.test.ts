import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket, WebSocketServer } from "ws";
import { freePort } from "../services/free-port.ts";
import { checkNginx, startNginx } from "../services/nginx-server.ts";
import { render } from "./render.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Heard {
	readonly port: number;
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingMessage["headers"];
	readonly body: string;
}

const fine: Answer = (_request, response) => void response.end("fine");
const busy: Answer = (_request, response) => {
	response.writeHead(503, { "retry-after": "7" }).end("busy");
};
const resets: Answer = ({ socket }) => void socket.destroy();

describe("nginx in front of two processes", () => {
	const cleanups: (() => unknown)[] = [];
	let directory: string;
	let origin: string;
	let ports: readonly [number, number];
	let stops: (() => Promise<void>)[];
	let heard: Heard[];
	/** How the processes answer: the first request that comes to either, the second, and so on. */
	let answers: Answer[];

	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), "plenum-nginx-"));
		cleanups.push(() => rm(directory, { recursive: true, force: true }));
		heard = [];
		answers = [];
		stops = [];
		ports = [await startProcess(), await startProcess()];
		const listenPort = await freePort();
		origin = `http://127.0.0.1:${listenPort}`;
		const processes = ports.map((port) => ({ port }));
		const site = render({ listenPort, processes, logFolder: "." });
		const nginx = await startNginx({ directory, site });
		cleanups.push(() => nginx.stop());
	});

	afterEach(async () => {
		for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
	});

	it("[O10] nginx accepts plenum.conf", async () => {
		const kept = await readFile(new URL("plenum.conf", import.meta.url), "utf8");
		const elsewhere = kept.replace("listen 80;", `listen ${await freePort()};`);
		await checkNginx(join(directory, "kept"), elsewhere.replaceAll("/var/log/nginx/", ""));
	});

	it("[O11] a WebSocket reaches exactly the process that its path names, without that prefix", async () => {
		for (const port of [...ports, ...ports]) {
			const socket = new WebSocket(`${origin}/w/${port}/process/room?sessionId=secret`);
			const [greeting] = await once(socket, "message");
			assert.equal(String(greeting), `${port} /process/room?sessionId=secret`);
			socket.send("echo");
			const [echo] = await once(socket, "message");
			assert.equal(String(echo), "echo");
			socket.close();
			await once(socket, "close");
		}
	});

	it("[O11] a port that is not configured, and whatever is no upgrade, is 404 below /w/", async () => {
		const other = await startProcess();
		const socket = new WebSocket(`${origin}/w/${other}/process/room`);
		const [error] = await once(socket, "error");
		assert.match(error.message, /404/);
		for (const path of [`/w/${ports[0]}/metrics`, `/w/${other}/x`, "/w/", `/w/${ports[0]}`]) {
			assert.equal((await fetch(origin + path)).status, 404, path);
		}
		const plain = await ask({ path: `/w/${ports[0]}/metrics`, headers: { upgrade: "h2c" } });
		assert.equal(plain.status, 404);
		assert.deepEqual(heard, []);
	});

	it("[O12] forwarded headers are set, never believed, and Host is passed on", async () => {
		const forged = "203.0.113.9";
		await ask({
			path: "/",
			headers: {
				...{ "x-forwarded-for": forged, "x-forwarded-host": "evil.example" },
				...{ "x-forwarded-proto": "https", forwarded: `for=${forged}`, "x-real-ip": forged },
				...{ host: "polls.example:8080", upgrade: "websocket", connection: "upgrade" },
			},
		});
		const { headers } = only(heard);
		assert.equal(headers["x-forwarded-for"], "127.0.0.1");
		assert.equal(headers["x-forwarded-host"], "polls.example:8080");
		assert.equal(headers["x-forwarded-proto"], "http");
		assert.equal(headers["host"], "polls.example:8080");
		assert.equal(headers["x-real-ip"], "127.0.0.1");
		assert.equal(headers["forwarded"], undefined);
		assert.equal(headers["upgrade"], undefined);
	});

	it("[O12] the caller's request id is kept when it is well-formed, else there is a new one", async () => {
		const mine = "my-own_request-1";
		for (const id of [mine, "short", "has spaces in it", `${mine}"`, "x".repeat(65)]) {
			await ask({ path: "/", headers: { "x-request-id": id } });
		}
		await ask({ path: "/" });
		const [first, ...others] = heard.map(({ headers }) => String(headers["x-request-id"]));
		assert.equal(first, mine);
		for (const id of others) assert.match(id, /^[0-9a-f]{32}$/);
		assert.equal(new Set(others).size, others.length);
	});

	it("[O13] no log has a query string or a token, not even when a process is away", async () => {
		const headers = { authorization: "Bearer secret" };
		await ask({ path: "/api/polls?token=secret", headers });
		const socket = new WebSocket(`${origin}/w/${ports[0]}/process/room?sessionId=secret`);
		await once(socket, "message");
		socket.close();
		await once(socket, "close");
		answers = [resets, resets, resets];
		await ask({ path: "/gone?token=secret", headers });
		const lines = await logged(3);
		assert.deepEqual(
			lines.map(({ path, status }) => `${path} ${status}`),
			["/api/polls 200", `/w/${ports[0]}/process/room 101`, "/gone 503"],
		);
		for (const file of ["plenum.access.log", "plenum.error.log"]) {
			assert.equal((await readFile(join(directory, file), "utf8")).includes("secret"), false, file);
		}
	});

	it("[O14] a dead process is not noticed", async () => {
		await stops[0]?.();
		await allAnsweredBy(ports[1]);
	});

	it("[O14] the second process may go away at the moment in which the first is back", async () => {
		await stops[0]?.();
		await allAnsweredBy(ports[1]);
		await startProcess(ports[0]);
		await stops[1]?.();
		await allAnsweredBy(ports[0]);
	});

	for (const path of ["/api/polls", "/api/polls/ABCDEF/seats", "/health/ready"]) {
		it(`[O14] what one process answers with 503 is asked of the other, ${path}`, async () => {
			answers = [busy];
			const answer = await ask({ path, method: "POST", body: '{"a":1}' });
			assert.deepEqual([answer.status, answer.body], [200, "fine"]);
			assert.ok(heard.length >= 2);
			for (const { method, body } of heard) assert.deepEqual([method, body], ["POST", '{"a":1}']);
		});

		it(`[O14] when every process says 503, its own words come through, ${path}`, async () => {
			answers = Array<Answer>(10).fill(busy);
			const answer = await ask({ path, method: "POST", body: "{}" });
			assert.deepEqual([answer.status, answer.body], [503, "busy"]);
			assert.equal(answer.headers["retry-after"], "7");
			answers = [];
			assert.equal((await ask({ path })).status, 200, "neither is left out afterwards");
		});
	}

	it("[O15] creating a poll is not repeated when the process may have heard it", async () => {
		answers = [resets];
		const answer = await ask({ path: "/api/polls", method: "POST", body: "{}" });
		assert.equal(answer.status, 503);
		assert.equal(answer.headers["retry-after"], "2");
		assertError(answer, "unavailable");
		assert.equal(heard.length, 1);
	});

	it("[O15] taking a seat is repeated whatever happened to the process", async () => {
		answers = [resets];
		const path = "/api/polls/ABCDEF/seats";
		assert.equal((await ask({ path, method: "POST", body: "{}" })).status, 200);
		assert.equal(heard.length, 2);
	});

	it("[O16] a body past 256 KiB is 413 in the shape of our errors, with and without its length", async () => {
		const body = "x".repeat(256 * 1024 + 1);
		for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
			const answer = await ask({ path: "/api/polls", method: "POST", body, headers });
			assert.equal(answer.status, 413);
			assertError(answer, "payload_too_large");
		}
		assert.deepEqual(heard, []);
		const allowed = { path: "/api/polls", method: "POST", body: body.slice(1) };
		assert.equal((await ask(allowed)).status, 200);
	});

	it("[O17] what is for operators is 404 from outside, however it is spelled", async () => {
		const closed = [
			"/metrics",
			"/monitor",
			"/monitor/api",
			"/ops/",
			"/ops",
			"/METRICS",
			"//metrics",
		];
		for (const path of [...closed, "/m%65trics", "/api/../metrics", "/metrics?x=1", "/Ops/x"]) {
			const answer = await ask({ path });
			assert.equal(answer.status, 404, path);
			assertError(answer, "not_found");
			assert.equal(answer.headers["server"], "nginx");
		}
		assert.deepEqual(heard, []);
		for (const path of ["/", "/metricsx", "/p/METRIC"]) {
			assert.equal((await ask({ path })).status, 200, path);
		}
	});

	async function allAnsweredBy(only: number): Promise<void> {
		heard = [];
		for (let index = 0; index < 20; index += 1) {
			const method = index % 2 === 0 ? "GET" : "POST";
			assert.equal((await ask({ path: "/api/polls", method, body: "{}" })).status, 200, `${index}`);
		}
		assert.deepEqual(new Set(heard.map(({ port }) => port)), new Set([only]));
		assert.equal(heard.length, 20);
	}

	async function startProcess(wanted?: number): Promise<number> {
		const server = createServer(async (request, response) => {
			const { method = "", url = "", headers } = request;
			let body = "";
			for await (const chunk of request) body += chunk;
			heard.push({ port, method, url, headers, body });
			(answers.shift() ?? fine)(request, response);
		});
		const sockets = new WebSocketServer({ server });
		const port = wanted ?? (await freePort());
		sockets.on("connection", (socket, { url }) => {
			socket.send(`${port} ${url}`);
			socket.on("message", (message) => socket.send(String(message)));
		});
		server.listen(port, "127.0.0.1");
		await once(server, "listening");
		const stop = async (): Promise<void> => {
			for (const socket of sockets.clients) socket.terminate();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		};
		stops.push(stop);
		cleanups.push(stop);
		return port;
	}

	interface Asked {
		readonly path: string;
		readonly method?: string;
		readonly headers?: Readonly<Record<string, string>>;
		readonly body?: string;
	}

	interface Answered {
		readonly status: number;
		readonly headers: IncomingMessage["headers"];
		readonly body: string;
	}

	/** Not fetch: it would tidy up paths and refuse to forge headers. */
	async function ask({ path, method = "GET", headers = {}, body }: Asked): Promise<Answered> {
		const outgoing = request(origin, { path, method, headers, agent: false });
		if (body !== undefined && headers["transfer-encoding"] === undefined) {
			outgoing.setHeader("content-length", Buffer.byteLength(body));
		}
		const answered = new Promise<IncomingMessage>((resolve, reject) => {
			outgoing.once("response", resolve).on("error", reject);
		});
		outgoing.end(body);
		const response = await answered;
		let text = "";
		for await (const chunk of response) text += chunk;
		return { status: response.statusCode ?? 0, headers: response.headers, body: text };
	}

	function assertError({ headers, body }: Answered, code: string): void {
		const { error } = JSON.parse(body);
		assert.equal(error.code, code);
		assert.equal(error.requestId, headers["x-request-id"]);
		assert.match(error.requestId, /^[0-9a-f]{32}$/);
		assert.match(error.message, /^[A-Z].*\.$/);
		assert.equal(headers["content-type"], "application/json");
	}

	/** The access log once it has `count` lines: a request is written when it is over. */
	async function logged(count: number): Promise<Record<string, string>[]> {
		while (true) {
			const text = await readFile(join(directory, "plenum.access.log"), "utf8");
			const lines = text.split("\n").filter(Boolean);
			if (lines.length >= count) return lines.map((line) => JSON.parse(line));
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}
});

function only<T>(list: readonly T[]): T {
	assert.equal(list.length, 1);
	const [first] = list;
	assert.ok(first !== undefined);
	return first;
}
