/**
 * One poll with all its people, each a session of the pages' own: they join, vote, change their
 * minds, reload; the host opens, closes and moves on. Nobody ever does anything about a lost
 * connection: that is what is being tested.
 */
import { setTimeout as pause } from "node:timers/promises";
import {
	createPoll,
	type HostSession,
	hostPoll,
} from "../../../client/src/session/host-session.ts";
import { httpApi } from "../../../client/src/session/http-api.ts";
import { type KeyValueStore, memoryStore } from "../../../client/src/session/key-value-store.ts";
import { joinPoll, type PollSession } from "../../../client/src/session/poll-session.ts";
import { RefusedError } from "../../../client/src/session/refused-error.ts";
import { type WatchSession, watchPoll } from "../../../client/src/session/watch-session.ts";
import type { QuestionId } from "../../../schema/ids.ts";
import type { ResultVisibility } from "../../../schema/poll-words.ts";
import type { CreatedPoll } from "../../../schema/wire/http.ts";
import { agreement, type NamedSession, unlikeResults } from "./agreement.ts";
import { finalCounts } from "./final-counts.ts";
import type { Agreement } from "./history-events.ts";
import { QUESTIONS } from "./questions.ts";
import type { Random } from "./random.ts";
import type { Recorder } from "./recorder.ts";

export interface PartyOptions {
	readonly people: number;
	readonly visibility: ResultVisibility;
	/** Past every fault: creating a poll is not repeated, and its answer holds the host's secret. */
	readonly createAt: string;
	readonly origin: string;
	readonly recorder: Recorder;
	readonly random: Random;
	/** Votes a second and person. */
	readonly pace: number;
}

const FIRST = "q1" as QuestionId;
const SECOND = "q2" as QuestionId;
/** Longer than anything in a drill is away. */
const ENTERS_WITHIN_MS = 900_000;
const RELOAD_EVERY_MS = 4_000;
const TRESPASS_EVERY_MS = 3_000;
const OPEN_MS = [600, 2_500] as const;

interface Person {
	readonly name: string;
	readonly store: KeyValueStore;
	lives: number;
	session: PollSession;
	/** Its page is being loaded again: there is no screen. */
	isReloading: boolean;
}

export class Party {
	readonly poll: CreatedPoll;
	readonly #options: PartyOptions;
	readonly #people: Person[] = [];
	#host!: HostSession;
	#projector!: WatchSession;
	#isOn = false;
	#doings: Promise<void>[] = [];

	private constructor(options: PartyOptions, poll: CreatedPoll) {
		this.#options = options;
		this.poll = poll;
	}

	/** A poll with its host, a projector, a question open and most of its people. */
	static async gather(options: PartyOptions): Promise<Party> {
		const { people, visibility, createAt, origin, recorder } = options;
		const settings = { capacity: people, results: visibility };
		const form = { title: "Outing", questions: QUESTIONS, settings };
		const party = new Party(options, await createPoll(createAt, form));
		const { id, code, hostToken } = party.poll;
		recorder.history.poll({ kind: "poll", poll: id, people, visibility });
		const common = {
			origin,
			code,
			random: () => options.random.next(),
			enterWithinMs: ENTERS_WITHIN_MS,
		};
		let host: HostSession | undefined;
		let projector: WatchSession | undefined;
		const hostSeats = party.#seats("host", () => host, true);
		host = await hostPoll({ ...common, hostToken, store: memoryStore(), seats: hostSeats });
		party.#host = host;
		projector = await watchPoll({ ...common, seats: party.#seats("projector", () => projector) });
		party.#projector = projector;
		await host.openQuestion(FIRST);
		await party.#arrive(Math.max(1, Math.floor(people * 0.8)));
		return party;
	}

	get sessions(): readonly WatchSession[] {
		return this.#named.map(([, session]) => session);
	}

	get #named(): readonly NamedSession[] {
		const people = this.#people.map((person) => [nameOf(person), person.session] as const);
		return [["host", this.#host], ["projector", this.#projector], ...people];
	}

	/** Without those of pages that are being loaded. */
	get screens(): readonly WatchSession[] {
		const there = this.#people.filter(({ isReloading }) => !isReloading);
		return [this.#host, this.#projector, ...there.map(({ session }) => session)];
	}

	/** Until `settle`. The rest of the people come in meanwhile. */
	start(strangerToken: string): void {
		this.#isOn = true;
		this.#doings = [
			this.#vote(),
			this.#direct(),
			this.#comeLate(),
			this.#reload(),
			this.#trespass(strangerToken),
		];
	}

	/**
	 * Ends the input. So long may it take that everybody is answered, and so long again that then the
	 * screens agree: what is not seen by the end was looked for long enough.
	 */
	async settle(withinMs: number): Promise<Agreement> {
		this.#isOn = false;
		await Promise.all(this.#doings);
		const answered = await agreement(withinMs, async () => this.#unanswered());
		if (!answered.isReached) return answered;
		const { origin } = this.#options;
		return agreement(withinMs, () => unlikeResults(origin, this.poll, this.#named));
	}

	/** What the server at `origin` says in the end. */
	finals(origin: string, withinMs: number): ReturnType<typeof finalCounts> {
		return finalCounts(origin, this.poll, QUESTIONS, withinMs);
	}

	leave(): void {
		this.#isOn = false;
		for (const session of this.sessions) session?.leave();
	}

	#unanswered(): readonly string[] {
		const offline = this.#named
			.filter(([, { connection }]) => connection.status !== "online")
			.map(([name]) => `${name} (not connected)`);
		const waiting = this.#people
			.filter(({ session }) =>
				session.snapshot.questions.some(({ id }) => session.ballot(id).status === "sending"),
			)
			.map((person) => `${nameOf(person)} (without an answer)`);
		return [...offline, ...waiting];
	}

	async #arrive(count: number): Promise<void> {
		const coming = Array.from({ length: count }, async (_, index) => {
			const name = `person ${this.#people.length + index + 1}`;
			const store = memoryStore();
			const session = await this.#enter(name, store, `${name} ${this.#options.random.next()}`);
			this.#people.push({ name, store, lives: 1, session, isReloading: false });
		});
		await Promise.all(coming);
	}

	async #enter(who: string, store: KeyValueStore, nickname?: string): Promise<PollSession> {
		const { origin, random } = this.#options;
		let session: PollSession | undefined;
		session = await joinPoll({
			...{ origin, code: this.poll.code, store, enterWithinMs: ENTERS_WITHIN_MS },
			...(nickname === undefined ? {} : { nickname }),
			seats: this.#seats(who, () => session),
			random: () => random.next(),
		});
		return session;
	}

	#seats(who: string, session: () => WatchSession | undefined, isHost = false) {
		const { id, code } = this.poll;
		const shownNow = () => session()?.snapshot;
		return this.#options.recorder.seats({ poll: id, code, who, isHost, shownNow });
	}

	async #vote(): Promise<void> {
		const { random, pace } = this.#options;
		while (this.#isOn) {
			const { session } = random.pick(this.#people);
			const open = session.snapshot.questions.filter(({ status }) => status === "open");
			if (open.length > 0) {
				const { id, options, maxChoices } = random.pick(open);
				const choices = options.map((_, option) => option).filter(() => random.chance(0.4));
				session.vote(id, choices.length > 0 ? choices.slice(0, maxChoices) : [0]);
			}
			await pause(1_000 / (pace * this.#people.length));
		}
	}

	/** One question is open at any time. */
	async #direct(): Promise<void> {
		const { random, recorder } = this.#options;
		let [open, next] = [FIRST, SECOND];
		const press = (command: () => Promise<void>) =>
			pressed(command, () => recorder.hasBeenRestored);
		while (this.#isOn) {
			await press(() => this.#host.openQuestion(next));
			await pause(random.between(...OPEN_MS));
			await press(() => this.#host.closeQuestion(open));
			await press(() => this.#host.showQuestion(random.pick([open, next])));
			await pause(random.between(...OPEN_MS));
			[open, next] = [next, open];
		}
	}

	async #comeLate(): Promise<void> {
		const { people, random } = this.#options;
		while (this.#isOn && this.#people.length < people) {
			await pause(random.between(500, 3_000));
			if (this.#isOn) await this.#arrive(1);
		}
	}

	/** A page that is loaded again is the same person with the same storage. */
	async #reload(): Promise<void> {
		const { random, recorder } = this.#options;
		while (this.#isOn) {
			await pause(random.between(0.5, 1.5) * RELOAD_EVERY_MS);
			if (!this.#isOn) return;
			const person = random.pick(this.#people);
			person.isReloading = true;
			person.session.leave();
			const who = nameOf(person);
			recorder.history.poll({ kind: "left", poll: this.poll.id, who });
			person.lives += 1;
			person.session = await this.#enter(nameOf(person), person.store);
			person.isReloading = false;
		}
	}

	/** What must be refused: a person who closes a question, a stranger's host token. */
	async #trespass(strangerToken: string): Promise<void> {
		const { random, recorder, origin } = this.#options;
		const { id: poll, code } = this.poll;
		while (this.#isOn) {
			await pause(random.between(0.5, 1.5) * TRESPASS_EVERY_MS);
			const who = nameOf(random.pick(this.#people));
			await recorder.trespass({ poll, who }, random.pick([FIRST, SECOND]));
			const what = "to export the votes with another poll's host token";
			await recorder.forbidden({ poll, who: "a stranger" }, what, () =>
				httpApi(origin)
					.exportVotes(code, strangerToken)
					.then(
						() => true,
						() => false,
					),
			);
		}
	}
}

/** Of the page that is open now. */
function nameOf({ name, lives }: Person): string {
	return lives === 1 ? name : `${name}/${lives}`;
}

/** A button that has not worked for half a minute is pressed again; it may then have been done already. A restored database may know of no opening. */
async function pressed(
	command: () => Promise<void>,
	mayHaveForgotten: () => boolean,
): Promise<void> {
	for (let time = 1; ; time += 1) {
		try {
			return await command();
		} catch (error) {
			if (!(error instanceof RefusedError)) throw error;
			if (error.code === "question_not_open" && (time > 1 || mayHaveForgotten())) return;
			if (error.code !== "unavailable") throw error;
		}
	}
}
