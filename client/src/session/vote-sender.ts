/** Carries the outbox's votes to the server: one request a question at a time, until each is settled. */
import type { QuestionId } from "../../../schema/ids.ts";
import type { Refusal } from "../../../schema/refusals.ts";
import { requestBackoff, retryDelayMs } from "./backoff.ts";
import type { Outbox } from "./outbox.ts";
import type { PollLink } from "./poll-link.ts";
import type { Timers } from "./timers.ts";

export interface VoteSenderOptions {
	readonly outbox: Outbox;
	readonly link: Pick<PollLink, "contact" | "request">;
	readonly timers: Timers;
	readonly random: () => number;
	/** A ballot's state changed. */
	readonly onSettled: () => void;
}

interface Lane {
	attempt: number;
	endWait: () => void;
}

export class VoteSender {
	readonly #options: VoteSenderOptions;
	/** A lane exists while its question has a request under way or waits to repeat it. */
	readonly #lanes = new Map<QuestionId, Lane>();

	constructor(options: VoteSenderOptions) {
		this.#options = options;
	}

	/** Sends what is pending, where nothing is under way. */
	sendAll(): void {
		for (const questionId of this.#options.outbox.pendingQuestions()) this.send(questionId);
	}

	/** A newer choice made meanwhile follows when the answer is there: only the newest is ever sent. */
	send(questionId: QuestionId): void {
		if (this.#lanes.has(questionId)) return;
		const lane: Lane = { attempt: 0, endWait: () => {} };
		this.#lanes.set(questionId, lane);
		void this.#run(questionId, lane);
	}

	/** Out of touch: nothing is waited for any more; `sendAll` begins anew. */
	stop(): void {
		for (const lane of this.#lanes.values()) lane.endWait();
		this.#lanes.clear();
	}

	async #run(questionId: QuestionId, lane: Lane): Promise<void> {
		const { outbox, link, onSettled } = this.#options;
		while (this.#lanes.get(questionId) === lane) {
			const contact = link.contact;
			// Another tab may have stored a newer choice.
			outbox.recall(questionId);
			const vote = outbox.pending(questionId);
			if (contact === undefined || vote === undefined) break;
			const { revision, choices } = vote;
			const outcome = await link.request("vote", { questionId, choices: [...choices], revision });
			if (outcome.kind === "lost") break;
			if (outcome.kind === "answered") outbox.receive(questionId, vote);
			else if (outcome.refusal.retryable) await this.#wait(lane, outcome.refusal);
			else outbox.refuse(questionId, vote, outcome.refusal, contact);
			onSettled();
		}
		if (this.#lanes.get(questionId) === lane) this.#lanes.delete(questionId);
	}

	#wait(lane: Lane, refusal: Refusal): Promise<void> {
		const { timers, random } = this.#options;
		lane.attempt += 1;
		const waitMs = retryDelayMs(requestBackoff, lane.attempt, random, refusal.retryAfterMs);
		return new Promise((resolve) => {
			const cancel = timers.after(waitMs, resolve);
			lane.endWait = () => {
				cancel();
				resolve();
			};
		});
	}
}
