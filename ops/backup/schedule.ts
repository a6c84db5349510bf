/** Backups for as long as the process lives, for where nothing else keeps the time. */
import { setTimeout as sleep } from "node:timers/promises";
import { explain } from "./command.ts";
import { newestIn } from "./rotation.ts";

const AGAIN_AFTER_MS = 300_000;
/** The folder may change meanwhile, and a timer holds no more than 24 days. */
const LOOK_EVERY_MS = 600_000;

/** Never resolves. A restart takes none before its time: what counts is how old the newest one is. */
export async function repeat(
	folder: string,
	everyMs: number,
	takeOne: () => Promise<void>,
): Promise<never> {
	while (true) {
		const newest = await newestIn(folder);
		const dueInMs = newest ? newest.takenAt.getTime() + everyMs - Date.now() : 0;
		if (dueInMs > 0) {
			await sleep(Math.min(dueInMs, LOOK_EVERY_MS));
			continue;
		}
		try {
			await takeOne();
		} catch (cause) {
			console.error(`plenum backup: ${explain(cause)}`);
			await sleep(AGAIN_AFTER_MS);
		}
	}
}
