/** What depends on a server's configuration and life: origins, the host key, draining. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { WireClient } from "../support/wire-client.ts";
import { aPoll, closeCode, mintToken, open, tea, vote } from "./gathering.ts";
import { upgradeStatus } from "./raw-socket.ts";
import type { OneProcess, StartOne } from "./site.ts";

const FRIEND = "https://friend.example";
const FOREIGN = "https://foreign.example";
const VIEWER = { role: "viewer" };
const HOST_KEY = "a host key of this test";

export function surroundingsScenarios(start: StartOne): void {
	describe("surroundings", function () {
		this.timeout(90_000);
		let server: OneProcess;
		let origin: string;
		let client: WireClient;
		const key = { authorization: `Bearer ${HOST_KEY}` };
		const create = (headers: Record<string, string>) =>
			client.http("POST", "/api/polls", { questions: [tea] }, headers);

		before(async () => {
			server = await start({ CORS_ORIGINS: FRIEND, HOST_KEY });
			origin = server.origin();
			client = new WireClient(origin);
		});
		after(() => server.end());

		it("[H11] where a host key is configured, creating needs it and nothing else does", async () => {
			const wrong = { authorization: `Bearer ${HOST_KEY}x` };
			for (const headers of [{}, wrong, { authorization: HOST_KEY }]) {
				const { status, body } = await create(headers as Record<string, string>);
				deepEqual([status, body.error.code], [401, "unauthorized"]);
			}
			const { status, body } = await create(key);
			equal(status, 201);
			equal((await client.http("GET", `/api/polls/${body.code}`)).status, 200);
			await (await client.enter(body.code, { nickname: "Ada" })).leave();
		});

		it("[H14] a foreign origin is refused by HTTP, by seats and by the WebSocket upgrade", async () => {
			const { code } = (await create(key)).body;
			const headers = { origin: FOREIGN };
			const calls = await Promise.all([
				client.http("GET", `/api/polls/${code}`, undefined, headers),
				client.http("POST", "/api/polls", { questions: [tea] }, { ...headers, ...key }),
				client.http("POST", `/api/polls/${code}/seats`, { role: "viewer" }, headers),
				client.http("OPTIONS", "/api/polls", undefined, headers),
			]);
			for (const { status, body, headers } of calls) {
				deepEqual([status, body.error.code], [403, "forbidden"]);
				equal(headers.get("access-control-allow-origin"), null);
				ok(headers.get("x-request-id"));
			}
			equal(await upgradeStatus(origin, code, FOREIGN), 403);
			equal(await upgradeStatus(origin, code, "null"), 403);
		});

		it("[H14] its own origin, a configured one and none at all are welcome", async () => {
			const { code } = (await create(key)).body;
			for (const page of [origin, FRIEND]) {
				const answer = await client.http("GET", `/api/polls/${code}`, undefined, { origin: page });
				equal(answer.status, 200);
				equal(answer.headers.get("access-control-allow-origin"), page);
				equal(await upgradeStatus(origin, code, page), 101);
			}
			equal(await upgradeStatus(origin, code, undefined), 101);
			const preflight = await client.http("OPTIONS", "/api/polls", undefined, {
				origin: FRIEND,
				"access-control-request-method": "POST",
				"access-control-request-headers": "authorization, content-type",
			});
			equal(preflight.status, 204);
			equal(preflight.headers.get("access-control-allow-origin"), FRIEND);
			ok(/authorization/i.test(preflight.headers.get("access-control-allow-headers") ?? ""));
		});
	});

	describe("SIGTERM", function () {
		this.timeout(90_000);
		let server: OneProcess;
		after(() => server.end());

		it("[W10] [H7] everybody is closed with 4100, readiness says draining, and all is there afterwards", async () => {
			server = await start();
			const poll = await aPoll(server);
			const token = mintToken();
			const [host, viewer] = [await poll.host(), await poll.viewer()];
			const ada = await poll.join("Ada", token);
			await open(host);
			await vote(ada, [1]);
			// Somebody who reserved a seat and never comes must not hold up the end.
			await new WireClient(server.origin()).http("POST", `/api/polls/${poll.code}/seats`, VIEWER);
			const codes = Promise.all([host, viewer, ada].map(closeCode));
			const readiness = watchReadiness(server.origin());
			// The reservation would expire after 15 seconds.
			const startedAt = Date.now();
			equal(await server.end("SIGTERM"), 0);
			ok(Date.now() - startedAt < 12_000, `took ${Date.now() - startedAt} ms`);
			deepEqual(await codes, [4100, 4100, 4100]);
			const answers = await readiness;
			const draining = answers.indexOf("503 draining");
			if (draining >= 0) deepEqual([...new Set(answers.slice(draining))], ["503 draining"]);

			await server.startAgain();
			const back = await poll.enter({ participantToken: token });
			deepEqual((await back.request("hello", {})).ballots, [
				{ questionId: "q1", revision: 1, choices: [1] },
			]);
			await server.end();
			deepEqual(server.errors(), []);
		});
	});
}

/** Asks until nobody answers any more; resolves to the answers. */
async function watchReadiness(origin: string): Promise<string[]> {
	const answers: string[] = [];
	while (true) {
		try {
			const { status, body } = await new WireClient(origin).http("GET", "/health/ready");
			answers.push(`${status} ${body.status}`);
		} catch {
			return answers;
		}
	}
}
