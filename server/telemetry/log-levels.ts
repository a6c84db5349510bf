/** What is logged, changeable while the server runs: for everything, or for one poll for a while. */
import assert from "node:assert/strict";
import type { PollId } from "../../schema/ids.ts";
import type { Timers } from "../lib/timers.ts";

/** Wordiest first. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof logLevels)[number];

/** pino's numbers. */
const numbers: { readonly [Level in LogLevel]: number } = {
	trace: 10,
	debug: 20,
	info: 30,
	warn: 40,
	error: 50,
	fatal: 60,
};

/** Every poll of these is looked up for each line below the general level. */
const POLLS_MAX = 20;

interface PollLevel {
	readonly level: LogLevel;
	readonly cancel: () => void;
}

export class LogLevels {
	readonly #timers: Timers;
	readonly #polls = new Map<string, PollLevel>();
	#level: LogLevel;
	/** While a level holds for a time only: what comes after it. */
	#return: { readonly to: LogLevel; readonly cancel: () => void } | undefined;
	#listener: (wordiest: LogLevel) => void = () => {};

	constructor(level: LogLevel, timers: Timers) {
		this.#level = level;
		this.#timers = timers;
	}

	get level(): LogLevel {
		return this.#level;
	}

	/** The polls that have a level of their own at the moment. */
	get polls(): Readonly<Record<string, LogLevel>> {
		return Object.fromEntries([...this.#polls].map(([id, { level }]) => [id, level]));
	}

	/** From now on, for everything. */
	set(level: LogLevel): void {
		this.#return?.cancel();
		this.#return = undefined;
		this.#level = level;
		this.#changed();
	}

	/** For everything, and back to what it was after `ms`. */
	setFor(level: LogLevel, ms: number): void {
		const to = this.#return?.to ?? this.#level;
		this.set(level);
		this.#return = { to, cancel: this.#timers.after(ms, () => this.set(to)) };
	}

	/** For the lines of one poll, for `ms`. False when too many polls have a level of their own. */
	setForPoll(pollId: PollId, level: LogLevel, ms: number): boolean {
		if (!this.#polls.has(pollId) && this.#polls.size >= POLLS_MAX) return false;
		this.#polls.get(pollId)?.cancel();
		const cancel = this.#timers.after(ms, () => {
			this.#polls.delete(pollId);
			this.#changed();
		});
		this.#polls.set(pollId, { level, cancel });
		this.#changed();
		return true;
	}

	/** Whether a line is written. `fields` is what was logged with it. */
	permits(number: number, fields: unknown): boolean {
		if (number >= numbers[this.#level]) return true;
		if (typeof fields !== "object" || fields === null || !("pollId" in fields)) return false;
		const own = this.#polls.get(String(fields.pollId));
		return own !== undefined && number >= numbers[own.level];
	}

	/** `listener` hears, now and after every change, of the wordiest level that anything has. */
	follow(listener: (wordiest: LogLevel) => void): void {
		this.#listener = listener;
		this.#changed();
	}

	stop(): void {
		this.#return?.cancel();
		for (const { cancel } of this.#polls.values()) cancel();
	}

	#changed(): void {
		const levels = [this.#level, ...Object.values(this.polls)];
		const wordiest = logLevels.find((level) => levels.includes(level));
		assert(wordiest, "there is always the general level");
		this.#listener(wordiest);
	}
}

const DEBUG_MS = 5 * 60_000;

/** SIGUSR2: five minutes of `debug` on the machine itself, where no token is at hand. */
export function debugForAWhile(levels: LogLevels): void {
	levels.setFor("debug", DEBUG_MS);
}
