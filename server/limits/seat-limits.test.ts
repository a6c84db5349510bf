import { deepEqual, equal, ok } from "node:assert/strict";
import type { PollId, TokenHash } from "../../schema/ids.ts";
import { seededRandom } from "../test/simulation/random.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { LimitExceeded } from "./limit-exceeded.ts";
import { type SeatAsked, seatLimits } from "./seat-limits.ts";

const POLL = "poll" as PollId;
const hash = (name: string) => name as TokenHash;

function setUp() {
	const timers = virtualTimers();
	const { admit, flooded } = seatLimits(
		timers,
		() => 0.5,
		() => {},
	);
	/** `in` with the ms that it took, or the refusal. */
	async function ask(seat: Partial<SeatAsked>) {
		const startedAt = timers.now();
		const asked: SeatAsked = {
			pollId: POLL,
			role: "participant",
			tokenHash: undefined,
			address: undefined,
			...seat,
		};
		try {
			await admit(asked);
			return timers.now() - startedAt;
		} catch (refusal) {
			ok(refusal instanceof LimitExceeded);
			return refusal;
		}
	}
	const codesOf = (outcomes: readonly (number | LimitExceeded)[]) =>
		outcomes.map((outcome) => (typeof outcome === "number" ? "in" : outcome.code));
	return { timers, ask, codesOf, flooded };
}

describe("[R6] seats", () => {
	for (const role of ["participant", "host"] as const) {
		it(`of one ${role} are ten at once, then one a second`, async () => {
			const { timers, ask, codesOf } = setUp();
			const seat = { role, tokenHash: hash("ada") };
			const burst = await Promise.all(Array.from({ length: 12 }, () => ask(seat)));
			deepEqual(codesOf(burst), [
				...Array.from({ length: 10 }, () => "in"),
				"rate_limited",
				"rate_limited",
			]);
			const refusal = burst[10];
			ok(refusal instanceof LimitExceeded);
			equal(refusal.retryAfterSeconds, 1);
			deepEqual(codesOf([await ask({ role, tokenHash: hash("bob") })]), ["in"]);
			await timers.advance(1_000);
			deepEqual(codesOf([await ask(seat), await ask(seat)]), ["in", "rate_limited"]);
		});
	}

	it("of a poll are a thousand at once, then 200 a second: who is above waits up to 2 s, the rest is sent away", async () => {
		const { timers, ask, codesOf } = setUp();
		const storm = Promise.all(
			Array.from({ length: 2_000 }, (_, n) => ask({ tokenHash: hash(`person ${n}`) })),
		);
		await timers.advance(10_000);
		const outcomes = await storm;
		const waits = outcomes.filter((outcome) => typeof outcome === "number");
		equal(waits.filter((ms) => ms === 0).length, 1_000);
		equal(waits.length, 1_400);
		ok(Math.max(...waits) <= 2_000);
		equal(codesOf(outcomes).filter((code) => code === "unavailable").length, 600);
	});

	it("are refused with times to come back that differ", async () => {
		const timers = virtualTimers();
		const { admit } = seatLimits(timers, seededRandom(3).next, () => {});
		const seat = { pollId: POLL, tokenHash: undefined, address: undefined };
		const storm = Promise.allSettled(
			Array.from({ length: 1_500 }, () => admit({ role: "participant", ...seat })),
		);
		await timers.advance(5_000);
		const times = (await storm).flatMap((outcome) =>
			outcome.status === "rejected" ? [(outcome.reason as LimitExceeded).retryAfterMs] : [],
		);
		equal(times.length, 100);
		ok(Math.min(...times) < 1_500 && Math.max(...times) > 4_500);
	});

	it("of a stormed poll stay free for its host, and of other polls for everybody", async () => {
		const { timers, ask } = setUp();
		const storm = Array.from({ length: 2_000 }, () => ask({}));
		equal(await ask({ role: "host", tokenHash: hash("host") }), 0);
		equal(await ask({ pollId: "other" as PollId }), 0);
		await timers.advance(5_000);
		await Promise.all(storm);
	});

	it("of people who only watch use up nobody else's", async () => {
		const { ask, codesOf } = setUp();
		const watchers = await Promise.all(
			Array.from({ length: 2_000 }, () => ask({ role: "viewer" })),
		);
		equal(codesOf(watchers).filter((code) => code === "in").length, 100);
		equal(await ask({ tokenHash: hash("ada") }), 0);
	});
});

describe("[R8] after a connection was cut off for flooding", () => {
	const HALL = "203.0.113.1";
	const flooder = { pollId: POLL, tokenHash: hash("mallory"), address: HALL };

	it("its token gets no seat for a second, then two, then four; others' do", async () => {
		const { timers, ask, flooded } = setUp();
		const waits: unknown[] = [];
		for (let n = 0; n < 3; n += 1) {
			flooded(flooder);
			const refused = await ask(flooder);
			ok(refused instanceof LimitExceeded);
			waits.push([refused.code, refused.retryAfterMs]);
			await timers.advance(refused.retryAfterMs);
			equal(await ask({ ...flooder, address: undefined }), 0);
		}
		const limited = [1_000, 2_000, 4_000].map((ms) => ["rate_limited", ms]);
		deepEqual(waits, limited);
		flooded(flooder);
		equal(await ask({ tokenHash: hash("ada") }), 0);
	});

	it("somebody new at its address waits up to a second; who was there before, elsewhere or in another poll does not", async () => {
		const { timers, ask, flooded } = setUp();
		const ada = { tokenHash: hash("ada"), address: HALL };
		equal(await ask(ada), 0);
		for (let n = 0; n < 5; n += 1) flooded(flooder);
		const asked = [
			ask({ address: HALL }),
			ask({ address: HALL, tokenHash: hash("bob") }),
			ask(ada),
			ask({ address: "198.51.100.1" }),
			ask({ address: HALL, pollId: "other" as PollId }),
			ask({ address: HALL, role: "host", tokenHash: hash("host") }),
		];
		await timers.advance(2_000);
		deepEqual(await Promise.all(asked), [1_000, 1_000, 0, 0, 0, 0]);
		await timers.advance(10_000);
		equal(await ask({ address: HALL }), 0);
	});
});
