/**
 * People who vote at a constant pace on a question that nobody closes: whatever one of them has to
 * wait for, and whatever is refused to them for good, is the servers' doing.
 */
import { setTimeout as pause } from "node:timers/promises";
import { PollSession } from "../../../client/src/session/poll-session.ts";
import type { QuestionId } from "../../../schema/ids.ts";
import type { Random } from "../simulation/random.ts";
import type { Crowd } from "./crowd.ts";

const QUESTION = "q1" as QuestionId;

export interface VotingReport {
	readonly votes: number;
	/** From the choice to the receipt that settled it; a choice that replaced another waits on from there. */
	readonly longestWaitMs: number;
	readonly refused: number;
}

export class SteadyVoting {
	readonly #people: readonly PollSession[];
	readonly #random: Random;
	readonly #waitingSince = new Map<PollSession, number>();
	readonly #voting: Promise<void>;
	#isVoting = true;
	#votes = 0;
	#longestWaitMs = 0;
	#refused = 0;

	/** All of the crowd vote, `perSecond` together. */
	constructor(crowd: Crowd, perSecond: number, random: Random) {
		this.#people = crowd.sessions.filter((session) => session instanceof PollSession);
		this.#random = random;
		for (const person of this.#people) person.onBallots(() => this.#onBallot(person));
		this.#voting = this.#vote(1_000 / perSecond);
	}

	/** Ends the voting; settle the crowd, then ask for `report`. */
	async stop(): Promise<void> {
		this.#isVoting = false;
		await this.#voting;
	}

	get report(): VotingReport {
		const votes = this.#votes;
		return { votes, longestWaitMs: this.#longestWaitMs, refused: this.#refused };
	}

	async #vote(everyMs: number): Promise<void> {
		let nextAt = performance.now();
		while (this.#isVoting) {
			// Timers are late by a millisecond or more: what was missed is made up for.
			for (; nextAt <= performance.now(); nextAt += everyMs) this.#castOne();
			await pause(everyMs);
		}
	}

	#castOne(): void {
		const person = this.#random.pick(this.#people);
		const { choices } = person.ballot(QUESTION);
		this.#votes += 1;
		if (!this.#waitingSince.has(person)) this.#waitingSince.set(person, performance.now());
		person.vote(QUESTION, [((choices[0] ?? 0) + 1) % 3]);
	}

	#onBallot(person: PollSession): void {
		const { status } = person.ballot(QUESTION);
		const since = this.#waitingSince.get(person);
		if (status === "sending" || since === undefined) return;
		this.#waitingSince.delete(person);
		this.#longestWaitMs = Math.max(this.#longestWaitMs, performance.now() - since);
		if (status === "not-counted") this.#refused += 1;
	}
}
