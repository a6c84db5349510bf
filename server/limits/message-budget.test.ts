import { deepEqual, equal, ok } from "node:assert/strict";
import { type VirtualTimers, virtualTimers } from "../test/support/virtual-timers.ts";
import { type MessageBudget, messageBudget } from "./message-budget.ts";

const silent = () => {};

/** What becomes of one message after the other, each answered at once. */
function send({ isFlood, refuse, answered }: MessageBudget, count: number, hasJoined = true) {
	return Array.from({ length: count }, () => {
		if (isFlood()) return "flood";
		const refused = refuse(hasJoined);
		if (refused === undefined) answered();
		return refused === undefined ? "yes" : refused === "drop" ? "drop" : refused.code;
	});
}

async function sendFor(
	seconds: number,
	perSecond: number,
	budget: MessageBudget,
	timers: VirtualTimers,
) {
	const outcomes: string[] = [];
	for (let n = 0; n < seconds * perSecond; n += 1) {
		outcomes.push(...send(budget, 1));
		await timers.advance(1_000 / perSecond);
	}
	return (what: string) => outcomes.filter((outcome) => outcome === what).length;
}

describe("[R8] messages of one connection", () => {
	it("are twenty at once, then ten a second; above it they are refused until the time that is told", async () => {
		const timers = virtualTimers();
		const budget = messageBudget("participant", timers, silent);
		deepEqual(new Set(send(budget, 20)), new Set(["yes"]));
		const refused = budget.refuse(true);
		ok(refused !== undefined && refused !== "drop");
		const { code, retryable, retryAfterMs } = refused;
		deepEqual([code, retryable, retryAfterMs], ["rate_limited", true, 100]);
		await timers.advance(100);
		deepEqual(send(budget, 2), ["yes", "rate_limited"]);
	});

	it("of a host are four times as many", () => {
		const budget = messageBudget("host", virtualTimers(), silent);
		deepEqual(send(budget, 81).slice(78), ["yes", "yes", "rate_limited"]);
	});

	it("at ten a second are answered for ever, at forty refused for the most part, and are no flood", async () => {
		const timers = virtualTimers();
		const calm = await sendFor(120, 10, messageBudget("participant", timers, silent), timers);
		equal(calm("yes"), 1_200);
		const brisk = await sendFor(120, 40, messageBudget("participant", timers, silent), timers);
		ok(Math.abs(brisk("yes") - 1_220) < 5);
		equal(brisk("flood"), 0);
	});

	it("are a flood above forty a second: at five thousand within a twentieth of a second", async () => {
		const timers = virtualTimers();
		const met: string[] = [];
		const budget = messageBudget("participant", timers, (kind) => void met.push(kind));
		let sent = 0;
		while (!budget.isFlood()) {
			sent += 1;
			await timers.advance(0.2);
		}
		ok(timers.now() <= 50, `${timers.now()} ms`);
		ok(sent >= 200);
		deepEqual(met, ["flood"]);
		ok((await sendFor(60, 50, messageBudget("participant", timers, silent), timers))("flood") > 0);
	});
});

describe("[R9] requests without an answer", () => {
	it("are at most 64 a connection", () => {
		const budget = messageBudget("host", virtualTimers(), silent);
		const ask = () => budget.refuse(true);
		equal(
			Array.from({ length: 64 }, ask).every((refused) => refused === undefined),
			true,
		);
		const refused = ask();
		ok(refused !== undefined && refused !== "drop");
		deepEqual([refused.code, refused.retryable], ["rate_limited", true]);
		budget.answered();
		equal(ask(), undefined);
	});

	it("before the join is acknowledged are at most 16; the rest is dropped, and afterwards all is well", async () => {
		const timers = virtualTimers();
		const budget = messageBudget("participant", timers, silent);
		deepEqual(send(budget, 18, false).slice(15), ["yes", "drop", "drop"]);
		deepEqual(send(budget, 4), ["yes", "yes", "yes", "yes"]);
	});
});
