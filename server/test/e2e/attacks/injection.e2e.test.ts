/** Text that is meant to be something else: SQL, a log line, a formula, a prototype, a slow expression. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import pg from "pg";
import type { CreatedPoll } from "../../../../schema/wire/http.ts";
import { underAttack } from "../../support/attack-server.ts";
import { freshDatabaseUrl } from "../../support/databases.ts";
import { rawExchange } from "../../support/raw-seat.ts";

const SQL = [
	"'; DROP TABLE polls; --",
	"' OR '1'='1",
	'" OR ""="',
	"1; SELECT pg_sleep(10)",
	"$1",
	"$$; DELETE FROM journal; $$",
	"\\'; TRUNCATE audit_log; --",
	"%27%20OR%201=1",
	"'||(SELECT host_token_hash FROM polls LIMIT 1)||'",
	"ʼ; DROP TABLE polls",
	"{1,2}",
	"NULL",
	"/**/UNION/**/SELECT/**/1",
];
const FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")', "\uff1d2+2"];

describe("injection", function () {
	this.timeout(180_000);
	let databaseUrl: string;
	let people = 0;

	// The hook of `underAttack` reads the environment only when it runs.
	const environment: NodeJS.ProcessEnv = { LOG_LEVEL: "trace" };
	before(async () => {
		databaseUrl = await freshDatabaseUrl();
		environment["DATABASE_URL"] = databaseUrl;
	});
	const target = underAttack(environment);

	async function query<Row extends pg.QueryResultRow>(text: string): Promise<readonly Row[]> {
		const client = new pg.Client({ connectionString: databaseUrl });
		await client.connect();
		try {
			return (await client.query<Row>(text)).rows;
		} finally {
			await client.end();
		}
	}

	/** The text everywhere where text or an id can stand; returns the polls that were made of it. */
	async function injectEverywhere(text: string): Promise<CreatedPoll | undefined> {
		const attacker = target().from("203.0.113.60");
		const part = encodeURIComponent(text);
		for (const path of [
			part,
			`${part}/results`,
			`${part}/export?format=${part}`,
			`${part}/seats`,
		]) {
			ok((await attacker.http("GET", `/api/polls/${path}`)).status < 500, path);
		}
		const options = [text, `${text} `, "other"];
		const form = { title: text, questions: [{ prompt: text, options }] };
		const created = await attacker.http("POST", "/api/polls", form, {
			authorization: `Bearer ${text.replaceAll(/[^\x20-\x7e]|\s/g, "")}`,
		});
		ok(created.status < 500, created.text);
		const { code } = target().poll;
		for (const claim of [{ nickname: text }, { participantToken: text }, { hostToken: text }]) {
			ok((await attacker.http("POST", `/api/polls/${code}/seats`, claim)).status < 500);
		}
		const seat = await attacker.seat(code, { nickname: `${text.slice(0, 30)} ${people++}` });
		for (const [type, payload] of Object.entries({
			vote: { questionId: text, choices: [0], revision: 1 },
			[text]: {},
			hello: { [text]: text },
		})) {
			ok((await seat.request(type, payload)).status < 2, type);
		}
		seat.close();
		return created.status === 201 ? created.body : undefined;
	}

	it("[T22] SQL in any field is text: tables stay, and what was written is what was typed", async () => {
		for (const text of SQL) {
			const poll = await injectEverywhere(text);
			if (poll === undefined) continue;
			const { body } = await target().from("198.51.100.60").http("GET", `/api/polls/${poll.code}`);
			deepEqual([body.title, body.questions[0].prompt], [text, text]);
		}
		const tables = await query("SELECT count(*)::int AS n FROM polls, journal");
		ok(Number(tables[0]?.["n"]) > SQL.length);
	});

	it("[T22] nothing that anybody types becomes part of a statement", async () => {
		const statements = () =>
			query<{ query: string }>(
				"SELECT DISTINCT query FROM pg_stat_activity WHERE datname = current_database() AND query NOT LIKE '%pg_stat_activity%'",
			);
		for (const text of [...SQL, "unmistakable-marker"]) {
			await injectEverywhere(text);
			for (const { query: statement } of await statements()) {
				ok(!statement.includes(text.slice(0, 12)) || text.length < 8, statement);
			}
		}
	});

	it("[T21] nobody forges a log line: each is one JSON object of the server's own", async () => {
		const forged = '"}\n{"level":60,"msg":"forged"}\n\u2028\u0085\r\n\u001b[31m';
		const attacker = target().from("203.0.113.61");
		const { code } = target().poll;
		await attacker.http("POST", `/api/polls/${code}/seats`, { nickname: forged });
		await attacker.http("POST", "/api/polls", { title: forged });
		await attacker.http("GET", `/api/polls/${encodeURIComponent(forged)}`);
		await attacker.http("POST", "/api/polls", `{"title": "${forged}`);
		const { port } = target().server;
		for (const header of [
			"Host",
			"X-Request-Id",
			"X-Forwarded-For",
			"Origin",
			"User-Agent",
			"Referer",
		]) {
			for (const value of [
				'{"level":60,"msg":"forged"}',
				'\u0085{"level":60,"msg":"forged"}',
				"\u001b[31mforged",
			]) {
				await rawExchange(
					port,
					`GET /api/polls/${code} HTTP/1.1\r\nHost: x\r\n${header}: ${value}\r\nConnection: close\r\n\r\n`,
					(answer) => answer.includes("\r\n\r\n"),
				);
			}
		}
		await rawExchange(port, 'GET / HTTP/1.1\r\n{"level":60,"msg":"forged"}\r\n\r\n', Boolean);
		const seat = await attacker.seat(code, { nickname: "Forger" });
		await seat.request('x"}\n{"level":60,"msg":"forged"}', forged);
		seat.close();
		for (const line of target().logLines()) {
			const parsed: { readonly level: string; readonly msg?: string } = JSON.parse(line);
			ok(["trace", "debug", "info", "warn"].includes(parsed.level), line);
			ok(parsed.msg !== "forged", line);
		}
	});

	it("[T7] a cell of the CSV that a spreadsheet would calculate is text", async () => {
		const friend = target().from("198.51.100.61");
		const poll = await friend.create({ question: "=1+1", options: ["=2+2", "@that"] });
		const host = await friend.seat(poll.code, { hostToken: poll.hostToken });
		await host.request("open-question", { questionId: "q1" });
		for (const nickname of FORMULAS) {
			const seat = await friend.seat(poll.code, { nickname });
			await seat.request("vote", { questionId: "q1", choices: [0], revision: 1 });
			seat.close();
		}
		const { text, status } = await friend.http(
			"GET",
			`/api/polls/${poll.code}/export?format=csv`,
			undefined,
			{ authorization: `Bearer ${poll.hostToken}` },
		);
		equal(status, 200);
		equal(text.trim().split("\n").length, 1 + FORMULAS.length);
		ok(!/(^|,)"?[=+@\uff1d]|(^|,)"?-\D/m.test(text), text);
		match(text, /'=1\+1/);
		host.close();
	});

	it("[T16] keys of a prototype pollute nothing: what strangers get afterwards is what they got before", async () => {
		const attacker = target().from("203.0.113.62");
		const { code } = target().poll;
		const before = await attacker.http("GET", "/api/limits");
		for (const body of [
			'{"__proto__":{"role":"viewer","isPolluted":true}}',
			'{"constructor":{"prototype":{"role":"viewer","isPolluted":true}}}',
			'{"nickname":"P","__proto__":{"hostToken":"x"}}',
			'{"question":"Q","options":["a","b"],"settings":{"__proto__":{"capacity":1}}}',
		]) {
			await attacker.http("POST", `/api/polls/${code}/seats`, body);
			await attacker.http("POST", "/api/polls", body);
		}
		await attacker.http("GET", `/api/polls/${code}/export?__proto__[format]=csv&constructor=1`);
		const seat = await attacker.seat(code, { nickname: "Polluter" });
		for (const key of ["__proto__", "constructor", "prototype"]) {
			await seat.request("hello", JSON.parse(`{"${key}":{"role":"host","isPolluted":true}}`));
		}
		equal((await seat.request("roster")).value.code, "forbidden");
		seat.close();
		equal((await attacker.http("GET", "/api/limits")).text, before.text);
		equal((await attacker.http("POST", `/api/polls/${code}/seats`, {})).status, 400);
	});
});
