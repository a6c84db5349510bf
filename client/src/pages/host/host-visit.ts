/**
 * A host's visit, until they direct the poll or cannot.
 *
 * asking    for the host link: there is no token, or the poll does not know it
 * entering  taking the seat
 * in        the session, to be followed by the page
 * refused   no way in; the page says why
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { type HostSession, hostPoll } from "../../session/host-session.ts";
import { httpApi } from "../../session/http-api.ts";
import { keptHostToken } from "../../session/identity.ts";
import { browserStore } from "../../state/browser-store.ts";
import { type Entering, enterPoll } from "../../state/enter.ts";
import { takeFragment } from "../../state/router.ts";

export type HostVisit =
	| { readonly status: "asking"; readonly isWrong: boolean }
	| { readonly status: "entering"; readonly since: number }
	| { readonly status: "in"; readonly session: HostSession }
	| { readonly status: "refused"; readonly code: string };

// The whole journal of a large poll takes its time.
const EXPORT_WITHIN_MS = 60_000;

export class HostVisits {
	readonly #code: string;
	readonly #visit = signal<HostVisit>({ status: "entering", since: performance.now() });
	readonly visit: ReadonlySignal<HostVisit> = this.#visit;
	#entering: Entering<HostSession> | undefined;
	#stopFollowing: () => void = () => {};

	constructor(code: string) {
		this.#code = code;
	}

	/** With the token of the address, and else with the kept one. Follows later fragments. */
	start(): () => void {
		const follow = () => {
			const token = takeFragment();
			if (token !== undefined) this.enter(token);
		};
		this.enter(takeFragment());
		addEventListener("hashchange", follow);
		return () => {
			removeEventListener("hashchange", follow);
			this.#leave();
		};
	}

	/** @param given a token; without one, or when the poll does not know it, the kept one. */
	enter(given?: string): void {
		this.#leave();
		const kept = keptHostToken(browserStore, this.#code);
		const tokens = [given, kept].filter((token) => token !== undefined);
		this.#try([...new Set(tokens)], false);
	}

	#try([hostToken, ...rest]: readonly string[], isWrong: boolean): void {
		if (hostToken === undefined) {
			this.#visit.value = { status: "asking", isWrong };
			return;
		}
		const { origin } = location;
		const api = httpApi(origin, { deadlineMs: EXPORT_WITHIN_MS });
		const options = { origin, code: this.#code, store: browserStore, hostToken, api };
		this.#entering = enterPoll((enterWithinMs) => hostPoll({ ...options, enterWithinMs }));
		this.#stopFollowing = this.#entering.entry.subscribe((entry) => {
			if (entry.status === "in") this.#visit.value = entry;
			else if (entry.status === "entering") {
				this.#visit.value = { status: "entering", since: entry.since };
			} else if (entry.refusal.code === "unauthorized") this.#try(rest, true);
			else this.#visit.value = { status: "refused", code: entry.refusal.code };
		});
	}

	#leave(): void {
		this.#stopFollowing();
		this.#entering?.stop();
		this.#entering = undefined;
	}
}
