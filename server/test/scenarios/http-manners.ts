/** How every HTTP answer looks: correlation ids, errors, sizes, health. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { type HttpAnswer, until, WireClient } from "../support/wire-client.ts";
import { aPoll } from "./gathering.ts";
import type { Site } from "./site.ts";

const NOBODY = "ZZZZZZ";

export function httpScenarios(site: () => Site): void {
	const http: WireClient["http"] = (...call) => new WireClient(site().origin()).http(...call);

	describe("HTTP", () => {
		const errors: [what: string, call: () => Promise<HttpAnswer>, status: number, code: string][] =
			[
				["an unknown poll", () => http("GET", `/api/polls/${NOBODY}`), 404, "poll_not_found"],
				[
					"results of one",
					() => http("GET", `/api/polls/${NOBODY}/results`),
					404,
					"poll_not_found",
				],
				["its export", () => http("GET", `/api/polls/${NOBODY}/export`), 404, "poll_not_found"],
				["deleting it", () => http("DELETE", `/api/polls/${NOBODY}`), 404, "poll_not_found"],
				["no code at all", () => http("GET", "/api/polls/0-O-1"), 404, "poll_not_found"],
				["a broken escape", () => http("GET", "/api/polls/%E0%A4%A"), 400, "invalid_input"],
				["an unknown address", () => http("GET", "/api/pools"), 404, "not_found"],
				["an unknown method", () => http("PATCH", "/api/polls"), 404, "not_found"],
				["a body that is no JSON", () => http("POST", "/api/polls", "{"), 400, "invalid_input"],
				["a body that is no object", () => http("POST", "/api/polls", "[]"), 400, "invalid_input"],
				["no body", () => http("POST", "/api/polls"), 400, "invalid_input"],
				[
					"a body above 256 KiB",
					() => http("POST", "/api/polls", { title: "x".repeat(262_144) }),
					413,
					"payload_too_large",
				],
			];
		for (const [what, call, status, code] of errors) {
			it(`[H8] [H9] [H10] ${what}: ${status} ${code} in the one shape of errors`, async () => {
				const answer = await call();
				equal(answer.status, status, answer.text);
				deepEqual(Object.keys(answer.body), ["error"]);
				const { error } = answer.body;
				equal(error.code, code);
				ok(error.message.length > 0);
				equal(error.requestId, answer.headers.get("x-request-id"));
				ok(!/\bat \S+:\d+|\/server\/|node_modules|SELECT/.test(answer.text), answer.text);
			});
		}

		it("[H9] a well-formed request id of the caller is kept, any other replaced", async () => {
			const ask = async (id: string) => {
				const answer = await http("GET", "/api/limits", undefined, { "x-request-id": id });
				return answer.headers.get("x-request-id") ?? "";
			};
			for (const kept of ["abcd-123", "A_z-09".repeat(10)]) equal(await ask(kept), kept);
			for (const replaced of ["short12", "x".repeat(65), "with space", "<script>alert</script>"]) {
				const given = await ask(replaced);
				ok(given !== replaced);
				match(given, /^[A-Za-z0-9_-]{8,64}$/);
			}
		});

		it("[H9] without one of the caller, every answer has a new one", async () => {
			const paths = ["/api/limits", "/health/live", "/health/ready", "/nowhere"];
			const answers = await Promise.all(paths.map((path) => http("GET", path)));
			const ids = answers.map(({ headers }) => headers.get("x-request-id"));
			equal(new Set(ids).size, paths.length);
			ok(!ids.includes(null));
		});

		it("[H10] a body just below its limit is read", async () => {
			const frame = JSON.stringify({ question: "?", options: ["a", "b"], note: "" });
			const note = "x".repeat(262_144 - frame.length);
			const body = { question: "?", options: ["a", "b"], note };
			equal((await http("POST", "/api/polls", body)).status, 201);
		});

		it("[H7] live and ready, with the database's state", async () => {
			const live = await http("GET", "/health/live");
			deepEqual([live.status, live.body.status], [200, "ok"]);
			// A database that takes more than a second to answer counts as down.
			const ready = await until(async () => {
				const answer = await http("GET", "/health/ready");
				return answer.status === 200 ? answer : undefined;
			});
			equal(ready.body.status, "ok");
			const { database } = ready.body.checks;
			equal(database.status, "up");
			ok(database.latencyMs >= 0);
		});

		it("[H13] Colyseus's own matchmaking does not exist here", async () => {
			const { code } = await aPoll(site());
			for (const path of [
				"joinOrCreate/poll",
				"create/poll",
				`join/${code}`,
				"joinById/poll",
				"reconnect/poll",
			]) {
				const { status, body } = await http("POST", `/matchmake/${path}`, { code });
				deepEqual([path, status, body.error.code], [path, 404, "not_found"]);
			}
			equal((await http("GET", "/matchmake/poll")).status, 404);
		});
	});
}
