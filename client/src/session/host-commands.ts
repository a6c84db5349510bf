/**
 * The host's commands, one after the other, each repeated over refusals that pass and over lost
 * connections until it is committed or its time is over.
 *
 * Repeating is harmless where a command only says how things should be. Where it is not, what
 * the lost command has done is looked up before it is sent again.
 */
import type { QuestionId } from "../../../schema/ids.ts";
import type { RequestRefusalCode } from "../../../schema/refusals.ts";
import type {
	RequestAnswers,
	RequestInputs,
	RequestType,
} from "../../../schema/wire/client-messages.ts";
import { requestBackoff, retryDelayMs } from "./backoff.ts";
import { finalRefusal, type PollLink } from "./poll-link.ts";
import { RefusedError, unanswered } from "./refused-error.ts";
import type { Timers } from "./timers.ts";
import { isSameList, type PollSnapshot } from "./view.ts";

export interface AfterUnknown<Answer> {
	/** The refusal of a repetition that shows: the lost one was done. */
	readonly doneWhen?: RequestRefusalCode;
	/** Looks for what the lost one did; `undefined` when it did nothing. */
	readonly find?: () => Promise<Answer | undefined>;
}

type Link = Pick<
	PollLink,
	"connection" | "contact" | "onHello" | "onSnapshot" | "request" | "snapshot"
>;

const DEADLINE_MS = 30_000;
// The state shows within a second what was committed; only then is a question known to be missing.
const SHOWN_WITHIN_MS = 1_500;

export class HostCommands {
	readonly #link: Link;
	readonly #timers: Timers;
	readonly #random: () => number;
	#last: Promise<unknown> = Promise.resolve();
	/** Questions that earlier commands have added, whether or not they are shown yet. */
	readonly #added = new Set<QuestionId>();

	constructor(link: Link, timers: Timers, random: () => number) {
		this.#link = link;
		this.#timers = timers;
		this.#random = random;
	}

	/** Rejects with `RefusedError`; `unavailable` when it is not known to be done after 30 s. */
	run<Type extends RequestType>(
		type: Type,
		payload: RequestInputs[Type],
		afterUnknown: AfterUnknown<RequestAnswers[Type]> = {},
	): Promise<RequestAnswers[Type]> {
		const until = this.#timers.now() + DEADLINE_MS;
		// In turn: a command that has to be repeated must not overtake a later one.
		const done = this.#last.then(() => this.#repeat(type, payload, afterUnknown, until));
		this.#last = done.catch(() => {});
		return done;
	}

	async addQuestion(question: RequestInputs["add-question"]): Promise<QuestionId> {
		const before = new Set(this.#link.snapshot?.questions.map(({ id }) => id));
		const find = async () => {
			const questionId = await this.#awaitShown(({ questions }) =>
				questions.find(
					({ id, prompt, options }) =>
						!before.has(id) &&
						!this.#added.has(id) &&
						prompt === question.prompt &&
						isSameList(options, question.options),
				),
			);
			return questionId && { questionId };
		};
		const { questionId } = await this.run("add-question", question, { find });
		this.#added.add(questionId);
		return questionId;
	}

	async #repeat<Type extends RequestType>(
		type: Type,
		payload: RequestInputs[Type],
		{ doneWhen, find }: AfterUnknown<RequestAnswers[Type]>,
		until: number,
	): Promise<RequestAnswers[Type]> {
		let isUnknown = false;
		for (let attempt = 1; ; attempt += 1) {
			await this.#inTouch(until);
			const found = isUnknown ? await find?.() : undefined;
			if (found !== undefined) return found;
			const outcome = await this.#link.request(type, payload);
			if (outcome.kind === "answered") return outcome.answer;
			if (outcome.kind === "lost") {
				isUnknown = true;
				continue;
			}
			const { refusal } = outcome;
			if (isUnknown && refusal.code === doneWhen) return {} as RequestAnswers[Type];
			const { retryAfterMs, retryable, code } = refusal;
			const waitMs = retryDelayMs(requestBackoff, attempt, this.#random, retryAfterMs);
			if (!retryable || this.#timers.now() + waitMs >= until) throw new RefusedError(refusal);
			// "Unavailable" after 8 s in a queue: the entry may still be committed.
			if (code === "unavailable") isUnknown = true;
			await new Promise<void>((resolve) => void this.#timers.after(waitMs, resolve));
		}
	}

	#inTouch(until: number): Promise<void> {
		return new Promise((resolve, reject) => {
			const end = (settle: () => void) => {
				for (const stop of stops) stop();
				settle();
			};
			const check = () => {
				const refusal = finalRefusal(this.#link.connection.state);
				if (refusal) end(() => reject(new RefusedError(refusal)));
				else if (this.#link.contact !== undefined) end(resolve);
			};
			const tooLate = () =>
				end(() =>
					reject(
						new RefusedError(
							unanswered("The server did not answer in time; the command may still take effect."),
						),
					),
				);
			const stops = [
				this.#link.connection.onState(check),
				this.#link.onHello(check),
				this.#timers.after(Math.max(0, until - this.#timers.now()), tooLate),
			];
			check();
		});
	}

	#awaitShown(
		find: (snapshot: PollSnapshot) => { readonly id: QuestionId } | undefined,
	): Promise<QuestionId | undefined> {
		return new Promise((resolve) => {
			const end = (id: QuestionId | undefined) => {
				stopListening();
				cancel();
				resolve(id);
			};
			const check = (snapshot: PollSnapshot) => {
				const found = find(snapshot);
				if (found) end(found.id);
			};
			const stopListening = this.#link.onSnapshot(check);
			const cancel = this.#timers.after(SHOWN_WITHIN_MS, () => end(undefined));
			if (this.#link.snapshot) check(this.#link.snapshot);
		});
	}
}
