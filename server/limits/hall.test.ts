/** A thousand people, a guesser and a flooder, all behind one address: every limit together, on virtual time. */
import { equal, ok } from "node:assert/strict";
import type { PollCode, PollId, TokenHash } from "../../schema/ids.ts";
import { defaultLimits } from "../../schema/limits.ts";
import { seededRandom } from "../test/simulation/random.ts";
import { type VirtualTimers, virtualTimers } from "../test/support/virtual-timers.ts";
import { LimitExceeded } from "./limit-exceeded.ts";
import { createRateLimits } from "./rate-limits.ts";

const ADDRESS = "192.0.2.7";
const CODE = "HALL22" as PollCode;
const PEOPLE = 1_000;
const JOIN_WITHIN_MS = 10_000;
const random = seededRandom(11);

interface Tally {
	asked: number;
	refused: number;
	slowestMs: number;
}

function setUp() {
	const timers = virtualTimers();
	const limits = createRateLimits({
		redis: undefined,
		limits: defaultLimits,
		timers,
		wallClock: timers.now,
		random: random.next,
		isOn: true,
		onLimited: () => {},
	});
	const sleep = (ms: number) => new Promise<void>((resolve) => void timers.after(ms, resolve));
	/** What the seat route does. */
	async function seat(code: PollCode, token: string): Promise<boolean> {
		const look = async () => (code === CODE ? ("poll" as PollId) : undefined);
		const pollId = await limits.lookups.find(ADDRESS, code, look);
		if (pollId === undefined) return false;
		const tokenHash = token as TokenHash;
		await limits.seats.admit({ pollId, role: "participant", tokenHash, address: ADDRESS });
		limits.lookups.seated(ADDRESS, code);
		return true;
	}
	return { timers, limits, sleep, seat };
}

type Hall = ReturnType<typeof setUp>;

/** Joins, with a mistyped code now and then and again after a lost answer, then votes and changes the vote. */
async function person({ timers, limits, sleep, seat }: Hall, n: number, tally: Tally) {
	await sleep(random.between(0, JOIN_WITHIN_MS));
	const attempt = async (code: PollCode) => {
		const startedAt = timers.now();
		tally.asked += 1;
		await seat(code, `person ${n}`).catch((refusal: unknown) => {
			ok(refusal instanceof LimitExceeded);
			// A mistyped code gets a no in any case.
			if (code === CODE) tally.refused += 1;
		});
		tally.slowestMs = Math.max(tally.slowestMs, timers.now() - startedAt);
	};
	if (random.chance(0.05)) await attempt(`T${String(n).padStart(5, "0")}` as PollCode);
	await attempt(CODE);
	if (random.chance(0.1)) await attempt(CODE);
	const budget = limits.messages("participant");
	for (let message = 0; message < 12; message += 1) {
		tally.asked += 1;
		if (budget.isFlood() || budget.refuse(true) !== undefined) tally.refused += 1;
		else budget.answered();
		await sleep(random.between(50, 2_000));
	}
}

/** A thousand codes a second for as long as the hall is there; returns how many it learned about, by second. */
async function guesser({ timers, sleep, seat }: Hall, untilMs: number): Promise<number[]> {
	const learned: number[] = [];
	const learn = () => {
		const second = Math.floor(timers.now() / 1_000);
		learned[second] = (learned[second] ?? 0) + 1;
	};
	for (let ms = 0; ms < untilMs; ms += 1) {
		seat(`X${String(ms).padStart(5, "0")}` as PollCode, "guesser").then(learn, () => {});
		await sleep(1);
	}
	return learned;
}

/** Five thousand messages a second until the connection is dropped, and seats over twenty connections. */
async function flooder({ timers, limits, sleep, seat }: Hall) {
	const startedAt = timers.now();
	const isOver = () => timers.now() - startedAt > 5_000;
	let seats = 0;
	const takeSeats = async () => {
		while (!isOver()) {
			await seat(CODE, "flooder").then(
				() => {
					seats += 1;
				},
				() => {},
			);
			await sleep(20);
		}
	};
	const connections = Promise.all(Array.from({ length: 20 }, takeSeats));
	const budget = limits.messages("participant");
	let sent = 0;
	while (!budget.isFlood() && !isOver()) {
		sent += 1;
		if (sent % 5 === 0) await sleep(1);
	}
	const droppedAfterMs = timers.now() - startedAt;
	await connections;
	return { droppedAfterMs, seats };
}

async function run<Value>(timers: VirtualTimers, value: Promise<Value>): Promise<Value> {
	await timers.advance(60_000);
	return value;
}

describe("[R13] a thousand people behind one address", function () {
	this.timeout(30_000);

	const everybody = (hall: Hall, tally: Tally) =>
		Promise.all(Array.from({ length: PEOPLE }, (_, n) => person(hall, n, tally)));
	const nobody = (): Tally => ({ asked: 0, refused: 0, slowestMs: 0 });

	it("join within ten seconds and vote, and none of them meets a limit", async () => {
		const hall = setUp();
		const tally = nobody();
		await run(hall.timers, everybody(hall, tally));
		equal(tally.refused, 0);
		equal(tally.slowestMs, 0);
	});

	it("are refused less than once in a thousand times while a guesser and a flooder among them are stopped", async () => {
		const hall = setUp();
		const tally = nobody();
		// They come first, so that nobody has opened the way for the hall.
		const guessing = guesser(hall, 13_000);
		await hall.timers.advance(1_000);
		const flooding = flooder(hall);
		const [learned, flood] = await run(
			hall.timers,
			Promise.all([guessing, flooding, everybody(hall, tally)]),
		);
		ok(tally.refused / tally.asked < 0.001, `${tally.refused} of ${tally.asked} refused`);
		ok(tally.slowestMs < 5_000, `${tally.slowestMs} ms`);
		const [first = 0, ...later] = learned;
		ok(first <= 100, `${first} codes in the first second`);
		for (const count of later) ok(count <= 9, `${count} codes in a second`);
		const total = later.reduce((sum, count) => sum + count, 0);
		ok(total <= 4.5 * later.length, `${total} codes in ${later.length} seconds`);
		ok(flood.droppedAfterMs <= 50, `${flood.droppedAfterMs} ms`);
		ok(flood.seats <= 15, `${flood.seats} seats`);
	});
});
