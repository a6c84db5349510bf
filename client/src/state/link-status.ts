/**
 * The connection as people see it.
 *
 * online        all is well
 * reconnecting  since when, in `performance.now()` milliseconds
 * delayed       connected, but what is voted is saved late
 * moved         for a few seconds: connected again, and the poll lives on another server now
 * closed        for good; the page says why
 */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { ConnectionState } from "../session/connection.ts";
import type { PollSnapshot } from "../session/view.ts";

export type LinkStatus =
	| { readonly kind: "online" | "delayed" | "moved" | "closed" }
	| { readonly kind: "reconnecting"; readonly since: number };

const MOVED_SHOWN_MS = 4_000;

export function linkStatus(
	connection: ReadonlySignal<ConnectionState>,
	snapshot: ReadonlySignal<PollSnapshot>,
) {
	const status = signal<LinkStatus>({ kind: "online" });
	let lostSince: number | undefined;
	let epoch = snapshot.peek().epoch;
	let movedUntil = 0;
	let timer: ReturnType<typeof setTimeout> | undefined;

	const stopFollowing = effect(() => {
		const { status: connected } = connection.value;
		const { storage, epoch: shownEpoch } = snapshot.value;
		if (connected === "closed") status.value = { kind: "closed" };
		else if (connected !== "online") {
			lostSince ??= performance.now();
			status.value = { kind: "reconnecting", since: lostSince };
		} else {
			lostSince = undefined;
			// Each activation of a poll, and nothing else, raises its epoch.
			if (shownEpoch > epoch) showMoved();
			epoch = shownEpoch;
			status.value = settled(storage);
		}
	});

	function showMoved(): void {
		movedUntil = performance.now() + MOVED_SHOWN_MS;
		clearTimeout(timer);
		timer = setTimeout(() => {
			if (status.peek().kind === "moved") status.value = settled(snapshot.peek().storage);
		}, MOVED_SHOWN_MS);
	}

	function settled(storage: PollSnapshot["storage"]): LinkStatus {
		if (storage === "delayed") return { kind: "delayed" };
		return { kind: performance.now() < movedUntil - 1 ? "moved" : "online" };
	}

	return {
		status: status as ReadonlySignal<LinkStatus>,
		stop() {
			stopFollowing();
			clearTimeout(timer);
		},
	};
}
