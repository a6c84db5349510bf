import assert from "node:assert/strict";
import { httpApi } from "./http-api.ts";
import { HttpError, NoAnswerError } from "./http-call.ts";

describe("http api", () => {
	it("[C48] an error of the server arrives with code, message, request id, details and Retry-After", async () => {
		const details = [{ field: "title", message: "must have at most 200 characters" }];
		const error = { code: "invalid_input", message: "No.", requestId: "r-12345678", details };
		const api = answering(
			Response.json({ error }, { status: 400, headers: { "retry-after": "3" } }),
		);
		await assert.rejects(api.poll("ABCDEF"), (thrown) => {
			assert.ok(thrown instanceof HttpError);
			const { code, message, requestId, retryAfterMs } = thrown;
			assert.deepEqual({ code, message, requestId, details: thrown.details }, error);
			assert.equal(retryAfterMs, 3_000);
			return true;
		});
	});

	it("[C49] a proxy's error page is told by its status", async () => {
		for (const [status, code] of [
			[502, "unavailable"],
			[503, "unavailable"],
			[429, "rate_limited"],
			[500, "internal"],
			[404, "internal"],
		] as const) {
			const api = answering(new Response("<html>", { status }));
			await assert.rejects(api.results("ABCDEF"), { name: "HttpError", code, requestId: "" });
		}
	});

	it("[C50] no answer, a broken one, or none within the deadline is NoAnswerError", async () => {
		await assert.rejects(answering(new Response("<html>")).limits(), NoAnswerError);
		const broken = httpApi("http://fake", { fetch: () => Promise.reject(new TypeError("reset")) });
		await assert.rejects(broken.limits(), NoAnswerError);
		const silent: typeof fetch = (_, init) =>
			new Promise((_, reject) => {
				init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
			});
		const late = httpApi("http://fake", { fetch: silent, deadlineMs: 5 });
		await assert.rejects(late.limits(), NoAnswerError);
	});

	it("[C51] calls go below the origin, with the token as a bearer and nothing of it in the address", async () => {
		const calls: [string, RequestInit | undefined][] = [];
		const recorded: typeof fetch = async (url, init) => {
			calls.push([String(url), init]);
			return Response.json([]);
		};
		const api = httpApi("https://polls.example/base/", { fetch: recorded });
		await api.exportVotes("ABCDEF", "secret");
		await api.createPoll({ question: "Tea?", options: ["Yes", "No"] });
		await api.deletePoll("ABCDEF", "secret");
		const said = calls.map(([url, init]) => `${init?.method} ${url}`);
		assert.deepEqual(said, [
			"GET https://polls.example/base/api/polls/ABCDEF/export?format=json",
			"POST https://polls.example/base/api/polls",
			"DELETE https://polls.example/base/api/polls/ABCDEF",
		]);
		assert.deepEqual(calls[0]?.[1]?.headers, { authorization: "Bearer secret" });
	});
});

function answering(response: Response) {
	return httpApi("http://fake", { fetch: async () => response });
}
