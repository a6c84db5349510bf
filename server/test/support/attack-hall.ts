/**
 * A thousand people behind one address, who join within ten seconds and vote at a human pace, and
 * what each of their requests came to. Lean: frames are not decoded, only answers are counted.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../simulation/random.ts";
import type { AttackSeat } from "./attack-seat.ts";
import type { Visitor } from "./attack-visitor.ts";

export interface HallReport {
	readonly requests: number;
	readonly refused: number;
	/** ms from a vote to its receipt. */
	readonly waits: readonly number[];
}

export interface HallOptions {
	readonly door: Visitor;
	readonly code: string;
	readonly people: number;
	readonly joinWithinMs: number;
	readonly votesEach: number;
	readonly betweenVotesMs: { readonly least: number; readonly most: number };
	readonly random: Random;
}

/** Resolves once everybody has voted or was refused; all seats are closed then. */
export async function fillHall(options: HallOptions): Promise<HallReport> {
	const { door, code, people, joinWithinMs, votesEach, betweenVotesMs, random } = options;
	const seats: AttackSeat[] = [];
	const waits: number[] = [];
	let requests = 0;
	let refused = 0;

	async function counted<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
		requests += 1;
		try {
			return await work();
		} catch {
			refused += 1;
			return undefined;
		}
	}

	async function person(number: number, delayMs: number): Promise<void> {
		await pause(delayMs);
		const seat = await counted(() => door.seat(code, { nickname: `Person ${number}` }));
		if (seat === undefined) return;
		seats.push(seat);
		for (let revision = 1; revision <= votesEach; revision += 1) {
			await pause(random.between(betweenVotesMs.least, betweenVotesMs.most));
			await counted(async () => {
				const startedAt = performance.now();
				const vote = { questionId: "q1", choices: [revision % 2], revision };
				const { status } = await seat.request("vote", vote);
				if (status !== 0) throw new Error("refused");
				waits.push(performance.now() - startedAt);
			});
		}
	}

	const all = Array.from({ length: people }, (_, number) =>
		person(number, random.between(0, joinWithinMs)),
	);
	await Promise.all(all);
	for (const seat of seats) seat.close();
	return { requests, refused, waits };
}

const SEATS_AT_ONCE = 50;

/** Everybody entered, once it resolves. */
export async function takeSeats(
	door: Visitor,
	code: string,
	people: number,
): Promise<AttackSeat[]> {
	const seats: AttackSeat[] = [];
	while (seats.length < people) {
		const few = Array.from({ length: Math.min(SEATS_AT_ONCE, people - seats.length) }, (_, n) =>
			door.seat(code, { nickname: `Person ${seats.length + n}` }),
		);
		seats.push(...(await Promise.all(few)));
	}
	return seats;
}
