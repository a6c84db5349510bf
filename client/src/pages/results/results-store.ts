/**
 * The results of a poll, read over HTTP and read again while it runs.
 *
 * looking   not read yet, since when
 * read      the newest numbers; stale while the server does not answer
 * refused   for good: no such poll, or no longer kept
 *
 * On the host's own device with all counts, elsewhere with those that everybody may see.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { httpApi } from "../../session/http-api.ts";
import { HttpError, NoAnswerError } from "../../session/http-call.ts";
import { keptHostToken } from "../../session/identity.ts";
import { browserStore } from "../../state/browser-store.ts";
import { onWake } from "../../state/wake.ts";
import { type ShownResults, shownResults } from "./shown-results.ts";

export type Reading =
	| { readonly status: "looking"; readonly since: number }
	| { readonly status: "read"; readonly results: ShownResults; readonly isStale: boolean }
	| { readonly status: "refused"; readonly code: string };

export interface ResultsStore {
	readonly reading: ReadonlySignal<Reading>;
	/** Reads now, and again and again while the poll runs and the page is looked at; returns its stop. */
	start(): () => void;
	/** Once more after a refusal. */
	again(): void;
}

const READ_EVERY_MS = 5_000;
const TRY_AGAIN_MS = 2_000;

export function resultsStore(code: string): ResultsStore {
	const reading = signal<Reading>({ status: "looking", since: performance.now() });
	const api = httpApi(location.origin);
	let timer: ReturnType<typeof setTimeout> | undefined;
	let isReading = false;
	let isOver = false;

	async function readOn(): Promise<void> {
		clearTimeout(timer);
		if (isReading || isOver) return;
		isReading = true;
		const waitMs = await read();
		isReading = false;
		if (isOver || waitMs === undefined) return;
		timer = setTimeout(() => {
			// A hidden page rests; it reads on when it is looked at.
			if (document.visibilityState === "visible") void readOn();
		}, waitMs);
	}

	/** Resolves to when to read again; `undefined` when there is nothing more to come. */
	async function read(): Promise<number | undefined> {
		try {
			const results = await readResults();
			reading.value = { status: "read", results, isStale: false };
			return results.status === "closed" ? undefined : READ_EVERY_MS;
		} catch (error) {
			return failed(error);
		}
	}

	async function readResults(): Promise<ShownResults> {
		const hostToken = keptHostToken(browserStore, code);
		const [summary, all] = await Promise.all([
			api.poll(code),
			hostToken === undefined ? undefined : asHost(hostToken),
		]);
		return shownResults(summary, all);
	}

	/** A token that the poll does not know makes nobody the host, and is no trouble. */
	async function asHost(hostToken: string) {
		try {
			return await api.results(code, hostToken);
		} catch (error) {
			if (error instanceof HttpError && error.code === "unauthorized") return undefined;
			throw error;
		}
	}

	function failed(error: unknown): number | undefined {
		const isPassing = error instanceof HttpError && passing.includes(error.code);
		if (error instanceof HttpError && !isPassing) {
			reading.value = { status: "refused", code: error.code };
			return undefined;
		}
		if (!isPassing && !(error instanceof NoAnswerError)) throw error;
		const { value: shown } = reading;
		if (shown.status === "read") reading.value = { ...shown, isStale: true };
		const askedFor = error instanceof HttpError ? (error.retryAfterMs ?? 0) : 0;
		return Math.max(askedFor, TRY_AGAIN_MS * (0.5 + Math.random()));
	}

	return {
		reading,
		start() {
			isOver = false;
			void readOn();
			const stopWaking = onWake(() => {
				const { value: shown } = reading;
				const isFinal = shown.status === "read" && shown.results.status === "closed";
				if (!isFinal && shown.status !== "refused") void readOn();
			});
			return () => {
				isOver = true;
				clearTimeout(timer);
				stopWaking();
			};
		},
		again() {
			reading.value = { status: "looking", since: performance.now() };
			void readOn();
		},
	};
}

const passing: readonly string[] = ["unavailable", "rate_limited", "internal"];
