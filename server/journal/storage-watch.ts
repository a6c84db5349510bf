/** Whether rows get through: `ok`, or `delayed` as soon as the oldest one waits too long or a flush failed. */
import type { Timers } from "../lib/timers.ts";
import type { StorageState } from "./group-commit.ts";

export interface StorageWatch {
	readonly storage: StorageState;
	/** Looks again; to be called after rows came or went. */
	update(): void;
	/** A flush failed, or one went through. */
	failed(failing: boolean): void;
	onChange(listener: (storage: StorageState) => void): () => void;
	stop(): void;
}

/**
 * @param oldestAt when the oldest unanswered row was queued.
 * @param tell runs a listener so that what it throws stays there.
 */
export function storageWatch(
	timers: Timers,
	delayedAfterMs: number,
	oldestAt: () => number | undefined,
	tell: (callback: () => void) => void,
): StorageWatch {
	const listeners = new Set<(storage: StorageState) => void>();
	let storage: StorageState = "ok";
	let failing = false;
	let stopped = false;
	let cancelTimer: (() => void) | undefined;

	function update(): void {
		if (stopped) return;
		const oldest = oldestAt();
		const leftMs = oldest === undefined ? undefined : oldest + delayedAfterMs - timers.now();
		if (leftMs !== undefined && leftMs > 0) watchAgainIn(leftMs);
		set(failing || (leftMs !== undefined && leftMs <= 0) ? "delayed" : "ok");
	}

	// One timer, never moved forward: when it rings the oldest row is usually a younger one by then.
	function watchAgainIn(ms: number): void {
		cancelTimer ??= timers.after(ms, () => {
			cancelTimer = undefined;
			update();
		});
	}

	function set(next: StorageState): void {
		if (next === storage) return;
		storage = next;
		for (const listener of [...listeners]) tell(() => listener(next));
	}

	return {
		get storage() {
			return storage;
		},
		update,
		failed(now) {
			failing = now;
			update();
		},
		onChange(listener) {
			// A wrapper, so that the same function registered twice is two subscriptions.
			const own = (next: StorageState): void => listener(next);
			listeners.add(own);
			return () => listeners.delete(own);
		},
		stop() {
			stopped = true;
			cancelTimer?.();
		},
	};
}
