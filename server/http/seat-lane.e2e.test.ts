import { equal, match } from "node:assert/strict";
import type { CreatedPoll } from "../../schema/wire/http.ts";
import { byteExchange, comparable } from "../test/support/byte-exchange.ts";
import { type ServerUnderTest, startServer } from "../test/support/server-under-test.ts";

const TOKEN = "a-token-of-twenty-two-characters";
const JSON_TYPE = "Content-Type: application/json";

describe("[H15] a seat is answered alike on its own lane and by Express, to the byte", function () {
	this.timeout(60_000);
	let server: ServerUnderTest;
	let poll: CreatedPoll;

	before(async () => {
		server = await startServer();
		const answer = await fetch(`${server.origin}/api/polls`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ question: "Where to?", options: ["North", "South"] }),
		});
		poll = (await answer.json()) as CreatedPoll;
	});
	after(() => server.kill());

	const claim = JSON.stringify({ nickname: "Zoë", participantToken: TOKEN });
	const host = () => new URL(server.origin).host;
	const post = (path: string, headers: readonly string[], body: string, pieceBytes?: number) =>
		byteExchange(server.origin, {
			...{ method: "POST", path, body },
			headers: ["x-request-id: the-same-id-for-both", ...headers],
			...(pieceBytes !== undefined && { pieceBytes }),
		});
	const requests: Record<string, () => { body: string; headers?: string[]; status: number }> = {
		"a seat": () => ({ body: claim, status: 200 }),
		"a returning person": () => ({
			body: JSON.stringify({ participantToken: TOKEN }),
			status: 200,
		}),
		"a viewer": () => ({ body: '{"role":"viewer"}', status: 200 }),
		"a host": () => ({ body: JSON.stringify({ hostToken: poll.hostToken }), status: 200 }),
		"a page of the same origin": () => ({
			body: claim,
			headers: [JSON_TYPE, `Origin: http://${host()}`],
			status: 200,
		}),
		"a page of another origin": () => ({
			body: claim,
			headers: [JSON_TYPE, "Origin: http://elsewhere.example"],
			status: 403,
		}),
		"a charset": () => ({
			body: claim,
			headers: ["Content-Type: application/json; charset=utf-8"],
			status: 200,
		}),
		"a byte order mark": () => ({ body: `\ufeff${claim}`, status: 200 }),
		"a claim that is none": () => ({ body: '{"nickname":7}', status: 400 }),
		"a list": () => ({ body: "[]", status: 400 }),
		"a wrong host token": () => ({ body: '{"hostToken":"wrong"}', status: 401 }),
		"no JSON": () => ({ body: '{"nickname":', status: 400 }),
		"a word": () => ({ body: '"nickname"', status: 400 }),
		"no type": () => ({ body: claim, headers: [], status: 400 }),
		"too much": () => ({ body: JSON.stringify({ nickname: "x".repeat(2_000_000) }), status: 413 }),
	};
	for (const [name, request] of Object.entries(requests)) {
		it(name, async () => {
			const { body, headers = [JSON_TYPE], status } = request();
			const ask = (path: string) => post(path, headers, body);
			const lane = await ask(`/api/polls/${poll.code}/seats`);
			// Express takes a slash at the end, which the lane leaves to it.
			const express = await ask(`/api/polls/${poll.code}/seats/`);
			match(lane, new RegExp(`^HTTP/1.1 ${status} `));
			equal(comparable(lane), comparable(express));
		});
	}

	it("an unknown code", async () => {
		const ask = (path: string) => post(path, [JSON_TYPE], claim);
		const lane = await ask("/api/polls/ZZZZZZ/seats");
		match(lane, /^HTTP\/1.1 404 /);
		equal(comparable(lane), comparable(await ask("/api/polls/ZZZZZZ/seats/")));
	});

	it("a body that comes in pieces", async () => {
		const path = `/api/polls/${poll.code}/seats`;
		match(await post(path, [JSON_TYPE], claim, 20), /^HTTP\/1.1 200 /);
	});
});
