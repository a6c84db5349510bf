/**
 * What the host has asked for and what became of it, by the control it belongs to: under way,
 * slow, done (then nothing is kept), or refused with a sentence.
 */
import { signal } from "@preact/signals";
import { hostTexts } from "../../i18n/texts/host.ts";
import { refusalSentence } from "../../i18n/texts/refusals.ts";
import { HttpError } from "../../session/http-call.ts";
import { RefusedError } from "../../session/refused-error.ts";

export type CommandState =
	| { readonly status: "pending"; readonly isSlow: boolean }
	| { readonly status: "refused"; readonly code: string };

const SLOW_AFTER_MS = 2_000;

export class Commands {
	readonly #states = signal<ReadonlyMap<string, CommandState>>(new Map());

	/** Read in a render: follows. */
	state(name: string): CommandState | undefined {
		return this.#states.value.get(name);
	}

	isPending(name: string): boolean {
		return this.state(name)?.status === "pending";
	}

	/** True once it is done; false when it was refused. Asked for twice at once, it is done once. */
	async run(name: string, action: () => Promise<void>): Promise<boolean> {
		if (this.#states.peek().get(name)?.status === "pending") return false;
		this.#set(name, { status: "pending", isSlow: false });
		const slow = setTimeout(() => {
			this.#set(name, { status: "pending", isSlow: true });
		}, SLOW_AFTER_MS);
		try {
			await action();
			this.#set(name, undefined);
			return true;
		} catch (error) {
			this.#set(name, { status: "refused", code: codeOf(error) });
			return false;
		} finally {
			clearTimeout(slow);
		}
	}

	/** What was refused is no news any more. */
	forget(name: string): void {
		if (this.#states.peek().get(name)?.status === "refused") this.#set(name, undefined);
	}

	#set(name: string, state: CommandState | undefined): void {
		const next = new Map(this.#states.peek());
		if (state === undefined) next.delete(name);
		else next.set(name, state);
		this.#states.value = next;
	}
}

const NO_ANSWER = "no-answer";

function codeOf(error: unknown): string {
	return error instanceof RefusedError || error instanceof HttpError ? error.code : NO_ANSWER;
}

/** What is to be said beside the control; `undefined` when all is well. */
export function commandSentence(state: CommandState | undefined): string | undefined {
	const t = hostTexts.value;
	if (state === undefined) return undefined;
	if (state.status === "pending") return state.isSlow ? t.slow : undefined;
	return t.notDone(state.code === NO_ANSWER ? t.noAnswer : refusalSentence(state.code));
}
