/** The host's session: creates a poll, directs it, sees who is there, and reads what came of it. */
import type { ParticipantId, QuestionId } from "../../../schema/ids.ts";
import type { CreatedPoll, ExportedVote, PollResults } from "../../../schema/wire/http.ts";
import { HostCommands } from "./host-commands.ts";
import { HostKey } from "./host-key.ts";
import { type HttpApi, httpApi, type PollInput, type QuestionInput } from "./http-api.ts";
import { keptHostToken } from "./identity.ts";
import type { KeyValueStore } from "./key-value-store.ts";
import type { PollLink } from "./poll-link.ts";
import { RefusedError, seatRefusal } from "./refused-error.ts";
import { Roster, type RosterMap } from "./roster.ts";
import { realTimers, type Timers } from "./timers.ts";
import { openLink, type SessionOptions, seatsOf, WatchSession } from "./watch-session.ts";

export interface HostOptions extends SessionOptions {
	/** Kept in the store; needed where the store has none yet. */
	readonly hostToken?: string;
	readonly store: KeyValueStore;
	readonly api?: HttpApi;
}

/** Rejects with `HttpError` or `NoAnswerError`; not repeated, because every call makes a poll. */
export function createPoll(
	origin: string,
	form: PollInput,
	hostKey?: string,
): Promise<CreatedPoll> {
	return httpApi(origin).createPoll(form, hostKey);
}

/** Enters as the host. Rejects with `RefusedError`: `unauthorized`, `poll_not_found`. */
export async function hostPoll(options: HostOptions): Promise<HostSession> {
	const { store, code, origin, timers = realTimers, random = Math.random } = options;
	const hostToken = options.hostToken ?? keptHostToken(store, code);
	if (hostToken === undefined) throw new RefusedError(seatRefusal("unauthorized"));
	let roster: Roster | undefined;
	const key = new HostKey(store, code, hostToken);
	const link = openLink(
		options,
		{
			seatRequest: () => ({ hostToken: key.token }),
			onRoster: (message) => roster?.follow(message),
		},
		key.seats(seatsOf(options)),
	);
	roster = new Roster(link, timers, random);
	link.onHello(() => {
		key.keep();
		void roster.fetch();
	});
	const read = { api: options.api ?? httpApi(origin), code, key };
	const session = new HostSession(link, roster, read, timers, random);
	await link.enter(options.enterWithinMs);
	return session;
}

interface Read {
	readonly api: HttpApi;
	readonly code: string;
	readonly key: HostKey;
}

/** Commands resolve once committed and reject with `RefusedError`; see `HostCommands`. */
export class HostSession extends WatchSession {
	readonly #commands: HostCommands;
	readonly #roster: Roster;
	readonly #read: Read;

	constructor(link: PollLink, roster: Roster, read: Read, timers: Timers, random: () => number) {
		super(link);
		this.#commands = new HostCommands(link, timers, random);
		this.#roster = roster;
		this.#read = read;
	}

	/** Opens or reopens it, and makes it the current one. */
	async openQuestion(questionId: QuestionId): Promise<void> {
		await this.#commands.run("open-question", { questionId });
	}

	async closeQuestion(questionId: QuestionId): Promise<void> {
		await this.#commands.run("close-question", { questionId }, { doneWhen: "question_not_open" });
	}

	/** Makes it the current one without opening it. */
	async showQuestion(questionId: QuestionId): Promise<void> {
		await this.#commands.run("show-question", { questionId });
	}

	addQuestion(question: QuestionInput): Promise<QuestionId> {
		return this.#commands.addQuestion(question);
	}

	async removeParticipant(participantId: ParticipantId): Promise<void> {
		const payload = { participantId };
		await this.#commands.run("remove-participant", payload, { doneWhen: "invalid_input" });
	}

	async endPoll(): Promise<void> {
		await this.#commands.run("end-poll", {}, { doneWhen: "poll_ended" });
	}

	/** Every other link and device is shut out; resolves to the new host token, which is kept. */
	async rotateHostToken(): Promise<string> {
		const { key } = this.#read;
		const { hostToken } = await this.#commands.run("rotate-host-token", { hostToken: key.next() });
		key.replace(hostToken);
		return hostToken;
	}

	/** Who has joined; filled soon after entering. */
	get roster(): RosterMap {
		return this.#roster.people;
	}

	onRoster(listener: (people: RosterMap) => void): () => void {
		return this.#roster.onChange(listener);
	}

	results(): Promise<PollResults> {
		return this.#read.api.results(this.#read.code, this.#read.key.token);
	}

	exportVotes(): Promise<ExportedVote[]> {
		return this.#read.api.exportVotes(this.#read.code, this.#read.key.token);
	}

	/** Deletes the poll with all its votes; every session of it closes as `deleted`. */
	deletePoll(): Promise<void> {
		return this.#read.api.deletePoll(this.#read.code, this.#read.key.token);
	}
}
