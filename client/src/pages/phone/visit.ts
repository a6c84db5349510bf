/**
 * Somebody's visit with a code, until they sit in the poll or cannot.
 *
 * looking   asking whether there is such a poll
 * naming    which name? with what was wrong with the last one
 * entering  taking the seat
 * in        the session, to be followed by the page
 * ended     the poll was over before they came
 * refused   no way in; the page says why
 *
 * Whoever has been in this poll from here goes straight to `entering`.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Refusal } from "../../../../schema/refusals.ts";
import type { PollSummary } from "../../../../schema/wire/http.ts";
import { httpApi } from "../../session/http-api.ts";
import { HttpError } from "../../session/http-call.ts";
import { forgetParticipant, keptNickname } from "../../session/identity.ts";
import { joinPoll, type PollSession } from "../../session/poll-session.ts";
import { browserStore } from "../../state/browser-store.ts";
import { type Entering, enterPoll } from "../../state/enter.ts";

export type Visit =
	| { readonly status: "looking" | "entering"; readonly since: number }
	| {
			readonly status: "naming";
			readonly title: string;
			readonly nickname: string;
			readonly refusal: Refusal | undefined;
	  }
	| { readonly status: "in"; readonly session: PollSession }
	| { readonly status: "ended"; readonly title: string }
	| { readonly status: "refused"; readonly code: string };

const ASK_AGAIN_MS = 2_000;

export class PhoneVisit {
	readonly #code: string;
	readonly #visit = signal<Visit>({ status: "looking", since: performance.now() });
	readonly visit: ReadonlySignal<Visit> = this.#visit;
	#title = "";
	#entering: Entering<PollSession> | undefined;
	#stopFollowing: () => void = () => {};
	#isOver = false;

	constructor(code: string) {
		this.#code = code;
	}

	start(): void {
		this.leave();
		this.#isOver = false;
		if (keptNickname(browserStore, this.#code) === undefined) void this.#look();
		else this.enter(undefined);
	}

	/** Takes the seat; without a nickname as the one whom this browser has been before. */
	enter(nickname: string | undefined): void {
		this.leave();
		this.#isOver = false;
		const known = nickname === undefined ? {} : { nickname };
		const { origin } = location;
		const [code, store] = [this.#code, browserStore];
		this.#entering = enterPoll((enterWithinMs) =>
			joinPoll({ origin, code, store, enterWithinMs, ...known }),
		);
		this.#stopFollowing = this.#entering.entry.subscribe((entry) => {
			if (entry.status === "in") this.#visit.value = entry;
			else if (entry.status === "entering") this.#visit.value = { ...entry };
			else this.#refused(entry.refusal, nickname ?? "");
		});
	}

	/** Somebody new on this device. */
	forget(): void {
		forgetParticipant(browserStore, this.#code);
		this.start();
	}

	leave(): void {
		this.#isOver = true;
		this.#stopFollowing();
		this.#entering?.stop();
		this.#entering = undefined;
	}

	async #look(): Promise<void> {
		this.#visit.value = { status: "looking", since: performance.now() };
		while (!this.#isOver) {
			const answer = await this.#ask();
			if (this.#isOver) return;
			if (answer instanceof HttpError) {
				if (!isPassing(answer)) {
					this.#visit.value = { status: "refused", code: answer.code };
					return;
				}
			} else if (answer !== undefined) return this.#found(answer);
			await new Promise((resolve) => setTimeout(resolve, waitOf(answer)));
		}
	}

	/** What the server said; `undefined` when it did not answer. */
	async #ask(): Promise<PollSummary | HttpError | undefined> {
		try {
			return await httpApi(location.origin).poll(this.#code);
		} catch (error) {
			return error instanceof HttpError ? error : undefined;
		}
	}

	#found({ title, status }: PollSummary): void {
		this.#title = title;
		this.#visit.value =
			status === "closed"
				? { status: "ended", title }
				: { status: "naming", title, nickname: "", refusal: undefined };
	}

	#refused(refusal: Refusal, nickname: string): void {
		switch (refusal.code) {
			case "nickname_taken":
			case "invalid_input":
				this.#visit.value = { status: "naming", title: this.#title, nickname, refusal };
				break;
			case "unauthorized":
				// The poll has forgotten whom this browser remembers.
				this.forget();
				break;
			default:
				this.#visit.value = { status: "refused", code: refusal.code };
		}
	}
}

function isPassing({ code }: HttpError): boolean {
	return code === "unavailable" || code === "rate_limited" || code === "internal";
}

function waitOf(answer: HttpError | undefined): number {
	return Math.max(ASK_AGAIN_MS * (0.5 + Math.random()), answer?.retryAfterMs ?? 0);
}
