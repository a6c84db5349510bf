/** What an observer of everybody's lips wrote down. The checks hold it against the final journal. */
import type { PollId, QuestionId } from "../../../schema/ids.ts";
import type { Timers } from "../../lib/timers.ts";

/** A vote on its way, once for every time it was sent. */
export interface VoteSent {
	readonly tick: number;
	readonly pollId: PollId;
	readonly token: string;
	readonly questionId: QuestionId;
	readonly revision: number;
	readonly choices: readonly number[];
}

/** A yes that left a server. `seq`: the entry that carries it. */
export interface Yes {
	readonly tick: number;
	readonly askedTick: number;
	readonly pollId: PollId;
	readonly epoch: number;
	readonly seq: number;
	readonly type: "join" | "vote" | "open-question" | "close-question";
	readonly token?: string;
	readonly questionId?: QuestionId;
	readonly revision?: number;
	readonly choices?: readonly number[];
}

/** A picture that left a server. */
export interface Shown {
	readonly pollId: PollId;
	readonly epoch: number;
	readonly seq: number;
	readonly digest: string;
}

/** What an activation has read. */
export interface Takeover {
	readonly pollId: PollId;
	readonly epoch: number;
	readonly rowsSeen: ReadonlySet<number>;
}

export interface Violation {
	readonly property: string;
	readonly detail: string;
	readonly pollId?: PollId;
}

export function ballotId(pollId: PollId, token: string, questionId: QuestionId): string {
	return `${pollId} ${token} ${questionId}`;
}

export class History {
	readonly sent: VoteSent[] = [];
	readonly said: Yes[] = [];
	readonly shown = new Map<string, Shown>();
	/** The highest revision that was refused for good, by `ballotId`. */
	readonly refused = new Map<string, number>();
	readonly takeovers: Takeover[] = [];
	readonly violations: Violation[] = [];
	/** What befell the run, by kind: a search that never meets a fault proves nothing. */
	readonly counts = new Map<string, number>();
	readonly trace: { readonly pollId: PollId | undefined; readonly line: string }[] = [];
	readonly #timers: Timers;
	readonly #isTraced: boolean;
	#tick = 0;

	constructor(timers: Timers, isTraced: boolean) {
		this.#timers = timers;
		this.#isTraced = isTraced;
	}

	/** Orders what happens within one millisecond too. */
	tick(): number {
		this.#tick += 1;
		return this.#tick;
	}

	show(shown: Shown): void {
		this.shown.set(`${shown.pollId} ${shown.epoch} ${shown.seq} ${shown.digest}`, shown);
	}

	count(kind: string): void {
		this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
	}

	violate(property: string, detail: string, pollId?: PollId): void {
		this.violations.push({ property, detail, ...(pollId === undefined ? {} : { pollId }) });
	}

	/** `text` is only asked for in a traced run. */
	note(pollId: PollId | undefined, text: () => string): void {
		if (!this.#isTraced) return;
		const time = this.#timers.now().toFixed(1).padStart(9);
		this.trace.push({ pollId, line: `${time} ${pollId ?? "-"} ${text()}` });
	}
}
