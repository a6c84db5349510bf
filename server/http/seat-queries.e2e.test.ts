import { equal, ok } from "node:assert/strict";
import { type ServerUnderTest, startServer } from "../test/support/server-under-test.ts";
import { type HttpAnswer, until, WireClient } from "../test/support/wire-client.ts";

const OPS_TOKEN = "ops-token-of-this-test";
const SEATS = 60;
const FORM = { question: "Where to?", options: ["North", "South"] };

describe("a seat in a poll whose room is here", function () {
	this.timeout(60_000);
	let server: ServerUnderTest;
	let client: WireClient;

	before(async () => {
		server = await startServer({ OPS_TOKEN });
		client = new WireClient(server.origin);
	});
	after(() => server.kill());

	it("[H16] is given without a query", async () => {
		const { code } = await client.create(FORM);
		equal((await seat(code)).status, 200);
		await live(code);
		const before = await queries();
		const startedAt = performance.now();
		const answers = await Promise.all(Array.from({ length: SEATS }, () => seat(code)));
		ok(answers.every(({ status }) => status === 200));
		const asked = (await queries()) - before;
		const seconds = (performance.now() - startedAt) / 1_000;
		// The process looks at its polls every two seconds.
		ok(asked < SEATS / 2 + seconds, `${asked} queries for ${SEATS} seats in ${seconds} s`);
	});

	it("[H5] is not given any more once the poll is deleted, and its host's token is asked for", async () => {
		const { code, hostToken } = await client.create(FORM);
		equal((await seat(code)).status, 200);
		await live(code);
		equal((await seat(code, { hostToken: "wrong" })).status, 401);
		equal((await seat(code, { hostToken })).status, 200);
		const headers = { authorization: `Bearer ${hostToken}` };
		const gone = await client.http("DELETE", `/api/polls/${code}`, undefined, headers);
		equal(gone.status, 204);
		equal((await seat(code)).status, 404);
	});

	function seat(code: string, claim: object = { role: "viewer" }): Promise<HttpAnswer> {
		return client.http("POST", `/api/polls/${code}/seats`, claim);
	}

	/** Resolves once the room of the poll has read its journal. */
	async function live(code: string): Promise<void> {
		await until(async () => (await ops("/ops/status.json")).includes(code));
	}

	async function queries(): Promise<number> {
		const line = /^plenum_db_query_duration_seconds_count\{pool="pool"\} (\d+)/m;
		return Number(line.exec(await ops("/metrics"))?.[1] ?? 0);
	}

	async function ops(path: string): Promise<string> {
		const headers = { authorization: `Bearer ${OPS_TOKEN}` };
		return (await client.http("GET", path, undefined, headers)).text;
	}
});
