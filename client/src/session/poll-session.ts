/** A participant's session: joins, stays joined over everything that happens, votes. Without any page. */
import type { ParticipantId, QuestionId } from "../../../schema/ids.ts";
import { keepNickname, keptNickname, participantToken } from "./identity.ts";
import type { KeyValueStore } from "./key-value-store.ts";
import { type Listeners, listeners } from "./listeners.ts";
import { type BallotView, Outbox } from "./outbox.ts";
import { outboxStore } from "./outbox-store.ts";
import { finalRefusal, type PollLink } from "./poll-link.ts";
import { RefusedError } from "./refused-error.ts";
import type { SeatTaker } from "./seat.ts";
import { realTimers, type Timers } from "./timers.ts";
import type { QuestionSnapshot } from "./view.ts";
import { VoteSender } from "./vote-sender.ts";
import { openLink, type SessionOptions, seatsOf, WatchSession } from "./watch-session.ts";

export interface JoinOptions extends SessionOptions {
	/** Needed the first time only; the poll knows whoever has been in it, by the name they had. */
	readonly nickname?: string;
	/** Keeps identity and unsent votes; the same store means the same person. */
	readonly store: KeyValueStore;
}

/**
 * Joins as a participant, or as the one whom this store has been before.
 * Rejects with `RefusedError`: `poll_not_found`, `poll_full`, `nickname_taken`, `invalid_input`,
 * `unauthorized`, `removed`; and with what stood in the way once `enterWithinMs` is over.
 */
export async function joinPoll(options: JoinOptions): Promise<PollSession> {
	const { store, code, timers = realTimers, random = Math.random } = options;
	const token = participantToken(store, code);
	const link = openLink(
		options,
		{
			seatRequest() {
				// By token alone once the poll knows us: under load, servers let those in first.
				const { nickname } = options;
				const isKnown = nickname === undefined || keptNickname(store, code) !== undefined;
				return { participantToken: token, ...(isKnown ? {} : { nickname }) };
			},
		},
		introducedAgain(seatsOf(options), () => options.nickname ?? keptNickname(store, code)),
	);
	link.onHello(({ nickname }) => {
		if (nickname !== undefined) keepNickname(store, code, nickname);
	});
	const outbox = new Outbox(outboxStore(store, code, token));
	const session = new PollSession(link, outbox, timers, random);
	await link.enter(options.enterWithinMs);
	return session;
}

/** A poll that was restored from a backup may not know us any more: then with the nickname. */
function introducedAgain(seats: SeatTaker, nicknameOf: () => string | undefined): SeatTaker {
	return {
		async take(request, events, signal) {
			try {
				return await seats.take(request, events, signal);
			} catch (error) {
				const nickname = nicknameOf();
				const isUnknown = error instanceof RefusedError && error.code === "unauthorized";
				if (!isUnknown || nickname === undefined || !("participantToken" in request)) throw error;
				return seats.take({ ...request, nickname }, events, signal);
			}
		},
	};
}

export class PollSession extends WatchSession {
	readonly #link: PollLink;
	readonly #outbox: Outbox;
	readonly #timers: Timers;
	readonly #sender: VoteSender;
	readonly #ballotsChanged: Listeners<void> = listeners();
	#questionsSeen = 0;
	#openBefore: ReadonlySet<QuestionId> = new Set();

	constructor(link: PollLink, outbox: Outbox, timers: Timers, random: () => number) {
		super(link);
		this.#link = link;
		this.#outbox = outbox;
		this.#timers = timers;
		const onSettled = () => this.#ballotsChanged.tell();
		this.#sender = new VoteSender({ outbox, link, timers, random, onSettled });
		link.onHello(() => this.#catchUp());
		link.onSnapshot(({ questions }) => {
			if (questions.length > this.#questionsSeen) this.#catchUp();
			if (this.#hasReopened(questions)) link.refresh();
		});
		link.connection.onState(({ status }) => {
			if (status === "online") return;
			this.#sender.stop();
			this.#refuseIfOver();
		});
	}

	get me(): { readonly participantId: ParticipantId; readonly nickname: string } {
		const { participantId, nickname } = this.#link.hello ?? {};
		if (participantId === undefined) throw new Error("a session is handed out once it was greeted");
		return { participantId, nickname: nickname ?? "" };
	}

	/** Returns at once; what becomes of it shows in the question's ballot. */
	vote(questionId: QuestionId, choices: readonly number[]): void {
		this.#outbox.choose(questionId, choices, this.#link.contact);
		this.#sender.send(questionId);
		this.#refuseIfOver();
		this.#ballotsChanged.tell();
	}

	ballot(questionId: QuestionId): BallotView {
		return this.#outbox.ballot(questionId);
	}

	onBallots(listener: () => void): () => void {
		return this.#ballotsChanged.add(listener);
	}

	/** True once every vote has its answer, false when one has none after `deadlineMs`. */
	whenSettled(deadlineMs: number): Promise<boolean> {
		return new Promise((resolve) => {
			const end = (isSettled: boolean) => {
				stopListening();
				cancel();
				resolve(isSettled);
			};
			const check = () => {
				if (this.#outbox.pendingQuestions().length === 0) end(true);
			};
			const stopListening = this.#ballotsChanged.add(check);
			const cancel = this.#timers.after(deadlineMs, () => end(false));
			check();
		});
	}

	/** Takes up what storage and the server know of each question, and sends what is still open. */
	#catchUp(): void {
		const questions = this.#link.snapshot?.questions ?? [];
		this.#questionsSeen = questions.length;
		for (const { id } of questions) this.#outbox.recall(id);
		this.#outbox.reconcile(this.#link.hello?.ballots ?? []);
		this.#sender.sendAll();
		this.#ballotsChanged.tell();
	}

	/**
	 * A vote that was told "not counted" may have a late copy on its way, from a tab that was
	 * closed or a connection that was lost; once voting is open again, that one counts.
	 */
	#hasReopened(questions: readonly QuestionSnapshot[]): boolean {
		const open = questions.filter(({ status }) => status === "open").map(({ id }) => id);
		const opened = open.filter((id) => !this.#openBefore.has(id));
		this.#openBefore = new Set(open);
		return opened.some((id) => this.#outbox.ballot(id).status === "not-counted");
	}

	/** Removed, or the poll is gone: said at once, for every vote that waits. */
	#refuseIfOver(): void {
		const refusal = finalRefusal(this.#link.connection.state);
		if (refusal === undefined || refusal.retryable) return;
		this.#outbox.refuseAll(refusal);
		this.#ballotsChanged.tell();
	}
}
