/** Property 8 of one poll: an acknowledged close is a wall in the history and in the journal. */
import type { Answered, HostAsked, VoteAsked } from "../kit/history-events.ts";
import type { JournalRow } from "./journal-rows.ts";
import type { LossWindows } from "./loss-windows.ts";
import { personOf } from "./person.ts";
import type { Findings } from "./properties.ts";

export class CloseCheck {
	readonly #findings: Findings;
	readonly #poll: string;
	readonly #windows: LossWindows;
	/** By question: when its close was acknowledged; gone once somebody asks to open it. */
	readonly #closedAt = new Map<string, number>();
	readonly #firstAskedAt = new Map<string, number>();
	readonly #acknowledged = new Map<string, { count: number; t: number }>();
	readonly #rows = new Map<string, number>();
	readonly #closed = new Set<string>();

	constructor(poll: string, findings: Findings, windows: LossWindows) {
		this.#poll = poll;
		this.#windows = windows;
		this.#findings = findings;
	}

	voteAsked(vote: VoteAsked): void {
		const key = keyOf(vote);
		if (!this.#firstAskedAt.has(key)) this.#firstAskedAt.set(key, vote.t);
	}

	voteAnswered(vote: VoteAsked, { t }: Answered): void {
		const closedAt = this.#closedAt.get(vote.question);
		if (closedAt === undefined || vote.as !== undefined) return;
		this.#findings.look(8);
		// A restored backup has undone that close.
		if (t > (this.#windows.endOf(closedAt) ?? t)) return;
		// A repetition of what was counted before the close is acknowledged again, rightly.
		if ((this.#firstAskedAt.get(keyOf(vote)) ?? 0) <= closedAt) return;
		const sentence = `a vote on ${vote.question} was cast and acknowledged after its close`;
		this.#findings.found({ property: 8, sentence, poll: this.#poll, t });
	}

	hostAsked({ op, question }: HostAsked): void {
		if (op === "open-question") this.#closedAt.delete(question);
	}

	hostAnswered({ op, question }: HostAsked, { t }: Answered): void {
		if (op !== "close-question") return;
		this.#closedAt.set(question, t);
		if (this.#windows.covers(t)) return;
		const { count = 0 } = this.#acknowledged.get(question) ?? {};
		this.#acknowledged.set(question, { count: count + 1, t });
	}

	row({ kind, question, seq }: JournalRow): void {
		if (question === null) return;
		if (kind === "question-opened") this.#closed.delete(question);
		if (kind === "question-closed") {
			this.#closed.add(question);
			this.#rows.set(question, (this.#rows.get(question) ?? 0) + 1);
		}
		if (kind !== "vote-cast") return;
		this.#findings.look(8);
		if (!this.#closed.has(question)) return;
		const sentence = `row ${seq} is a vote on ${question} after its close`;
		this.#findings.found({ property: 8, sentence, poll: this.#poll });
	}

	end(): void {
		for (const [question, { count, t }] of this.#acknowledged) {
			this.#findings.look(8, count);
			const rows = this.#rows.get(question) ?? 0;
			if (rows >= count) continue;
			const sentence = `${count} closes of ${question} were acknowledged, ${rows} are there`;
			this.#findings.found({ property: 8, sentence, poll: this.#poll, t });
		}
	}
}

function keyOf({ question, who, revision }: VoteAsked): string {
	return `${question} ${personOf(who)} ${revision}`;
}
