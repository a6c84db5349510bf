/** Codes and tokens that are guessed: from one address, from many, and from addresses that are made up. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { pipeline } from "../../support/attack-pipeline.ts";
import { metric, startLimited, underAttack } from "../../support/attack-server.ts";
import { unusedCode } from "../../support/attack-small-forms.ts";
import { until } from "../../support/wire-client.ts";

const OPS_TOKEN = "operators-only-0123456789";
/** Misses of an address that are answered at once; what comes after is answered at 2 to 4 a second. */
const FREE_MISSES = 100;
/** A look-up that has to wait takes a second at least. */
const SLOW_MS = 950;

describe("guessing", function () {
	this.timeout(120_000);
	const target = underAttack({ OPS_TOKEN });

	it("[T2] a guesser at one address learns of a hundred codes, then of a few a second, and slows nobody else", async () => {
		const { poll } = target();
		const { port } = target().server;
		const startedAt = performance.now();
		const batches = Array.from({ length: 6 }, (_, batch) => {
			const numbers = Array.from({ length: 100 }, (__, n) => batch * 100 + n);
			return pipeline(
				port,
				numbers.map((n) => ({
					path: `/api/polls/${n === 400 ? poll.code : unusedCode(n, "ZZZ")}`,
					address: "203.0.113.1",
				})),
			);
		});
		const others = Array.from({ length: 20 }, (_, n) =>
			target()
				.from(`203.0.113.${100 + n}`)
				.look(poll.code),
		);
		for (const { status } of await Promise.all(others)) equal(status, 200);
		const statuses = (await Promise.all(batches)).flat();
		const seconds = (performance.now() - startedAt) / 1_000;
		const learned = statuses.filter((status) => status !== 429).length;
		ok(learned >= FREE_MISSES, `${learned} answers`);
		ok(learned <= FREE_MISSES + 4.5 * seconds + 5, `${learned} answers in ${seconds} s`);
	});

	it("[T2] once slowed, a right code takes as long to learn as a wrong one", async () => {
		const friend = target().from("198.51.100.9");
		const polls = [await friend.create(FORM), await friend.create(FORM)];
		const guesser = target().from("203.0.113.2");
		const spending = Array.from({ length: 2 * FREE_MISSES }, (_, n) => ({
			path: `/api/polls/${unusedCode(n, "ZZY")}`,
			address: "203.0.113.2",
		}));
		await pipeline(target().server.port, spending);
		// Misses that came back meanwhile go first, and those that come back now go to the first who ask.
		await until(async () => (await guesser.look(unusedCode(4_000, "ZZY"))).ms > SLOW_MS, 60_000);
		const decoys = [1, 2, 3, 4].map((n) => guesser.look(unusedCode(4_000 + n, "ZZY")));
		const wrong = [5_000, 5_001].map((number) => guesser.look(unusedCode(number, "ZZY")));
		const right = polls.map(({ code }) => guesser.look(code));
		const times = { right: await Promise.all(right), wrong: await Promise.all(wrong) };
		await Promise.all(decoys);
		for (const { status } of times.right) equal(status, 200);
		for (const { status } of times.wrong) equal(status, 404);
		for (const looks of Object.values(times)) {
			ok(
				looks.some(({ ms }) => ms > SLOW_MS),
				JSON.stringify(times),
			);
		}
	});

	it("[T2] wrong host tokens are counted like wrong codes", async () => {
		const thief = target().from("203.0.113.3");
		const { code } = target().poll;
		const headers = { authorization: "Bearer guessed" };
		const tries = Array.from({ length: FREE_MISSES }, () =>
			thief.http("DELETE", `/api/polls/${code}`, undefined, headers),
		);
		for (const { status } of await Promise.all(tries)) equal(status, 401);
		// More than come back while they are asked.
		const looks = Array.from({ length: 100 }, (_, n) => ({
			path: `/api/polls/${unusedCode(n, "ZZX")}`,
			address: "203.0.113.3",
		}));
		ok((await pipeline(target().server.port, looks)).includes(429));
	});

	it("[T2] host tokens are refused from then on, the right one never", async () => {
		const thief = target().from("203.0.113.4");
		const { code, hostToken } = target().poll;
		const enter = (token: string) =>
			thief.http("POST", `/api/polls/${code}/seats`, { hostToken: token });
		// Whoever sits in a poll may look it up as often as they like.
		const seat = await thief.seat(code, { role: "viewer" });
		const startedAt = performance.now();
		const tries = Array.from({ length: 3 * FREE_MISSES }, (_, n) => enter(`guessed-${n}`));
		const answers = await Promise.all(tries);
		const seconds = (performance.now() - startedAt) / 1_000;
		const told = answers.filter(({ status }) => status === 401).length;
		ok(told >= FREE_MISSES && told <= FREE_MISSES + seconds / 2 + 5, `${told} told`);
		const refused = answers.filter(({ status }) => status !== 401);
		for (const { status, body, headers } of refused) {
			deepEqual([status, body.error.code], [429, "rate_limited"]);
			ok(Number(headers.get("retry-after")) >= 1);
		}
		equal((await enter(hostToken)).status, 200);
		seat.close();
	});

	it("[T3] guessing spread over many addresses raises the alarm, and every right code is answered", async () => {
		const series = 'plenum_rate_limited_total{kind="guessing"}';
		const operator = target().from("198.51.100.3");
		const before = await metric(operator, OPS_TOKEN, series);
		let guessed = 0;
		while ((await metric(operator, OPS_TOKEN, series)) === before && guessed < 20_000) {
			const guesses = Array.from({ length: 250 }, (_, n) => ({
				path: `/api/polls/${unusedCode(guessed + n, "ZZW")}`,
				address: `192.0.${n}.2`,
			}));
			guessed += guesses.length;
			const statuses = await pipeline(target().server.port, guesses);
			deepEqual(new Set(statuses), new Set([404]));
			const right = await target()
				.from(`198.51.100.${50 + guessed / 250}`)
				.look(target().poll.code);
			equal(right.status, 200);
		}
		ok((await metric(operator, OPS_TOKEN, series)) > before, `${guessed} guesses`);
	});

	it("[T28] of a forwarding header only the hop next to the trusted proxy is believed", async () => {
		const looks = Array.from({ length: FREE_MISSES + 60 }, (_, n) => ({
			path: `/api/polls/${unusedCode(n, "ZZV")}`,
			address: `10.1.${n}.1, 203.0.113.4`,
		}));
		const statuses = await pipeline(target().server.port, looks);
		const refused = statuses.filter((status) => status === 429);
		ok(refused.length > 0, "made-up addresses were believed");
	});
});

const FORM = { question: "Which?", options: ["this", "that"] };

describe("guessing where something is switched off", function () {
	this.timeout(120_000);

	/** How many of 160 guesses of one socket's address, each under another forged one, are refused. */
	async function refusedOf(environment: NodeJS.ProcessEnv): Promise<number> {
		const server = await startLimited(environment);
		try {
			const looks = Array.from({ length: FREE_MISSES + 60 }, (_, n) => ({
				path: `/api/polls/${unusedCode(n, "ZZU")}`,
				address: `10.2.${n}.1`,
			}));
			const statuses = await pipeline(server.port, looks);
			return statuses.filter((status) => status === 429).length;
		} finally {
			await server.kill("SIGKILL");
		}
	}

	it("[T28] without a trusted proxy forged addresses count as the socket's own", async () => {
		ok((await refusedOf({ TRUSTED_PROXIES: "" })) > 0);
	});

	it("[T2] [T28] without the limits, or with everybody a trusted proxy, the same guesses go through", async () => {
		equal(await refusedOf({ RATE_LIMITS: "off" }), 0);
		equal(await refusedOf({ TRUSTED_PROXIES: "0.0.0.0/1,128.0.0.0/1,::/1" }), 0);
	});
});
