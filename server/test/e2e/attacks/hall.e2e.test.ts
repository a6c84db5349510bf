/** A hall behind one address, with a flooder and a guesser in it: they are stopped, and nobody else is. */
import { equal, ok } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { CODE_ALPHABET } from "../../../../schema/poll-code.ts";
import { seededRandom } from "../../simulation/random.ts";
import { fillHall } from "../../support/attack-hall.ts";
import { POLL_FORM, underAttack } from "../../support/attack-server.ts";
import { percentile, seconds } from "../../support/percentiles.ts";
import { requestFrame } from "../../support/raw-seat.ts";

const HALL = "203.0.113.99";
const PEOPLE = 1_000;
const JOIN_WITHIN_MS = 10_000;
const OPS_TOKEN = "operators-only-0123456789";

describe("a hall behind one address", function () {
	this.timeout(180_000);
	const target = underAttack({ OPS_TOKEN });

	async function hall(people: number, random = seededRandom(29)) {
		const friend = target().from("198.51.100.90");
		const poll = await friend.create(POLL_FORM);
		const host = await friend.seat(poll.code, { hostToken: poll.hostToken });
		await host.request("open-question", { questionId: "q1" });
		target().cleanUp(() => host.close());
		const door = target().from(HALL);
		const betweenVotesMs = { least: 1_000, most: 3_000 };
		const common = { door, code: poll.code, people, random, betweenVotesMs, votesEach: 2 };
		return fillHall({ ...common, joinWithinMs: (JOIN_WITHIN_MS * people) / PEOPLE });
	}

	/** Resolves to how many codes it learned of within `forMs`. */
	async function guess(forMs: number): Promise<number> {
		const guesser = target().from(HALL);
		const until = performance.now() + forMs;
		const looks: Promise<unknown>[] = [];
		let learned = 0;
		for (let n = 0; performance.now() < until; n += 1) {
			const code = [0, 1, 2].reduce(
				(text, place) => text + CODE_ALPHABET[(n >> (5 * place)) % 32],
				"YYY",
			);
			const look = guesser.look(code).then(({ status }) => {
				if (status !== 429) learned += 1;
			});
			looks.push(look);
			await pause(20);
		}
		await Promise.all(looks);
		return learned;
	}

	/** Resolves to the ms after which each of five connections was cut. */
	async function flood(): Promise<readonly number[]> {
		const flooder = target().from(HALL);
		const lasted: number[] = [];
		for (let round = 0; round < 5; round += 1) {
			const seat = await flooder.seat(target().poll.code, { nickname: `Flooder ${round}` });
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
		const flooding = pause(2_000).then(flood);
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
		ok(Math.max(...lasted) < 5_000);
		ok(p99.besieged < 5_000);
	});
});
