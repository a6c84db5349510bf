/** Who is in the poll, for its host: fetched once after each entering, then followed by messages. */
import type { ParticipantId } from "../../../schema/ids.ts";
import type {
	Person,
	RequestAnswers,
	RosterMessage,
} from "../../../schema/wire/client-messages.ts";
import { requestBackoff, retryDelayMs } from "./backoff.ts";
import { type Listeners, listeners } from "./listeners.ts";
import type { PollLink } from "./poll-link.ts";
import type { Timers } from "./timers.ts";

export type RosterMap = ReadonlyMap<ParticipantId, Person>;

export class Roster {
	readonly #link: Pick<PollLink, "request" | "contact">;
	readonly #timers: Timers;
	readonly #random: () => number;
	readonly #changed: Listeners<RosterMap> = listeners();
	#people: RosterMap = new Map();
	/** Messages that came while pages were being fetched: they follow what the pages say. */
	#meanwhile: RosterMessage[] | undefined;

	constructor(link: Pick<PollLink, "request" | "contact">, timers: Timers, random: () => number) {
		this.#link = link;
		this.#timers = timers;
		this.#random = random;
	}

	/** A new map after each change; the old one stays as it was. */
	get people(): RosterMap {
		return this.#people;
	}

	onChange(listener: (people: RosterMap) => void): () => void {
		return this.#changed.add(listener);
	}

	follow(message: RosterMessage): void {
		this.#meanwhile?.push(message);
		this.#replace(applied(this.#people, message));
	}

	/** Fetches all pages anew. Ends early when the connection is lost: the next one fetches again. */
	async fetch(): Promise<void> {
		const contact = this.#link.contact;
		const meanwhile: RosterMessage[] = [];
		this.#meanwhile = meanwhile;
		const people = new Map<ParticipantId, Person>();
		let after: ParticipantId | undefined;
		do {
			const page = await this.#page(after);
			const isOurs = this.#link.contact === contact && this.#meanwhile === meanwhile;
			if (page === undefined || !isOurs) return;
			for (const person of page.people) people.set(person.participantId, person);
			after = page.next;
		} while (after !== undefined);
		this.#meanwhile = undefined;
		this.#replace(meanwhile.reduce<RosterMap>(applied, people));
	}

	async #page(after: ParticipantId | undefined): Promise<RequestAnswers["roster"] | undefined> {
		for (let attempt = 1; ; attempt += 1) {
			const outcome = await this.#link.request("roster", after === undefined ? {} : { after });
			if (outcome.kind === "answered") return outcome.answer;
			if (outcome.kind === "lost" || !outcome.refusal.retryable) return undefined;
			const { retryAfterMs } = outcome.refusal;
			const waitMs = retryDelayMs(requestBackoff, attempt, this.#random, retryAfterMs);
			await new Promise<void>((resolve) => void this.#timers.after(waitMs, resolve));
		}
	}

	#replace(people: RosterMap): void {
		this.#people = people;
		this.#changed.tell(people);
	}
}

function applied(people: RosterMap, { changed, removed }: RosterMessage): RosterMap {
	const next = new Map(people);
	for (const person of changed) next.set(person.participantId, person);
	for (const participantId of removed) next.delete(participantId);
	return next;
}
