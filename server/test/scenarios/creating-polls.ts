/** Creating a poll: what may be sent, what comes of it, and what is refused. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { lanAddresses } from "../../lib/lan-addresses.ts";
import { WireClient } from "../support/wire-client.ts";
import { aPoll, days, tea } from "./gathering.ts";
import type { Site } from "./site.ts";

const CODE = /^[23456789ABCDEFGHJKLMNPQRSTUVWXYZ]{6}$/;

export function creationScenarios(site: () => Site): void {
	const client = (): WireClient => new WireClient(site().origin());
	const view = async (code: string) => (await client().http("GET", `/api/polls/${code}`)).body;

	describe("creating a poll", () => {
		it("[V1] [H1] several questions: the answer is id, code, host token and join address", async () => {
			const settings = { capacity: 300, results: "closed" };
			const form = { title: "Offsite", questions: [tea, days], settings };
			const answer = await client().http("POST", "/api/polls", form);
			equal(answer.status, 201);
			deepEqual(Object.keys(answer.body).sort(), ["code", "hostToken", "id", "joinUrl"]);
			const { id, code, hostToken, joinUrl } = answer.body;
			match(code, CODE);
			ok(id.length > 0 && hostToken.length >= 22);
			ok(joinUrl.startsWith("http") && joinUrl.endsWith(code), joinUrl);

			const poll = await view(code);
			equal(poll.title, "Offsite");
			equal(poll.status, "waiting");
			equal(poll.capacity, 300);
			equal(poll.participants, 0);
			const [first, second] = poll.questions;
			deepEqual(
				[first.id, first.prompt, first.kind, first.options],
				["q1", tea.prompt, "single", tea.options],
			);
			deepEqual(
				[second.kind, second.maxChoices, second.status, second.ballots],
				["multiple", 2, "waiting", 0],
			);
		});

		it("[H1] the shorthand creates the same poll as the long form", async () => {
			const { prompt, options } = tea;
			const [short, long] = await Promise.all([
				client().create({ question: prompt, options }),
				client().create({ questions: [tea] }),
			]);
			const [fromShort, fromLong] = await Promise.all([view(short.code), view(long.code)]);
			deepEqual({ ...fromShort, code: "" }, { ...fromLong, code: "" });
		});

		it("[H1] what is not given: single, a capacity of 20, live results, the first prompt as title", async () => {
			const { kind, prompt, options } = days;
			const { code } = await client().create({ questions: [tea, { kind, prompt, options }] });
			const poll = await view(code);
			deepEqual([poll.title, poll.capacity], [tea.prompt, 20]);
			deepEqual([poll.questions[0].kind, poll.questions[0].maxChoices], ["single", 1]);
			equal(poll.questions[1].maxChoices, options.length);
			deepEqual(poll.questions[0].counts, [0, 0, 0]);
		});

		it("[V1] every poll has a code of its own", async () => {
			const polls = await Promise.all(
				Array.from({ length: 12 }, () => client().create({ questions: [tea] })),
			);
			for (const { code } of polls) match(code, CODE);
			equal(new Set(polls.map(({ code }) => code)).size, polls.length);
			equal(new Set(polls.map(({ hostToken }) => hostToken)).size, polls.length);
		});

		it("[H2] a code is taken in either case, everywhere", async () => {
			const poll = await aPoll(site());
			const lower = poll.code.toLowerCase();
			equal((await view(lower)).code, poll.code);
			equal((await client().http("GET", `/api/polls/${lower}/results`)).body.code, poll.code);
			const room = await client().enter(lower, { role: "viewer" });
			await room.leave();
		});

		it("[H10] everything at its limit is taken", async () => {
			const questions = Array.from({ length: 50 }, (_, n) => ({
				prompt: `${n} ${"p".repeat(300 - `${n} `.length)}`,
				options: ["a", "o".repeat(120)],
			}));
			const settings = { capacity: 10_000 };
			await client().create({ title: "𝕿".repeat(200), questions, settings });
			await client().create({ question: "?", options: [..."0123456789"] });
			await client().create({ question: "?", options: ["x", "y"], settings: { capacity: 1 } });
		});

		const option = (index: number) => `option ${index}`;
		const refused: [what: string, form: unknown, field: string][] = [
			["a title of 201", { title: "t".repeat(201), questions: [tea] }, "title"],
			["an empty title", { title: "", questions: [tea] }, "title"],
			["a control character", { title: "a\u0007", questions: [tea] }, "title"],
			["half of a surrogate pair", { title: "a\ud800", questions: [tea] }, "title"],
			["no questions", { questions: [] }, "questions"],
			["51 questions", { questions: Array.from({ length: 51 }, () => tea) }, "questions"],
			["a prompt of 301", { question: "p".repeat(301), options: ["a", "b"] }, "questions.0.prompt"],
			["one option", { question: "?", options: ["a"] }, "questions.0.options"],
			[
				"11 options",
				{ question: "?", options: Array.from({ length: 11 }, (_, n) => option(n)) },
				"questions.0.options",
			],
			[
				"an option of 121",
				{ question: "?", options: ["a", "b".repeat(121)] },
				"questions.0.options.1",
			],
			["an option twice", { question: "?", options: ["a", "a"] }, "questions.0.options"],
			["another kind", { questions: [{ ...tea, kind: "ranked" }] }, "questions.0.kind"],
			[
				"more choices than options",
				{ questions: [{ ...days, maxChoices: 5 }] },
				"questions.0.maxChoices",
			],
			["a capacity of 0", { questions: [tea], settings: { capacity: 0 } }, "settings.capacity"],
			[
				"a capacity of 10,001",
				{ questions: [tea], settings: { capacity: 10_001 } },
				"settings.capacity",
			],
			["other results", { questions: [tea], settings: { results: "never" } }, "settings.results"],
		];
		for (const [what, form, field] of refused) {
			it(`[H10] ${what}: invalid_input names ${field}`, async () => {
				const { status, body } = await client().http("POST", "/api/polls", form);
				equal(status, 400);
				equal(body.error.code, "invalid_input");
				const fields = body.error.details.map((detail: { field: string }) => detail.field);
				ok(fields.includes(field), fields.join());
			});
		}

		it("[H10] more than 64 KiB of texts: invalid_input", async () => {
			const options = Array.from({ length: 10 }, (_, n) => `${n}${"o".repeat(119)}`);
			const questions = Array.from({ length: 50 }, () => ({ prompt: "p".repeat(300), options }));
			const { status, body } = await client().http("POST", "/api/polls", { questions });
			deepEqual([status, body.error.code], [400, "invalid_input"]);
		});

		it("[H19] the machine's addresses are told to its own pages, not through a proxy", async () => {
			const ask = async (headers: Record<string, string>) =>
				(await client().http("GET", "/api/addresses", undefined, headers)).body;
			deepEqual(await ask({}), { addresses: lanAddresses(undefined) });
			deepEqual(await ask({ "x-forwarded-for": "203.0.113.7" }), { addresses: [] });
		});

		it("[H6] the limits are told", async () => {
			const { status, body } = await client().http("GET", "/api/limits");
			equal(status, 200);
			const expected = {
				titleMax: 200,
				promptMax: 300,
				optionMax: 120,
				optionsMin: 2,
				optionsMax: 10,
				questionsMax: 50,
				nicknameMax: 40,
				capacityDefault: 20,
				capacityMax: 10_000,
				textsMaxBytes: 65_536,
				bodyMaxBytes: 262_144,
				messageMaxBytes: 16_384,
				viewersMax: 100,
			};
			deepEqual({ ...body, ...expected }, body);
		});
	});
}
