/**
 * Property 14 over all polls. After a fault's heal, and after the strike of one that is survived, a
 * poll may go without votes for ten seconds in which no other fault is there, in one piece or several.
 * Any other fault counts, whatever it hit: a poll without votes may be on its way to any process.
 */
import { type Fault, freeMs } from "./fault.ts";
import type { Finding, Findings } from "./properties.ts";
import { seconds } from "./seconds.ts";

const BACK_WITHIN_MS = 10_000;

export interface Recovery {
	readonly fault: Fault;
	/** From the strike to the first vote that was cast after it and acknowledged, the slowest poll's. */
	readonly fromStrikeMs: number | undefined;
	/** The same from the heal. */
	readonly fromHealMs: number | undefined;
}

/** A poll that was not seen to be back in time. */
interface Slow {
	readonly poll: string;
	/** Until its first vote; `undefined`: there was none. */
	readonly afterMs: number | undefined;
	/** As long as votes were sure to be cast. */
	readonly ms: number;
	/** What of that no other fault was there. */
	readonly aloneMs: number;
}

export class Recoveries {
	readonly #faults: readonly Fault[];
	readonly #votes = new Map<string, { readonly asked: number[]; readonly answered: number[] }>();

	/** @param faults may grow until anything is asked of it. */
	constructor(faults: readonly Fault[]) {
		this.#faults = faults;
	}

	/** Somebody tried to vote in this poll. */
	tried(poll: string): void {
		if (!this.#votes.has(poll)) this.#votes.set(poll, { asked: [], answered: [] });
	}

	/** Acknowledged; to be told in the order of the answers. */
	voted(poll: string, askedAt: number, answeredAt: number): void {
		this.tried(poll);
		this.#votes.get(poll)?.asked.push(askedAt);
		this.#votes.get(poll)?.answered.push(answeredAt);
	}

	all(): readonly Recovery[] {
		return this.#faults.map((fault) => {
			const since = (at: number | undefined) => this.#slowest(fault, at);
			return { fault, fromStrikeMs: since(fault.from), fromHealMs: since(fault.to) };
		});
	}

	/** @param votingEndedAt from then on nobody was sure to vote. */
	judge(findings: Findings, votingEndedAt: number): void {
		for (const fault of this.#faults) {
			if (fault.to !== undefined) this.#judge(findings, fault, "heal", votingEndedAt);
			if (fault.isSurvived) this.#judge(findings, fault, "strike", votingEndedAt);
		}
	}

	#judge(findings: Findings, fault: Fault, since: "heal" | "strike", endedAt: number): void {
		const at = (since === "heal" ? fault.to : fault.from) ?? endedAt;
		const [slowest] = this.#slow(fault, at, endedAt).sort((a, b) => b.aloneMs - a.aloneMs);
		if (slowest === undefined) return findings.look(14);
		const { poll, afterMs, ms, aloneMs } = slowest;
		const votes = afterMs === undefined ? "no votes" : `votes only ${seconds(afterMs)}`;
		const sentence =
			`${fault.name} (${fault.what}): a poll took ${votes} after the ${since}; ` +
			`${seconds(aloneMs)} of voting had no other fault`;
		const finding: Finding = { property: 14, sentence, poll, t: at, ms };
		if (aloneMs > BACK_WITHIN_MS) findings.took(aloneMs, BACK_WITHIN_MS, finding);
		else findings.notJudged(finding);
	}

	#slow(fault: Fault, at: number, endedAt: number): Slow[] {
		const others = this.#faults.filter(({ id }) => id !== fault.id);
		return this.#pollsOf(fault).flatMap((poll) => {
			const afterMs = this.#votesAfterMs(poll, at);
			if (afterMs !== undefined && afterMs <= BACK_WITHIN_MS) return [];
			const backAt = at + (afterMs ?? Number.POSITIVE_INFINITY);
			const until = Math.max(at, Math.min(backAt, endedAt));
			const aloneMs = freeMs(others, at, until);
			const isInTime = backAt <= endedAt && aloneMs <= BACK_WITHIN_MS;
			return isInTime ? [] : [{ poll, afterMs, ms: until - at, aloneMs }];
		});
	}

	#slowest(fault: Fault, at: number | undefined): number | undefined {
		if (at === undefined) return undefined;
		const times = this.#pollsOf(fault).map((poll) => this.#votesAfterMs(poll, at));
		const known = times.filter((time) => time !== undefined);
		return known.length < times.length || known.length === 0 ? undefined : Math.max(...known);
	}

	#pollsOf({ polls }: Fault): readonly string[] {
		return polls ?? [...this.#votes.keys()];
	}

	#votesAfterMs(poll: string, at: number): number | undefined {
		const { asked = [], answered = [] } = this.#votes.get(poll) ?? {};
		// In the order of the answers: the first that was asked late enough is the first answered.
		const answeredAt = answered[asked.findIndex((askedAt) => askedAt >= at)];
		return answeredAt === undefined ? undefined : answeredAt - at;
	}
}
