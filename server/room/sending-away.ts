/** A big room is sent away in parts, lest its successor meets everybody in the same moment. */
import type { Timers } from "../lib/timers.ts";
import type { PollClient } from "./seat.ts";

const MOVED_AT_ONCE = 500;
const MOVED_EVERY_MS = 100;

/** Resolves once everybody who is in `clients` now has been told to leave with this close code. */
export async function sendAwayInParts(
	clients: Iterable<PollClient>,
	timers: Timers,
	code: number,
): Promise<void> {
	for (const [index, client] of [...clients].entries()) {
		client.leave(code);
		if ((index + 1) % MOVED_AT_ONCE !== 0) continue;
		await new Promise<void>((resolve) => timers.after(MOVED_EVERY_MS, resolve));
	}
}
