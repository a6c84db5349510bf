/**
 * The draft as the page follows it: kept in the browser at every change, and sent.
 *
 * writing  with what was wrong when it was last sent, if anything
 * sending  waiting for the server
 *
 * What is wrong is said only after the first try, and from then on as it is mended.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { defaultLimits, type Limits } from "../../../../schema/limits.ts";
import type { RefusalCode } from "../../i18n/texts/refusals.ts";
import { createPoll } from "../../session/host-session.ts";
import { httpApi } from "../../session/http-api.ts";
import { HttpError } from "../../session/http-call.ts";
import { keepHostToken } from "../../session/identity.ts";
import type { KeyValueStore } from "../../session/key-value-store.ts";
import { type Draft, type DraftQuestion, emptyDraft, readDraft } from "./draft.ts";
import { inputOf } from "./draft-form.ts";
import {
	draftProblems,
	isOfQuestion,
	noProblems,
	type Problems,
	serverProblems,
} from "./draft-problems.ts";

export type Sending =
	| { readonly status: "writing"; readonly trouble?: RefusalCode | "no-answer" | undefined }
	| { readonly status: "sending" };

const KEPT_AS = "plenum:draft";

export class DraftStore {
	readonly #store: KeyValueStore;
	readonly #draft;
	readonly #limits = signal<Limits>(defaultLimits);
	readonly #sending = signal<Sending>({ status: "writing" });
	readonly #isChecked = signal(false);
	readonly #refused = signal<Problems>(noProblems);
	readonly #hostKey = signal<"unasked" | "asked" | "wrong">("unasked");

	readonly draft: ReadonlySignal<Draft>;
	readonly limits: ReadonlySignal<Limits> = this.#limits;
	readonly sending: ReadonlySignal<Sending> = this.#sending;
	/** Whether the server wants a key, and whether it has refused one. */
	readonly hostKey: ReadonlySignal<"unasked" | "asked" | "wrong"> = this.#hostKey;
	readonly problems: ReadonlySignal<Problems>;

	constructor(store: KeyValueStore) {
		this.#store = store;
		this.#draft = signal(readDraft(store.get(KEPT_AS)) ?? emptyDraft);
		this.draft = this.#draft;
		this.problems = computed(() => {
			const own = this.#isChecked.value
				? draftProblems(this.#draft.value, this.#limits.value)
				: noProblems;
			return new Map([...this.#refused.value, ...own]);
		});
	}

	/** The server's own limits may differ from the usual ones; without an answer those do. */
	async fetchLimits(): Promise<void> {
		try {
			this.#limits.value = { ...defaultLimits, ...(await httpApi(location.origin).limits()) };
		} catch {
			// What goes beyond them the server will say.
		}
	}

	change(change: Partial<Draft>): void {
		const next = { ...this.#draft.peek(), ...change };
		this.#draft.value = next;
		this.#store.set(KEPT_AS, JSON.stringify(next));
		this.#forget((field) => Object.hasOwn(change, field) || field === "draft");
	}

	changeQuestion(question: DraftQuestion): void {
		const { questions } = this.#draft.peek();
		this.change({ questions: questions.map((it) => (it.key === question.key ? question : it)) });
		this.#forget((field) => isOfQuestion(field, question.key));
	}

	startAnew(): void {
		this.#draft.value = emptyDraft;
		this.#store.delete(KEPT_AS);
		this.#isChecked.value = false;
		this.#refused.value = noProblems;
		this.#sending.value = { status: "writing" };
	}

	hostKeyChanged(): void {
		if (this.#hostKey.peek() === "wrong") this.#hostKey.value = "asked";
	}

	/** Creates the poll; its code, or `undefined` when something is in the way, which is then said. */
	async send(hostKey: string): Promise<string | undefined> {
		if (this.#sending.peek().status === "sending") return undefined;
		this.#isChecked.value = true;
		this.#refused.value = noProblems;
		if (this.problems.peek().size > 0) {
			this.#sending.value = { status: "writing" };
			return undefined;
		}
		this.#sending.value = { status: "sending" };
		const sent = inputOf(this.#draft.peek());
		try {
			const key = hostKey.trim() === "" ? undefined : hostKey.trim();
			const { code, hostToken } = await createPoll(location.origin, sent.form, key);
			keepHostToken(this.#store, code, hostToken);
			this.startAnew();
			return code;
		} catch (error) {
			this.#sending.value = { status: "writing", trouble: this.#troubleOf(error, sent) };
			return undefined;
		}
	}

	/** What stands in the way as a whole; what belongs to a field is put there. */
	#troubleOf(error: unknown, sent: ReturnType<typeof inputOf>) {
		if (!(error instanceof HttpError)) return "no-answer";
		if (error.code === "unauthorized") {
			this.#hostKey.value = this.#hostKey.peek() === "unasked" ? "asked" : "wrong";
			return undefined;
		}
		if (error.code !== "invalid_input" || error.details === undefined) return error.code;
		this.#refused.value = serverProblems(error.details, sent);
		return undefined;
	}

	#forget(isOver: (field: string) => boolean): void {
		const { value: refused } = this.#refused;
		if (refused.size === 0) return;
		this.#refused.value = new Map([...refused].filter(([field]) => !isOver(field)));
	}
}
