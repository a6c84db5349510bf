import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { postJson } from "./http-client.ts";

describe("the HTTP of the benches", () => {
	let server: Server;

	afterEach(() => server.close());

	async function serve(answer: RequestListener): Promise<string> {
		server = createServer(answer).listen(0, "127.0.0.1");
		await once(server, "listening");
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	}

	it("[Z7] posts JSON and reads JSON", async () => {
		const origin = await serve(async (request, response) => {
			const body = (await request.toArray()).join("");
			response.end(JSON.stringify({ path: request.url, body: JSON.parse(body) }));
		});
		const answer = await postJson(origin, "/api", { name: "Ådå" });
		assert.deepEqual(answer, { path: "/api", body: { name: "Ådå" } });
	});

	it("[Z7] comes back to a server that is too busy, as late as it was told", async () => {
		let calls = 0;
		const origin = await serve((_request, response) => {
			calls += 1;
			if (calls === 1) response.writeHead(503, { "retry-after": "1" }).end("{}");
			else response.end(`{"calls":${calls}}`);
		});
		const startedAt = performance.now();
		assert.deepEqual(await postJson(origin, "/", {}), { calls: 2 });
		assert.ok(performance.now() - startedAt >= 990);
	});

	it("[Z7] gives up at once on any other refusal", async () => {
		const origin = await serve((_request, response) => {
			response.writeHead(404).end("no such thing");
		});
		await assert.rejects(
			postJson(origin, "/x", {}),
			/POST \/x was answered with 404: no such thing/,
		);
	});

	it("[Z7] repeats a call whose kept connection the server has just closed", async () => {
		let calls = 0;
		const origin = await serve((request, response) => {
			calls += 1;
			if (calls === 2) request.socket.resetAndDestroy();
			else response.end("{}");
		});
		await postJson(origin, "/", {});
		await postJson(origin, "/", {});
		assert.equal(calls, 3);
	});
});
