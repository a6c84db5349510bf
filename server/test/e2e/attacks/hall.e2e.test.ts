/** A hall behind one address, with a flooder and a guesser in it: they are stopped, and nobody else is. */
import { equal, ok } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../simulation/random.ts";
import { fillHall } from "../../support/attack-hall.ts";
import type { AttackSeat } from "../../support/attack-seat.ts";
import { POLL_FORM, underAttack } from "../../support/attack-server.ts";
import { unusedCode } from "../../support/attack-small-forms.ts";
import { percentile, seconds } from "../../support/percentiles.ts";
import { requestFrame } from "../../support/raw-seat.ts";

const HALL = "203.0.113.99";
const PEOPLE = 1_000;
const JOIN_WITHIN_MS = 10_000;
const ROUNDS = 4;
/** A thousand votes in it: as fast as a hall answers a question. */
const ROUND_MS = 4_000;
const OPS_TOKEN = "operators-only-0123456789";

describe("a hall behind one address", function () {
	this.timeout(300_000);
	const target = underAttack({ OPS_TOKEN });

	async function opened() {
		const friend = target().from("198.51.100.90");
		const poll = await friend.create(POLL_FORM);
		const host = await friend.seat(poll.code, { hostToken: poll.hostToken });
		await host.request("open-question", { questionId: "q1" });
		target().cleanUp(() => host.close());
		return { poll, host };
	}

	async function hall(people: number, random = seededRandom(29)) {
		const { poll } = await opened();
		const door = target().from(HALL);
		const betweenVotesMs = { least: 1_000, most: 3_000 };
		const common = { door, code: poll.code, people, random, betweenVotesMs, votesEach: 2 };
		return fillHall({ ...common, joinWithinMs: (JOIN_WITHIN_MS * people) / PEOPLE });
	}

	let guessed = 0;
	/** Resolves to how many codes it learned of within `forMs`. */
	async function guess(forMs: number): Promise<number> {
		const guesser = target().from(HALL);
		const until = performance.now() + forMs;
		const looks: Promise<unknown>[] = [];
		let learned = 0;
		while (performance.now() < until) {
			const look = guesser.look(unusedCode(guessed++, "YYX")).then(({ status }) => {
				if (status !== 429) learned += 1;
			});
			looks.push(look);
			await pause(20);
		}
		await Promise.all(looks);
		return learned;
	}

	/** Comes back as often as it is cut off; resolves to the ms after which each of its connections was. */
	async function flood(code: string, forMs: number): Promise<readonly number[]> {
		const flooder = target().from(HALL);
		const lasted: number[] = [];
		const until = performance.now() + forMs;
		while (performance.now() < until) {
			const nickname = `Flooder ${crypto.randomUUID().slice(0, 8)}`;
			const seat = await flooder.seat(code, { nickname });
			const startedAt = performance.now();
			while (seat.isOpen && performance.now() - startedAt < 10_000) {
				for (let n = 0; n < 50; n += 1) seat.send(requestFrame(1, "hello"));
				await pause(10);
			}
			equal(await seat.closed, 1008);
			lasted.push(performance.now() - startedAt);
		}
		return lasted;
	}

	it("[T29] a thousand people join within ten seconds and vote, while a flooder and a guesser beside them are stopped", async () => {
		const quiet = await hall(100);
		const guessing = guess(JOIN_WITHIN_MS);
		const flooding = pause(2_000).then(() => flood(target().poll.code, 3_000));
		const startedAt = performance.now();
		const { requests, refused, waits } = await hall(PEOPLE);
		const tookMs = performance.now() - startedAt;
		const learned = await guessing;
		const lasted = await flooding;

		const p99 = { quiet: percentile(quiet.waits, 0.99), besieged: percentile(waits, 0.99) };
		console.log(
			`    ${requests} requests in ${seconds(tookMs)}, ${refused} refused; receipts p50 ${seconds(percentile(waits, 0.5))}, p99 ${seconds(p99.besieged)} (without attackers, 100 people: ${seconds(p99.quiet)}); flooder cut off after ${seconds(Math.max(...lasted))}, guesser learned of ${learned} codes`,
		);
		equal(requests, PEOPLE * 3);
		ok(refused <= requests / 1_000, `${refused} of ${requests} refused`);
		ok(learned <= 100 + 4.5 * (tookMs / 1_000) + 5, `${learned} codes`);
		ok(Math.max(...lasted) < 10_000);
		ok(p99.besieged < 8_000);
	});

	it("[T29] a thousand votes a round all count with the attackers as without them, and how long receipts take is measured in turn", async () => {
		const { poll, host } = await opened();
		const door = target().from(HALL);
		const seats: AttackSeat[] = [];
		target().cleanUp(() => seats.map((seat) => seat.close()));
		for (let number = 0; number < PEOPLE; number += 50) {
			const people = Array.from({ length: 50 }, (_, n) =>
				door.seat(poll.code, { nickname: `Person ${number + n}` }),
			);
			seats.push(...(await Promise.all(people)));
		}
		let revision = 0;
		/** Everybody votes once, spread evenly; resolves to the p50 and p99 of the receipts in ms. */
		const round = async () => {
			revision += 1;
			const startedAt = performance.now();
			const voted = seats.map(async (seat, n) => {
				await pause((n / PEOPLE) * ROUND_MS - (performance.now() - startedAt));
				const sentAt = performance.now();
				const vote = { questionId: "q1", choices: [revision % 2], revision };
				equal((await seat.request("vote", vote)).status, 0);
				return performance.now() - sentAt;
			});
			const waits = await Promise.all(voted);
			return { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) };
		};
		const phases = { quiet: [] as Phase[], attacked: [] as Phase[] };
		await round();
		for (let n = 0; n < ROUNDS; n += 1) {
			phases.quiet.push(await round());
			const attack = Promise.all([guess(ROUND_MS), flood(poll.code, ROUND_MS)]);
			phases.attacked.push(await round());
			await attack;
		}
		host.close();
		const median = (all: readonly Phase[], key: keyof Phase) =>
			percentile(
				all.map((phase) => phase[key]),
				0.5,
			);
		for (const key of ["p50", "p99"] as const) {
			const [quiet, attacked] = [median(phases.quiet, key), median(phases.attacked, key)];
			console.log(
				`    receipts ${key}, median of ${ROUNDS} rounds: ${quiet.toFixed(1)} ms quiet, ${attacked.toFixed(1)} ms attacked (× ${(attacked / quiet).toFixed(2)})`,
			);
		}
		const { body } = await target().from("198.51.100.90").http("GET", `/api/polls/${poll.code}`);
		equal(body.questions[0].ballots, PEOPLE);
		ok(median(phases.attacked, "p99") < 8_000);
	});
});

interface Phase {
	readonly p50: number;
	readonly p99: number;
}
