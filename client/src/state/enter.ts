/**
 * The way into a session, for any role.
 *
 * entering  since when (`performance.now()`), and what the server said to the last try
 * in        the session
 * refused   for good: the page says why and what can be done
 *
 * It goes on trying for as long as the answer may change; `stop` gives up and leaves.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Refusal } from "../../../schema/refusals.ts";
import { RefusedError } from "../session/refused-error.ts";
import type { WatchSession } from "../session/watch-session.ts";

export type Entry<Session> =
	| {
			readonly status: "entering";
			readonly since: number;
			readonly refusal: Refusal | undefined;
	  }
	| { readonly status: "in"; readonly session: Session }
	| { readonly status: "refused"; readonly refusal: Refusal };

export interface Entering<Session> {
	readonly entry: ReadonlySignal<Entry<Session>>;
	stop(): void;
}

// Within it the session layer backs off by itself; after it the page learns what stands in the way.
const TRY_FOR_MS = 15_000;

/** @param join `joinPoll`, `hostPoll` or `watchPoll` with everything but the deadline. */
export function enterPoll<Session extends WatchSession>(
	join: (enterWithinMs: number) => Promise<Session>,
): Entering<Session> {
	const since = performance.now();
	const entry = signal<Entry<Session>>({ status: "entering", since, refusal: undefined });
	let isOver = false;

	async function enter(): Promise<void> {
		while (!isOver) {
			const next = await attempt();
			if (isOver) {
				if (next.status === "in") next.session.leave();
				return;
			}
			entry.value = next;
			if (next.status !== "entering") return;
			await new Promise((resolve) => setTimeout(resolve, next.refusal?.retryAfterMs ?? 0));
		}
	}

	async function attempt(): Promise<Entry<Session>> {
		try {
			return { status: "in", session: await join(TRY_FOR_MS) };
		} catch (error) {
			if (!(error instanceof RefusedError)) throw error;
			const { refusal } = error;
			if (refusal.retryable) return { status: "entering", since, refusal };
			return { status: "refused", refusal };
		}
	}

	void enter();
	return {
		entry,
		stop() {
			isOver = true;
			const { value } = entry;
			if (value.status === "in") value.session.leave();
		},
	};
}
