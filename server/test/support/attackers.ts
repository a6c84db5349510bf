/** Starts and commands the process of a flooder and a code guesser. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("attackers-main.ts", import.meta.url));

/** What the flooder sends at most each time that it comes: ten seconds' worth. */
export const FLOOD_FRAMES_MAX = 50_000;

/** How long each goes on. */
export interface Attack {
	readonly floodMs: number;
	readonly guessMs: number;
}

export interface AttackReport {
	/** Codes that the guesser was told of, whether they exist or not. */
	readonly learned: number;
	/** How many frames it had sent when it was told to go, for each time that the flooder came. */
	readonly frames: readonly number[];
	readonly closeCodes: readonly number[];
	/** How often the flooder was given no seat. */
	readonly turnedAway: number;
}

export class Attackers {
	readonly #child: ChildProcess;

	constructor(origin: string, code: string, address: string) {
		this.#child = fork(MAIN, [origin, code, address], { execArgv: ["--import", "tsx"] });
	}

	/** Resolves when both are done; rejects when their process ends before. One at a time. */
	async attack(attack: Attack): Promise<AttackReport> {
		const ended = once(this.#child, "exit").then(([code]) => {
			throw new Error(`the attackers ended with ${code}`);
		});
		this.#child.send(attack);
		const [report] = await Promise.race([once(this.#child, "message"), ended]);
		return report;
	}

	stop(): void {
		this.#child.kill("SIGKILL");
	}
}
