/** Attacks leave a trace, and not more of it than anybody can read. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { type AuditRow, auditedKinds } from "../../support/attack-audit.ts";
import { AttackedServer, POLL_FORM, underAttack } from "../../support/attack-server.ts";
import { freshDatabaseUrl } from "../../support/databases.ts";
import { tcpProxy } from "../../support/tcp-proxy.ts";
import { until } from "../../support/wire-client.ts";

const OPS_TOKEN = "operators-only-0123456789";
const WRONG = { authorization: "Bearer nobody-has-this-token" };

/** How many refusals the rows stand for. */
const countOf = (rows: readonly AuditRow[]) =>
	rows.reduce((sum, { details }) => sum + details.count, 0);

describe("the trace of attacks", function () {
	this.timeout(120_000);
	const environment: NodeJS.ProcessEnv = { OPS_TOKEN };
	before(async () => {
		environment["DATABASE_URL"] = await freshDatabaseUrl();
	});
	const target = underAttack(environment);
	const rows = (...kinds: string[]) => auditedKinds(String(environment["DATABASE_URL"]), kinds);

	it("[T6] [T8] [T18] [T20] whoever tries what others may is in the audit log, with what was refused", async () => {
		const thief = target().from("203.0.113.120");
		const { code, hostToken } = target().poll;
		await thief.http("GET", `/api/polls/${code}/export`, undefined, WRONG);
		await thief.http("POST", `/api/polls/${code}/seats`, { hostToken: "guessed" });
		await thief.http("GET", "/metrics", undefined, WRONG);
		await thief.http("GET", `/api/polls/${code}`, undefined, { origin: "https://evil.example" });
		for (let n = 0; n < 61; n += 1) await thief.http("POST", "/api/polls", POLL_FORM);
		const refused = ["host-token-refused", "ops-refused", "foreign-origin", "limit-met"];
		for (const { kind, details } of await rows(...refused)) {
			if (refused.includes(kind)) equal(details.outcome, "refused", kind);
		}
		const all = JSON.stringify(await rows());
		for (const secret of [hostToken, "guessed", "nobody-has-this-token", OPS_TOKEN, "203.0.113"]) {
			ok(!all.includes(secret), secret);
		}
	});

	it("[T6] what the host did is in the audit log as done", async () => {
		const friend = target().from("198.51.100.120");
		const poll = await friend.create(POLL_FORM);
		const host = await friend.seat(poll.code, { hostToken: poll.hostToken });
		for (const type of ["open-question", "close-question"]) {
			equal((await host.request(type, { questionId: "q1" })).status, 0);
		}
		const done = ["poll-created", "question-opened", "question-closed"];
		const found = (await rows(...done)).filter(({ kind }) => done.includes(kind));
		deepEqual(new Set(found.map(({ details }) => details.outcome)), new Set(["done"]));
		host.close();
	});

	it("[T30] a flood of refusals is a row a second, with their number, and nobody waits for it", async () => {
		const refusals = async () => (await rows()).filter(({ kind }) => kind === "host-token-refused");
		const known = new Set((await refusals()).map(({ address_hash }) => address_hash));
		const flooder = target().from("203.0.113.121");
		const path = `/api/polls/${target().poll.code}`;
		const startedAt = performance.now();
		let refused = 0;
		const waits: number[] = [];
		for (let batch = 0; batch < 8; batch += 1) {
			const asked = Array.from({ length: 20 }, () =>
				flooder.http("DELETE", path, undefined, WRONG),
			);
			for (const { status } of await Promise.all(asked)) refused += status === 401 ? 1 : 0;
			waits.push(await target().votes());
		}
		const seconds = (performance.now() - startedAt) / 1_000;
		const added = await until(async () => {
			const ofFlood = (await refusals()).filter(({ address_hash }) => !known.has(address_hash));
			return countOf(ofFlood) >= refused ? ofFlood : undefined;
		});
		equal(countOf(added), refused);
		ok(refused >= 100, `${refused} refusals`);
		ok(added.length <= seconds + 2, `${added.length} rows in ${seconds} s`);
		ok(Math.max(...waits) < 8_000);
	});
});

describe("the trace of attacks while the database is away", function () {
	this.timeout(120_000);

	it("[T30] a flood of refusals is answered as ever, and its rows come later, as few as else", async () => {
		const databaseUrl = await freshDatabaseUrl();
		const real = new URL(databaseUrl);
		const proxy = await tcpProxy(Number(real.port), real.hostname);
		const through = Object.assign(new URL(databaseUrl), {
			hostname: "127.0.0.1",
			port: String(proxy.port),
		});
		const target = await AttackedServer.start({ OPS_TOKEN, DATABASE_URL: through.href });
		try {
			proxy.mode = "refuse";
			proxy.cut();
			const flooder = target.from("203.0.113.122");
			const startedAt = performance.now();
			let refused = 0;
			for (let batch = 0; batch < 15; batch += 1) {
				const asked = Array.from({ length: 20 }, () =>
					flooder.http("GET", "/metrics", undefined, WRONG),
				);
				for (const { status } of await Promise.all(asked)) refused += status === 401 ? 1 : 0;
				await pause(200);
			}
			const seconds = (performance.now() - startedAt) / 1_000;
			equal(refused, 300);
			proxy.mode = "forward";
			const rows = await until(async () => {
				const all = await auditedKinds(databaseUrl, ["ops-refused"]);
				const found = all.filter(({ kind }) => kind === "ops-refused");
				return countOf(found) >= refused ? found : undefined;
			}, 60_000);
			equal(countOf(rows), refused);
			ok(rows.length <= seconds + 2, `${rows.length} rows in ${seconds} s`);
			await target.votes();
		} finally {
			await target.stop();
			await proxy.close();
		}
	});
});
