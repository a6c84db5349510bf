/** Every HTTP field given what nobody means to send: a proper success or a structured refusal, nothing else. */
import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { connect } from "node:net";
import fc from "fast-check";
import { defaultLimits } from "../../../schema/limits.ts";
import { BesiegedServer, besiege } from "../support/besieged-server.ts";
import { hostileValues, isProblem, isText, isWhole, shown } from "../support/hostile-values.ts";
import type { HttpAnswer } from "../support/wire-client.ts";

const { titleMax, promptMax, optionMax, nicknameMax, capacityMax } = defaultLimits;
const { optionsMin, optionsMax } = defaultLimits;
const SEED = 20_261_122;

interface Field {
	/** The field as `details` names it. */
	readonly path: string;
	readonly put: (value: unknown) => object;
	readonly allows: (value: unknown) => boolean;
}

const siege = new BesiegedServer();

/** A test after which everybody else must be able to go on as before. */
function assault(title: string, attack: () => Promise<void>): void {
	it(title, () => siege.withstands(attack));
}

function create(form: unknown, headers?: Record<string, string>): Promise<HttpAnswer> {
	return siege.client.http("POST", "/api/polls", form, headers);
}

function takeSeat(claim: unknown): Promise<HttpAnswer> {
	return siege.client.http("POST", `/api/polls/${siege.poll.code}/seats`, claim);
}

describe("bad input by HTTP", () => {
	besiege(siege);

	describe("creating a poll", () => {
		for (const field of pollFields()) {
			const { path, put, allows } = field;
			assault(
				`[B1] ${path || "the whole body"} is taken when it is one, and named in the refusal when not`,
				async () => {
					await eachOf(hostileValues, async (value) => {
						const context = `${path} = ${shown(value)}`;
						const answer = await create(put(value));
						if (allows(value)) await isCreated(answer, context);
						else isInvalidField(answer, path, context);
					});
				},
			);
		}

		assault("[B1] what cannot even be parsed as HTTP is answered in the same form", async () => {
			const { hostname, port } = new URL(siege.client.origin);
			const cases = [
				["GET / HTTP/1.1\r\nno colon here\r\n\r\n", 400, "invalid_input"],
				[`GET / HTTP/1.1\r\nx: ${"a".repeat(20_000)}\r\n\r\n`, 413, "payload_too_large"],
			] as const;
			for (const [request, status, code] of cases) {
				const answer = await rawExchange(hostname, Number(port), request);
				ok(answer.startsWith(`HTTP/1.1 ${status} `), answer);
				equal(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n"))).error.code, code);
			}
		});

		assault("[B1] keys of a prototype are neither fields nor in the way of fields", async () => {
			const form = { question: "Which?", options: ["a", "b"] };
			for (const key of ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"]) {
				const beside = `{${JSON.stringify(form).slice(1, -1)}, "${key}": {"settings": 1}}`;
				await isCreated(await create(beside), key);
				isInvalidField(await create(`{"${key}": ${JSON.stringify(form)}}`), "questions", key);
			}
		});

		assault("[B1] a text is shown exactly as it was typed", async () => {
			const texts = hostileValues.filter((value) => isText(value, optionMax));
			await eachOf(texts, async (text) => {
				const created = await create({ title: text, question: text, options: [text, "other one"] });
				const { body } = await siege.client.http("GET", `/api/polls/${created.body.code}`);
				const [{ prompt, options }] = body.questions;
				deepEqual([body.title, prompt, options], [text, text, [text, "other one"]]);
			});
		});

		assault("[B1] any JSON at all as the body, or as each field, is answered", async () => {
			const json = fc.jsonValue({ maxDepth: 4 });
			const question = fc.record(
				{ prompt: json, kind: json, options: json, maxChoices: json },
				{ requiredKeys: [] },
			);
			const settings = fc.record({ capacity: json, results: json }, { requiredKeys: [] });
			const fields = { title: json, questions: fc.array(question), settings, question: json };
			const form = fc.oneof(json, fc.record(fields, { requiredKeys: [] }));
			const property = fc.asyncProperty(form, async (body) => {
				const answer = await create(JSON.stringify(body));
				if (answer.status !== 201) isProblem(answer, "invalid_input", shown(body));
			});
			await fc.assert(property, { seed: SEED, numRuns: 200 });
		});
	});

	describe("bodies", () => {
		const texts = [
			"",
			" ",
			"{",
			"}",
			"nul",
			"[1,2",
			"'a'",
			"NaN",
			"{a:1}",
			'{"a":1}}',
			"\ufeff",
			"5",
		];

		assault("[B1] a body that is no JSON object is refused wherever a body is read", async () => {
			const invalidUtf8 = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]).toString(
				"latin1",
			);
			const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
			for (const text of [...texts, "[]", "null", '"x"', invalidUtf8, deep]) {
				isProblem(await create(text), "invalid_input", shown(text));
				isProblem(await takeSeat(text), "invalid_input", shown(text));
			}
		});

		assault("[B1] another content type, charset or encoding is refused", async () => {
			const form = { question: "Which?", options: ["a", "b"] };
			const types = [
				"text/plain",
				"application/x-www-form-urlencoded",
				"multipart/form-data",
				"x",
				"",
			];
			for (const type of [...types, "application/json; charset=latin1", "*/*"]) {
				const headers = { "content-type": type };
				isProblem(await create(JSON.stringify(form), headers), "invalid_input", type);
			}
			for (const encoding of ["gzip", "br", "deflate", "nonsense", "gzip, gzip"]) {
				const headers = { "content-encoding": encoding };
				isProblem(await create(JSON.stringify(form), headers), "invalid_input", encoding);
			}
			await isCreated(
				await create(form, { "content-type": "application/json; charset=UTF-8" }),
				"",
			);
		});

		assault("[B1] a megabyte of text in any field is too large a body", async () => {
			const megabyte = "x".repeat(1024 * 1024);
			for (const { path, put } of pollFields()) {
				isProblem(await create(put(megabyte)), "payload_too_large", path);
			}
			for (const name of ["nickname", "participantToken", "hostToken", "role"]) {
				isProblem(await takeSeat({ [name]: megabyte }), "payload_too_large", name);
			}
		});
	});

	describe("seats", () => {
		const fields: readonly (readonly [string, object, (value: unknown) => boolean])[] = [
			["nickname", {}, (value) => typeof value === "string" && isText(value.trim(), nicknameMax)],
			["participantToken", {}, isToken],
			["participantToken", { nickname: "Ada" }, isToken],
			["role", {}, (value) => value === "viewer"],
		];
		for (const [name, others, allows] of fields) {
			const beside = Object.keys(others).length > 0 ? " beside a nickname" : "";
			assault(`[B1] ${name}${beside} is taken when it is one, and named when not`, async () => {
				await eachOf(hostileValues, async (value) => {
					const context = `${name} = ${shown(value)}`;
					const answer = await takeSeat({ ...others, [name]: value });
					if (!allows(value)) isInvalidField(answer, name, context);
					else deepEqual([answer.status, typeof answer.body.sessionId], [200, "string"], context);
				});
			});
		}

		assault(
			"[B1] a host token that is not the poll's is unauthorized, one that is none invalid",
			async () => {
				await eachOf(hostileValues, async (value) => {
					const answer = await takeSeat({ hostToken: value });
					if (typeof value === "string" && value !== "")
						isProblem(answer, "unauthorized", shown(value));
					else isInvalidField(answer, "hostToken", shown(value));
				});
			},
		);

		assault("[B1] a claim of nobody or of two at once is refused", async () => {
			const { hostToken } = siege.poll;
			const two = [
				{ role: "viewer", hostToken },
				{ nickname: "Ada", hostToken },
				{ nickname: "Ada", role: "viewer" },
			];
			for (const claim of [{}, { name: "Ada" }, ...two]) {
				isProblem(await takeSeat(claim), "invalid_input", shown(claim));
			}
		});
	});

	describe("addresses and headers", () => {
		assault("[B1] a code of a wrong form is a poll that is not there, on every route", async () => {
			const { code } = siege.poll;
			const wrong = [
				code.slice(1),
				`${code}2`,
				"OOOOOO",
				"000000",
				"ßßß",
				"ABC\0EF",
				" ".repeat(6),
				"x".repeat(5_000),
			];
			const shaped = [
				"__proto__",
				"constructor",
				"..",
				"../../etc",
				"%",
				"😀😀😀",
				"\u202eABCDE",
				`${code} `,
				`\n${code}`,
			];
			for (const text of [...wrong, ...shaped]) {
				const path = `/api/polls/${encodeURIComponent(text).replace(/^\.\.$/, "%2e%2e%2f")}`;
				for (const [method, route, body] of routesOf(path)) {
					const answer = await siege.client.http(method, route, body);
					isProblem(answer, "poll_not_found", `${method} ${shown(route)}`);
				}
			}
			const lower = await siege.client.http("GET", `/api/polls/${code.toLowerCase()}`);
			deepEqual([lower.status, lower.body.code], [200, code]);
		});

		assault("[B1] an address that cannot be decoded is refused", async () => {
			for (const code of ["%", "%zz", "%E0%A4%A", "%c0%af", "%ff"]) {
				for (const [method, route, body] of routesOf(`/api/polls/${code}`)) {
					isProblem(await siege.client.http(method, route, body), "invalid_input", route);
				}
			}
		});

		assault("[B1] the format of an export is csv or json, given once or not at all", async () => {
			const path = `/api/polls/${siege.poll.code}/export`;
			const headers = { authorization: `Bearer ${siege.poll.hostToken}` };
			const ask = (query: string) =>
				siege.client.http("GET", `${path}${query}`, undefined, headers);
			for (const value of [
				"",
				"CSV",
				"xml",
				"csv ",
				"__proto__",
				"constructor",
				"csv\0",
				"\u202ecsv",
				"x".repeat(4_000),
			]) {
				isInvalidField(await ask(`?format=${encodeURIComponent(value)}`), "format", shown(value));
			}
			isInvalidField(await ask("?format=csv&format=json"), "format", "given twice");
			isInvalidField(await ask("?format=%ff"), "format", "not UTF-8");
			for (const query of [
				"",
				"?",
				"?format=csv",
				"?format=json",
				"?__proto__=1",
				"?format[]=csv",
				"?&&=&%",
			]) {
				equal((await ask(query)).status, 200, query);
			}
		});

		assault("[B1] a wrong Authorization opens nothing, however it is wrong", async () => {
			const settings = { results: "host" };
			const form = { question: "Which?", options: ["a", "b"], settings };
			const { code, hostToken } = await siege.client.create(form);
			const almost = [hostToken, `Basic ${hostToken}`, "Bearer", `Bearer ${hostToken}x`];
			const odd = ["Bearer __proto__", "Bearer null", "Bearer \u00e9", `${hostToken},`, ","];
			const long = [`Bearer ${"x".repeat(512)}`, `Bearer ${"x".repeat(9_000)}`];
			for (const authorization of [
				...almost,
				...odd,
				...long,
				`Bearer ${hostToken} ${hostToken}`,
			]) {
				const context = authorization.slice(0, 30);
				const ask = (method: string, route: string): Promise<HttpAnswer> =>
					siege.client.http(method, `/api/polls/${code}${route}`, undefined, { authorization });
				isProblem(await ask("GET", "/results"), "unauthorized", context);
				isProblem(await ask("GET", "/export"), "unauthorized", context);
				isProblem(await ask("DELETE", ""), "unauthorized", context);
				const view = await ask("GET", "");
				if (view.status === 200) deepEqual(view.body.questions[0].counts, [], context);
				else isProblem(view, "unauthorized", context);
			}
			const authorization = `bearer ${hostToken}`;
			const path = `/api/polls/${code}/export`;
			equal((await siege.client.http("GET", path, undefined, { authorization })).status, 200);
		});

		assault("[B1] an x-request-id of another form is replaced by one of ours", async () => {
			const wrong = [
				"short",
				"x".repeat(65),
				"has space",
				"semi;colon",
				"__proto__!",
				"é".repeat(8),
				"a, b, c, d",
				"x".repeat(9_000),
			];
			for (const sent of wrong) {
				const headers = { "x-request-id": Buffer.from(sent).toString("latin1") };
				const answer = await siege.client.http("GET", "/api/nothing", undefined, headers);
				isProblem(answer, "not_found", sent);
				notEqual(answer.headers.get("x-request-id"), sent);
				ok(/^[\w-]{8,64}$/.test(answer.headers.get("x-request-id") ?? ""));
			}
		});
	});
});

function pollFields(): readonly Field[] {
	const options = ["a", "b", "c"];
	const first = (more: object): object => ({
		questions: [{ prompt: "Which?", kind: "multiple", options, ...more }],
	});
	const form = (more: object): object => ({ ...first({}), ...more });
	const areOptions = (value: unknown): boolean =>
		Array.isArray(value) &&
		value.length >= optionsMin &&
		value.length <= optionsMax &&
		value.every((label) => isText(label, optionMax)) &&
		new Set(value).size === value.length;
	const isKind = (value: unknown): boolean => value === "single" || value === "multiple";
	const nothing = (): boolean => false;
	return [
		{ path: "", put: (value) => value as object, allows: nothing },
		{ path: "title", put: (title) => form({ title }), allows: (value) => isText(value, titleMax) },
		{ path: "questions", put: (questions) => ({ questions }), allows: nothing },
		{ path: "questions.0", put: (value) => ({ questions: [value] }), allows: nothing },
		{
			path: "questions.0.prompt",
			put: (prompt) => first({ prompt }),
			allows: (value) => isText(value, promptMax),
		},
		{ path: "questions.0.kind", put: (kind) => first({ kind }), allows: isKind },
		{ path: "questions.0.options", put: (value) => first({ options: value }), allows: areOptions },
		{
			path: "questions.0.options.1",
			put: (value) => first({ options: ["other", value] }),
			allows: (value) => isText(value, optionMax),
		},
		{
			path: "questions.0.maxChoices",
			put: (maxChoices) => first({ maxChoices }),
			allows: (value) => isWhole(value, 1, 3),
		},
		{ path: "settings", put: (settings) => form({ settings }), allows: isObject },
		{
			path: "settings.capacity",
			put: (capacity) => form({ settings: { capacity } }),
			allows: (value) => isWhole(value, 1, capacityMax),
		},
		{
			path: "settings.results",
			put: (results) => form({ settings: { results } }),
			allows: (value) => ["live", "closed", "host"].includes(value as string),
		},
		// The shorthand for one question; its fields are named as the question's.
		{
			path: "questions.0.prompt",
			put: (question) => ({ question, options }),
			allows: (value) => isText(value, promptMax),
		},
		{
			path: "questions.0.options",
			put: (value) => ({ question: "Which?", options: value }),
			allows: areOptions,
		},
		{
			path: "questions.0.kind",
			put: (kind) => ({ question: "Which?", options, kind }),
			allows: isKind,
		},
		{
			path: "questions.0.maxChoices",
			put: (maxChoices) => ({ question: "Which?", options, maxChoices }),
			allows: (value) => value === 1,
		},
	];
}

/** All at once: hostile input seldom comes alone. */
async function eachOf(
	values: readonly unknown[],
	attempt: (value: unknown) => Promise<void>,
): Promise<void> {
	await Promise.all(values.map(attempt));
}

function isToken(value: unknown): boolean {
	return typeof value === "string" && /^[\w-]{22,64}$/.test(value);
}

function isObject(value: unknown): boolean {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function isCreated(answer: HttpAnswer, context: string): Promise<void> {
	equal(answer.status, 201, `${context}: ${answer.text}`);
	deepEqual(Object.keys(answer.body).sort(), ["code", "hostToken", "id", "joinUrl"]);
	const view = await siege.client.http("GET", `/api/polls/${answer.body.code}`);
	deepEqual([view.status, view.body.status, view.body.isPolluted], [200, "waiting", undefined]);
}

/** `invalid_input` whose details name the field or something in it. */
function isInvalidField(answer: HttpAnswer, path: string, context: string): void {
	isProblem(answer, "invalid_input", context);
	// A body that is no object is no field of anything.
	if (path === "") return;
	const { details = [] } = answer.body.error;
	const isNamed = details.some(({ field }: { field: string }) => field.startsWith(path));
	ok(isNamed, `${context} is not named: ${answer.text.slice(0, 300)}`);
}

/** Every route of a poll, with a body where one is read. */
function routesOf(
	path: string,
): readonly (readonly [method: string, path: string, body?: object])[] {
	return [
		["GET", path],
		["GET", `${path}/results`],
		["GET", `${path}/export`],
		["POST", `${path}/seats`, { role: "viewer" }],
		["DELETE", path],
	];
}

/** Sends bytes and reads until the other side closes. */
function rawExchange(host: string, port: number, request: string): Promise<string> {
	return new Promise((resolve, reject) => {
		let answer = "";
		const socket = connect(port, host, () => socket.write(request));
		socket.on("data", (chunk) => {
			answer += chunk;
		});
		socket.on("close", () => resolve(answer));
		socket.on("error", reject);
	});
}
