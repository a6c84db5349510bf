import { deepEqual, equal, ok } from "node:assert/strict";
import type { PollCode } from "../../schema/ids.ts";
import { seededRandom } from "../test/simulation/random.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { Counts } from "./counts.ts";
import { LimitExceeded, type LimitKind } from "./limit-exceeded.ts";
import { lookupGate } from "./lookup-gate.ts";

const POLL = "THEP22" as PollCode;
const OTHER = "THEP33" as PollCode;
const HALL = "192.0.2.7";

/** A gate before two polls that each take 5 ms to be looked up. */
function setUp() {
	const timers = virtualTimers();
	const met: LimitKind[] = [];
	const parts = { timers, wallClock: timers.now, random: seededRandom(7).next };
	const onLimited = (kind: LimitKind) => void met.push(kind);
	const { find, seated, failed } = lookupGate({
		...parts,
		countShared: async () => undefined,
		onLimited,
	});

	/** What came of a look-up, and after how many ms. */
	async function look(code: PollCode, address = HALL, through = find) {
		const startedAt = timers.now();
		const poll = () =>
			new Promise<string | undefined>((resolve) => {
				timers.after(5, () => resolve(code === POLL || code === OTHER ? code : undefined));
			});
		const outcome = await through(address, code, poll).catch((refusal: unknown) => {
			ok(refusal instanceof LimitExceeded);
			return refusal;
		});
		return { outcome, ms: timers.now() - startedAt };
	}
	async function soon<Value>(value: Promise<Value>, ms = 60_000): Promise<Value> {
		await timers.advance(ms);
		return value;
	}
	let guesses = 0;
	const guess = () => {
		guesses += 1;
		return `G${String(guesses).padStart(5, "0")}` as PollCode;
	};
	return { timers, parts, met, onLimited, seated, failed, look, soon, guess };
}

const isWait = (ms: number) => ms >= 1_000 && ms <= 2_010;

describe("[R1] looking polls up by code", () => {
	it("is free for right codes, however many and however often", async () => {
		const { look, soon } = setUp();
		for (let round = 0; round < 50; round += 1) {
			const looked = await soon(
				Promise.all(Array.from({ length: 200 }, (_, n) => look(n % 2 ? POLL : OTHER))),
				5,
			);
			for (const { outcome, ms } of looked) deepEqual([typeof outcome, ms], ["string", 5]);
		}
	});

	it("answers a hundred wrong codes of an address at once, then one in two seconds", async () => {
		const { look, soon, guess } = setUp();
		const burst = await soon(Promise.all(Array.from({ length: 100 }, () => look(guess()))));
		for (const { outcome, ms } of burst) deepEqual([outcome, ms], [undefined, 5]);
		// The minute that has passed has filled thirty in again.
		for (let n = 0; n < 30; n += 1) equal((await soon(look(guess()), 5)).ms, 5);
		ok(isWait((await soon(look(guess()))).ms));
	});

	it("counts guesses that are under way, so that a thousand at once are no way around", async () => {
		const { look, soon, guess } = setUp();
		const looked = await soon(Promise.all(Array.from({ length: 1_000 }, () => look(guess()))));
		equal(looked.filter(({ ms }) => ms === 5).length, 100);
	});

	it("takes wrong tokens from the same budget", async () => {
		const { look, soon, guess, failed } = setUp();
		for (let n = 0; n < 100; n += 1) failed(HALL);
		ok(isWait((await soon(look(guess()))).ms));
	});

	it("is one budget for all addresses of an IPv6 network, and no other's", async () => {
		const { look, soon, guess, failed } = setUp();
		for (let n = 0; n < 100; n += 1) failed("2001:db8::1");
		ok(isWait((await soon(look(guess(), "2001:db8::ffff:1"))).ms));
		equal((await soon(look(guess(), "2001:db9::1"))).ms, 5);
		equal((await soon(look(guess(), HALL))).ms, 5);
	});

	it("gives a miss back when the database could not say", async () => {
		const { look, soon, guess, parts, onLimited } = setUp();
		const { find } = lookupGate({ ...parts, countShared: async () => undefined, onLimited });
		for (let n = 0; n < 300; n += 1) {
			const fault = find(HALL, guess(), () => Promise.reject(new Error("away")));
			equal(await fault.catch(({ message }: Error) => message), "away");
		}
		equal((await soon(look(guess(), HALL, find), 5)).ms, 5);
	});
});

describe("[R2] once an address has spent its misses", () => {
	it("right and wrong codes are looked up after the same one to two seconds", async () => {
		const { look, soon, guess, failed } = setUp();
		const waits = { hit: [] as number[], miss: [] as number[] };
		for (let round = 0; round < 40; round += 1) {
			for (let n = 0; n < 100; n += 1) failed(HALL);
			const [hit, miss] = await soon(Promise.all([look(POLL), look(guess())]), 3_000);
			equal(hit.outcome, POLL);
			equal(miss.outcome, undefined);
			waits.hit.push(hit.ms);
			waits.miss.push(miss.ms);
		}
		for (const ms of [...waits.hit, ...waits.miss]) ok(isWait(ms), `${ms} ms`);
		const mean = (all: number[]) => all.reduce((sum, ms) => sum + ms, 0) / all.length;
		ok(Math.abs(mean(waits.hit) - mean(waits.miss)) < 250);
	});

	it("a code that somebody there was seated for is free, for everybody there and nobody else", async () => {
		const { look, soon, failed, seated } = setUp();
		const elsewhere = "198.51.100.9";
		for (let n = 0; n < 100; n += 1) [HALL, elsewhere].map(failed);
		seated(HALL, POLL);
		const [free, other, there] = await soon(
			Promise.all([look(POLL), look(OTHER), look(POLL, elsewhere)]),
		);
		equal(free.ms, 5);
		ok(isWait(other.ms));
		ok(isWait(there.ms));
	});

	it("wrong tokens are refused until the next one is due", async () => {
		const { timers, failed, met } = setUp();
		for (let n = 0; n < 100; n += 1) equal(failed(HALL), undefined);
		equal(failed("198.51.100.9"), undefined);
		equal(failed(HALL)?.retryAfterSeconds, 2);
		deepEqual(met, ["lookups"]);
		await timers.advance(2_000);
		deepEqual([failed(HALL), failed(HALL)?.code], [undefined, "rate_limited"]);
	});

	it("at most four codes a second are answered, whatever is asked", async () => {
		const { timers, look, guess, failed } = setUp();
		for (let n = 0; n < 100; n += 1) failed(HALL);
		let answered = 0;
		for (let tenth = 0; tenth < 600; tenth += 1) {
			for (let n = 0; n < 100; n += 1) {
				void look(guess()).then(({ outcome }) => {
					if (!(outcome instanceof LimitExceeded)) answered += 1;
				});
			}
			await timers.advance(100);
		}
		ok(answered > 60 && answered <= 4 * 60, `${answered} in a minute`);
	});

	it("another process that shares the count knows it after a miss of its own", async () => {
		const { parts, onLimited, look, soon, guess } = setUp();
		const redis = new Counts("misses", 200_000, { redis: undefined, ...parts });
		const countShared = (key: string) => redis.increment(key);
		const [here, there] = [1, 2].map(() => lookupGate({ ...parts, countShared, onLimited }).find);
		await soon(Promise.all(Array.from({ length: 100 }, () => look(guess(), HALL, here))), 10);
		equal((await soon(look(guess(), HALL, there), 5)).ms, 5);
		ok(isWait((await soon(look(guess(), HALL, there), 3_000)).ms));
	});
});

describe("[R3] look-ups that have to wait", () => {
	it("are bounded: past the queue comes a refusal that says when to come back", async () => {
		const { met, look, soon, guess, failed } = setUp();
		for (let n = 0; n < 100; n += 1) failed(HALL);
		const looked = await soon(Promise.all(Array.from({ length: 100 }, () => look(guess()))));
		const refused = looked.flatMap(({ outcome }) =>
			outcome instanceof LimitExceeded ? [outcome] : [],
		);
		equal(refused.length, 100 - 4 - 8);
		equal(met.filter((kind) => kind === "lookups").length, refused.length);
		for (const { code, retryAfterSeconds } of refused) {
			equal(code, "rate_limited");
			ok(retryAfterSeconds >= 2 && retryAfterSeconds <= 4);
		}
	});

	it("are one wait a code: a hall waits together, and its code goes before guesses", async () => {
		const { timers, look, guess, failed } = setUp();
		for (let n = 0; n < 100; n += 1) failed(HALL);
		const hall: ReturnType<typeof look>[] = [];
		for (let tick = 0; tick < 500; tick += 1) {
			for (let n = 0; n < 5; n += 1) void look(guess());
			if (tick >= 100 && tick % 2 === 0) hall.push(look(POLL));
			await timers.advance(2);
		}
		await timers.advance(10_000);
		const looked = await Promise.all(hall);
		const refused = looked.filter(({ outcome }) => outcome !== POLL);
		ok(refused.length <= 1, `${refused.length} of ${looked.length} refused`);
		ok(Math.max(...looked.map(({ ms }) => ms)) < 4_100);
	});
});

describe("[R3] who waited together for a code", () => {
	/** Hundred requests for one code at an address that has spent its misses, and how often it was asked for. */
	async function waitTogether(outcome: (asked: number) => Promise<PollCode | undefined>) {
		const { soon, parts, onLimited } = setUp();
		const gate = lookupGate({ ...parts, countShared: async () => undefined, onLimited });
		for (let n = 0; n < 100; n += 1) gate.failed(HALL);
		let asked = 0;
		const look = () => {
			asked += 1;
			return outcome(asked);
		};
		const looks = Array.from({ length: 100 }, () => gate.find(HALL, POLL, look));
		const settled = await soon(Promise.allSettled(looks));
		return { settled, asked: () => asked, again: () => soon(gate.find(HALL, POLL, look)) };
	}

	it("is told together that there is none, and asks anew the next time", async () => {
		const { settled, asked, again } = await waitTogether(async (n) => (n === 1 ? undefined : POLL));
		for (const look of settled) deepEqual(look, { status: "fulfilled", value: undefined });
		equal(asked(), 1);
		equal(await again(), POLL);
		equal(asked(), 2);
	});

	it("asks alone where there is one, or where the first could not be told", async () => {
		const { settled } = await waitTogether(async (n) => {
			if (n === 1) throw new Error("away");
			return POLL;
		});
		const [first, ...others] = settled;
		equal(first?.status, "rejected");
		for (const look of others) deepEqual(look, { status: "fulfilled", value: POLL });
	});
});

describe("[R4] misses over all addresses", () => {
	it("raise an alarm above fifty a second, once a second, and not below", async () => {
		const { timers, met, look, guess } = setUp();
		const alarms = () => met.filter((kind) => kind === "guessing").length;
		const storm = async (perTenth: number, seconds: number, net: number) => {
			for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
				for (let n = 0; n < perTenth; n += 1) void look(guess(), `10.${net}.${tenth % 250}.${n}`);
				await timers.advance(100);
			}
		};
		await storm(4, 60, 0);
		equal(alarms(), 0);
		await storm(40, 10, 1);
		ok(alarms() >= 7 && alarms() <= 10, `${alarms()} in 10 s`);
	});
});
