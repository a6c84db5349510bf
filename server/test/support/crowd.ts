/**
 * People, a host and a projector in one poll, each a client session of its own, and the record of
 * everything they cast, were promised and saw. Nobody in it ever does anything about a lost
 * connection: that is what is being tested.
 */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { colyseusSeats } from "../../../client/src/session/colyseus-seat.ts";
import { type HostSession, hostPoll } from "../../../client/src/session/host-session.ts";
import { httpApi, type QuestionInput } from "../../../client/src/session/http-api.ts";
import { memoryStore } from "../../../client/src/session/key-value-store.ts";
import { joinPoll, type PollSession } from "../../../client/src/session/poll-session.ts";
import { RefusedError } from "../../../client/src/session/refused-error.ts";
import type { RoomConnection, SeatTaker } from "../../../client/src/session/seat.ts";
import { realTimers, type Timers } from "../../../client/src/session/timers.ts";
import type { PollSnapshot } from "../../../client/src/session/view.ts";
import { type WatchSession, watchPoll } from "../../../client/src/session/watch-session.ts";
import type { QuestionId } from "../../../schema/ids.ts";
import type { RequestInputs } from "../../../schema/wire/client-messages.ts";
import type { CreatedPoll } from "../../../schema/wire/http.ts";
import type { Random } from "../simulation/random.ts";
import { type Picture, type Receipt, type SentVote, type Tallies, violations } from "./ledger.ts";
import { until, WireClient } from "./wire-client.ts";

/** Times are monotonic milliseconds of this process. */
export interface TimedReceipt extends Receipt {
	readonly sentAt: number;
	readonly receivedAt: number;
}

const QUESTIONS: QuestionInput[] = [
	{ prompt: "Where to?", options: ["sea", "hills", "city"] },
	{
		prompt: "What with?",
		kind: "multiple",
		options: ["boat", "bike", "bus", "feet"],
		maxChoices: 2,
	},
];
const FIRST = "q1" as QuestionId;
const SECOND = "q2" as QuestionId;
const VOTE_EVERY_MS = 5;
const ENDS_WITHIN_MS = 60_000;
/** However slow the machine: kill after kill may come before somebody is in. */
const ENTERS_WITHIN_MS = 300_000;
/**
 * A part of the waits between tries. Crash after crash they grow to 8 s; with kills every three
 * seconds hardly anybody would be there to be hit.
 */
const PATIENCE = 0.25;

/**
 * Of people for whom a minute is twelve seconds: by the contract a server that stands still for three is
 * left, and where nobody may notice anything a machine that does so is not to be taken for a finding.
 */
export const calmTimers: Timers = {
	now: () => realTimers.now() / 5,
	after: (ms, task) => realTimers.after(ms * 5, task),
};

const { warn } = console;

export class Crowd {
	readonly sent: SentVote[] = [];
	readonly receipts: TimedReceipt[] = [];
	readonly screens: { readonly name: string; readonly pictures: Picture[] }[] = [];
	/** Of every connection that ended without being left, in order. */
	readonly closedWith: number[] = [];
	readonly poll: CreatedPoll;
	readonly #origin: string;
	readonly #random: Random;
	readonly #timers: Timers;
	readonly #haste = () => this.#random.next() * PATIENCE;
	readonly #people: PollSession[] = [];
	readonly #ids = new Set<string>();
	#host!: HostSession;
	#viewer!: WatchSession;
	#isVoting = false;
	#activities: Promise<void>[] = [];

	private constructor(origin: string, poll: CreatedPoll, random: Random, timers: Timers) {
		this.#origin = origin;
		this.poll = poll;
		this.#random = random;
		this.#timers = timers;
	}

	/** A poll for exactly `capacity` people, with its host, a projector, and a question open. */
	static async gather(
		origin: string,
		capacity: number,
		random: Random,
		timers: Timers = realTimers,
	): Promise<Crowd> {
		// The SDK warns of each entering that is interrupted; here that is hundreds of times.
		console.warn = () => {};
		const form = { title: "Outing", questions: QUESTIONS, settings: { capacity } };
		const crowd = new Crowd(origin, await new WireClient(origin).create(form), random, timers);
		const { code, hostToken } = crowd.poll;
		const common = { origin, code, seats: crowd.#recordedSeats(), random: crowd.#haste, timers };
		crowd.#host = await hostPoll({ ...common, hostToken, store: memoryStore() });
		crowd.#viewer = await watchPoll(common);
		crowd.#watch("host", crowd.#host);
		crowd.#watch("projector", crowd.#viewer);
		await crowd.#host.openQuestion(FIRST);
		return crowd;
	}

	get sessions(): readonly WatchSession[] {
		return [this.#host, this.#viewer, ...this.#people];
	}

	/** Resolves when all of them are in, however often the server is away meanwhile. */
	async join(count: number): Promise<void> {
		const joining = Array.from({ length: count }, async () => {
			const nickname = `Person ${this.#ids.size}-${this.#random.next()}`;
			const { code } = this.poll;
			const seats = this.#recordedSeats();
			const store = memoryStore();
			const person = await joinPoll({
				origin: this.#origin,
				code,
				nickname,
				store,
				seats,
				random: this.#haste,
				timers: this.#timers,
				enterWithinMs: ENTERS_WITHIN_MS,
			});
			this.#people.push(person);
			this.#watch(person.me.participantId, person);
		});
		await Promise.all(joining);
	}

	/** People vote and change their minds, the host moves between the questions, until `settle`. */
	startVoting(): void {
		this.#isVoting = true;
		this.#activities = [this.#vote(), this.#direct()];
	}

	/** The first receipt for a vote that was sent after `moment`; ask before it can be there. */
	firstReceipt(moment: number): Promise<TimedReceipt> {
		const known = this.receipts.length;
		const isLater = ({ sentAt }: TimedReceipt) => sentAt >= moment;
		return until(() => this.receipts.slice(known).find(isLater), ENDS_WITHIN_MS);
	}

	/** Resolves once so many more votes than now are acknowledged. */
	async moreReceipts(count: number): Promise<void> {
		const enough = this.receipts.length + count;
		await until(() => this.receipts.length >= enough, ENDS_WITHIN_MS);
	}

	/** Ends the voting; resolves when everybody is online and answered, and all screens agree. */
	async settle(): Promise<void> {
		this.#isVoting = false;
		await Promise.all(this.#activities);
		const isOnline = (session: WatchSession) => session.connection.status === "online";
		await until(() => this.sessions.every(isOnline), ENDS_WITHIN_MS);
		const answered = this.#people.map((person) => person.whenSettled(ENDS_WITHIN_MS));
		assert.ok(!(await Promise.all(answered)).includes(false), "a vote has no answer");
		const results = JSON.stringify(await this.#results());
		const isThere = ({ pictures }: (typeof this.screens)[number]) =>
			JSON.stringify(pictures.at(-1)?.tallies) === results;
		// The checker will tell which screens are not; here they are only waited for.
		await until(() => this.screens.every(isThere), ENDS_WITHIN_MS).catch(() => {});
	}

	/** Everything that is wrong with votes, receipts and screens; ask once settled. */
	async violations(): Promise<readonly string[]> {
		const exported = await this.#host.exportVotes();
		return violations(this, { exported, results: await this.#results() });
	}

	/** How many participants there are: by what they were told, by the roster and by the state. */
	async registrations(): Promise<readonly number[]> {
		await until(() => this.#host.roster.size >= this.#people.length);
		return [this.#ids.size, this.#host.roster.size, this.#viewer.snapshot.participants];
	}

	leave(): void {
		this.#isVoting = false;
		for (const session of this.sessions) session?.leave();
		console.warn = warn;
	}

	async #vote(): Promise<void> {
		while (this.#isVoting) {
			const person = this.#random.pick(this.#people);
			const open = person.snapshot.questions.filter(({ status }) => status === "open");
			if (open.length > 0) {
				const { id, options, maxChoices } = this.#random.pick(open);
				const choices = options.map((_, option) => option).filter(() => this.#random.chance(0.4));
				person.vote(id, choices.length > 0 ? choices.slice(0, maxChoices) : [0]);
			}
			await pause(VOTE_EVERY_MS);
		}
	}

	/** One question is open at any time. */
	async #direct(): Promise<void> {
		let [open, next] = [FIRST, SECOND];
		while (this.#isVoting) {
			await this.#pressed(() => this.#host.openQuestion(next));
			await pause(this.#random.between(200, 800));
			await this.#pressed(() => this.#host.closeQuestion(open));
			await this.#pressed(() => this.#host.showQuestion(this.#random.pick([open, next])));
			await pause(this.#random.between(200, 800));
			[open, next] = [next, open];
		}
	}

	/** A button that has not worked for half a minute is pressed again; it may then have been done already. */
	async #pressed(command: () => Promise<void>): Promise<void> {
		try {
			await command();
		} catch (error) {
			if (!(error instanceof RefusedError) || error.code !== "unavailable") throw error;
			await command().catch((again: unknown) => {
				if (!(again instanceof RefusedError) || again.code !== "question_not_open") throw again;
			});
		}
	}

	#watch(name: string, session: WatchSession): void {
		const pictures: Picture[] = [];
		this.screens.push({ name, pictures });
		const show = (snapshot: PollSnapshot) => pictures.push(pictureOf(snapshot));
		show(session.snapshot);
		session.onSnapshot(show);
	}

	async #results(): Promise<Tallies> {
		const { questions } = await this.#host.results();
		return Object.fromEntries(
			questions.map(({ id, options }) => [id, options.map((o) => o.votes)]),
		);
	}

	/** Seats as a browser takes them; what goes through is written down before anybody else has it. */
	#recordedSeats(): SeatTaker {
		const seats = colyseusSeats(this.#origin, this.poll.code, httpApi(this.#origin));
		return {
			take: async (request, events, signal) => {
				const closed = (code: number) => {
					this.closedWith.push(code);
					events.closed(code);
				};
				return this.#recorded(await seats.take(request, { ...events, closed }, signal));
			},
		};
	}

	#recorded(room: RoomConnection): RoomConnection {
		let participantId = "";
		return {
			...room,
			request: async (type, payload) => {
				if (type !== "vote") {
					const outcome = await room.request(type, payload);
					if (type !== "hello" || outcome.kind !== "answered") return outcome;
					participantId = (outcome.answer as { participantId?: string }).participantId ?? "";
					if (participantId !== "") this.#ids.add(participantId);
					return outcome;
				}
				const vote = { ...(payload as RequestInputs["vote"]), participantId };
				const sentAt = performance.now();
				this.sent.push(vote);
				const outcome = await room.request(type, payload);
				if (outcome.kind === "answered") {
					const { seq } = outcome.answer as { seq: number };
					this.receipts.push({ ...vote, seq, sentAt, receivedAt: performance.now() });
				}
				return outcome;
			},
		};
	}
}

function pictureOf({ epoch, seq, questions }: PollSnapshot): Picture {
	const tallies = questions.map(({ id, counts, hostCounts }) => [id, hostCounts ?? counts]);
	return { epoch, seq, tallies: Object.fromEntries(tallies) };
}
