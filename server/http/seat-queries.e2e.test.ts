import { equal, ok } from "node:assert/strict";
import type { CreatedPoll } from "../../schema/wire/http.ts";
import { type ServerUnderTest, startServer } from "../test/support/server-under-test.ts";

const OPS_TOKEN = "ops-token-of-this-test";
const SEATS = 60;

describe("a seat in a poll whose room is here", function () {
	this.timeout(60_000);
	let server: ServerUnderTest;

	before(async () => {
		server = await startServer({ OPS_TOKEN });
	});
	after(() => server.kill());

	it("[H16] is given without a query", async () => {
		const { code } = await createPoll();
		equal((await seat(code)).status, 200);
		await live(code);
		const before = await queries();
		const answers = await Promise.all(Array.from({ length: SEATS }, () => seat(code)));
		ok(answers.every(({ status }) => status === 200));
		const asked = (await queries()) - before;
		// The process looks at its polls every two seconds.
		ok(asked < SEATS / 2, `${asked} queries for ${SEATS} seats`);
	});

	it("[H5] is not given any more once the poll is deleted, and its host's token is asked for", async () => {
		const { code, hostToken } = await createPoll();
		equal((await seat(code)).status, 200);
		await live(code);
		equal((await seat(code, { hostToken: "wrong" })).status, 401);
		equal((await seat(code, { hostToken })).status, 200);
		const headers = { authorization: `Bearer ${hostToken}` };
		const gone = await fetch(`${server.origin}/api/polls/${code}`, { method: "DELETE", headers });
		equal(gone.status, 204);
		equal((await seat(code)).status, 404);
	});

	async function createPoll(): Promise<CreatedPoll> {
		const form = { question: "Where to?", options: ["North", "South"] };
		return (await post("/api/polls", form)).json() as Promise<CreatedPoll>;
	}

	function seat(code: string, claim: object = { role: "viewer" }): Promise<Response> {
		return post(`/api/polls/${code}/seats`, claim);
	}

	function post(path: string, body: object): Promise<Response> {
		const headers = { "content-type": "application/json" };
		const text = JSON.stringify(body);
		return fetch(`${server.origin}${path}`, { method: "POST", headers, body: text });
	}

	/** Resolves once the room of the poll has read its journal. */
	async function live(code: string): Promise<void> {
		const status = async () => (await ops("/ops/status.json")).text();
		while (!(await status()).includes(code)) await pause();
	}

	async function queries(): Promise<number> {
		const line = /^plenum_db_query_duration_seconds_count\{pool="pool"\} (\d+)/m;
		return Number(line.exec(await metrics())?.[1] ?? 0);
	}

	async function metrics(): Promise<string> {
		return (await ops("/metrics")).text();
	}

	function ops(path: string): Promise<Response> {
		return fetch(`${server.origin}${path}`, { headers: { authorization: `Bearer ${OPS_TOKEN}` } });
	}
});

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
