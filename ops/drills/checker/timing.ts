/** Properties 7, 12 and 14 over all polls: how long things took. Also what the report draws. */
import type {
	Answered,
	Asked,
	Converged,
	FaultHealed,
	FaultStruck,
	Lost,
	Refused,
	RunEvent,
} from "../kit/history-events.ts";
import { personOf } from "./person.ts";
import type { Findings } from "./properties.ts";

const ANSWER_WITHIN_MS = 10_000;
/** A client waits for 8 + 3 s while the server says that saving is delayed, and then takes the request for lost. */
const LOST_WITHIN_MS = 11_500;
const CONVERGED_WITHIN_MS = 2_000;
const RECOVERED_WITHIN_MS = 10_000;

export interface Fault {
	readonly id: number;
	readonly name: string;
	readonly what: string;
	readonly from: number;
	/** `undefined`: it lasted to the end. */
	readonly to: number | undefined;
	readonly polls: readonly string[] | undefined;
	readonly isSurvived: boolean;
}

export interface RefusedMeanwhile {
	readonly code: string;
	readonly isRetryable: boolean;
	/** It is what the poll's state says, whether or not anything is wrong. */
	readonly isRule: boolean;
	count: number;
}

export interface Recovery {
	readonly fault: Fault;
	/** From the strike to the first vote that was cast after it and acknowledged, the slowest poll's. */
	readonly fromStrikeMs: number | undefined;
	/** The same from the heal. */
	readonly fromHealMs: number | undefined;
}

export class Timing {
	readonly #findings: Findings;
	readonly #faults: Fault[] = [];
	readonly #votes = new Map<string, { readonly asked: number[]; readonly answered: number[] }>();
	readonly waitsMs: number[] = [];
	/** Acknowledged votes by second of the run. */
	readonly perSecond: number[] = [];
	readonly ends = { ok: 0, fail: 0, info: 0 };
	/** By fault: what was refused while it lasted. */
	readonly refusals = new Map<number, RefusedMeanwhile[]>();
	/** By fault: people who were put off while it lasted and have their answer since, and when the last had. */
	readonly meanwhile = new Map<number, { count: number; lastAfterMs: number }>();
	/** Those who wait for it, by the fault that put them off. */
	readonly #waiting = new Map<string, Fault>();
	slowestMs = 0;
	#inputEndedAt: number | undefined;
	#convergedMs = 0;

	constructor(findings: Findings) {
		this.#findings = findings;
	}

	get faults(): readonly Fault[] {
		return this.#faults;
	}

	get convergedMs(): number {
		return this.#convergedMs;
	}

	run(event: RunEvent): void {
		if (event.kind === "fault") this.#struck(event);
		if (event.kind === "heal") this.#healed(event);
		if (event.kind === "phase" && event.name === "input-ended") this.#inputEndedAt = event.t;
	}

	ended(asked: Asked, event: Answered | Refused | Lost): void {
		const ms = event.t - asked.t;
		this.ends[event.kind] += 1;
		this.slowestMs = Math.max(this.slowestMs, ms);
		this.#findings.look(12);
		const within = event.kind === "info" ? LOST_WITHIN_MS : ANSWER_WITHIN_MS;
		if (ms > within) {
			const sentence = `${asked.op} of ${asked.who} ended only after ${seconds(ms)}`;
			this.#findings.found({ property: 12, sentence, poll: asked.poll, t: asked.t });
		}
		if (event.kind === "fail") this.#refused(asked, event);
		if (asked.op !== "vote" || asked.as !== undefined) return;
		this.#answerAfter(asked, event);
		if (event.kind !== "ok") return;
		const votes = this.#votes.get(asked.poll) ?? { asked: [], answered: [] };
		this.#votes.set(asked.poll, votes);
		votes.asked.push(asked.t);
		votes.answered.push(event.t);
		this.waitsMs.push(ms);
		const second = Math.floor(event.t / 1000);
		while (this.perSecond.length <= second) this.perSecond.push(0);
		this.perSecond[second] = (this.perSecond[second] ?? 0) + 1;
	}

	neverEnded({ op, who, poll, t }: Asked): void {
		this.#findings.look(12);
		this.#findings.found({ property: 12, sentence: `${op} of ${who} has no end`, poll, t });
	}

	converged({ ms, poll, t }: Converged): void {
		this.#findings.look(7);
		this.#convergedMs = Math.max(this.#convergedMs, ms ?? Number.POSITIVE_INFINITY);
		if (ms !== undefined && ms <= CONVERGED_WITHIN_MS) return;
		const after = ms === undefined ? "never" : `only after ${seconds(ms)}`;
		this.#findings.found({ property: 7, sentence: `all screens agreed ${after}`, poll, t });
	}

	/** Ask once every poll's history went through. */
	recoveries(): readonly Recovery[] {
		return this.#faults.map((fault) => {
			const polls = fault.polls ?? [...this.#votes.keys()];
			const since = (moment: number | undefined) => this.#slowest(polls, moment);
			return { fault, fromStrikeMs: since(fault.from), fromHealMs: since(fault.to) };
		});
	}

	/** Property 14; a slow return says nothing when another fault came, or the voting ended, in between. */
	judgeRecoveries(): void {
		for (const { fault, fromStrikeMs, fromHealMs } of this.recoveries()) {
			const { from, to, isSurvived, name, what } = fault;
			this.#judge(fault, "the heal", to, fromHealMs, `${name} (${what})`);
			if (isSurvived) this.#judge(fault, "the strike", from, fromStrikeMs, `${name} (${what})`);
		}
	}

	#refused(asked: Asked, { code, isRetryable = false, t }: Refused): void {
		if (asked.op === "forbidden") return;
		for (const { id, from, to = t } of this.#faults) {
			if (t < from || t > to) continue;
			const here = this.refusals.get(id) ?? [];
			this.refusals.set(id, here);
			const known = here.find((each) => each.code === code && each.isRetryable === isRetryable);
			if (known) known.count += 1;
			else here.push({ code, isRetryable, isRule: code === "question_not_open", count: 1 });
		}
	}

	#answerAfter({ poll, who }: Asked, event: Answered | Refused | Lost): void {
		const { kind, t } = event;
		const person = `${poll} ${personOf(who)}`;
		if (kind === "info" || (kind === "fail" && event.isRetryable)) {
			const during = this.#faults.find(({ from, to = t }) => from <= t && t <= to);
			if (during) this.#waiting.set(person, during);
			return;
		}
		const fault = this.#waiting.get(person);
		this.#waiting.delete(person);
		if (fault?.to === undefined || t < fault.to) return;
		const { count, lastAfterMs } = this.meanwhile.get(fault.id) ?? { count: 0, lastAfterMs: 0 };
		const afterMs = Math.max(lastAfterMs, t - fault.to);
		this.meanwhile.set(fault.id, { count: count + 1, lastAfterMs: afterMs });
	}

	#judge(
		fault: Fault,
		moment: string,
		at: number | undefined,
		backMs: number | undefined,
		name: string,
	): void {
		if (at === undefined) return;
		const isBack = backMs !== undefined && backMs <= RECOVERED_WITHIN_MS;
		if (!isBack && this.#isDisturbed(fault, at)) return;
		this.#findings.look(14);
		if (isBack) return;
		const after = backMs === undefined ? "never" : `only ${seconds(backMs)} after ${moment}`;
		this.#findings.found({ property: 14, sentence: `${name}: a poll took votes ${after}`, t: at });
	}

	/** Another fault was there meanwhile, or nobody voted any more. */
	#isDisturbed(fault: Fault, since: number): boolean {
		const until = since + RECOVERED_WITHIN_MS;
		if (this.#inputEndedAt !== undefined && this.#inputEndedAt < until) return true;
		return this.#faults.some(
			({ id, from, to }) => id !== fault.id && from < until && (to ?? until) > since,
		);
	}

	#slowest(polls: readonly string[], moment: number | undefined): number | undefined {
		if (moment === undefined) return undefined;
		const times = polls.map((poll) => this.#firstVoteAfter(poll, moment));
		if (times.length === 0 || times.includes(undefined)) return undefined;
		return Math.max(...times.map((time) => (time ?? moment) - moment));
	}

	#firstVoteAfter(poll: string, moment: number): number | undefined {
		const { asked = [], answered = [] } = this.#votes.get(poll) ?? {};
		// In the order of the answers: the first that was asked late enough is the first answered.
		const index = asked.findIndex((at) => at >= moment);
		return answered[index];
	}

	#struck({ id, name, what, t, polls, isSurvived }: FaultStruck): void {
		this.#faults.push({ id, name, what, from: t, to: undefined, polls, isSurvived });
	}

	#healed({ id, t }: FaultHealed): void {
		const index = this.#faults.findIndex((fault) => fault.id === id);
		const fault = this.#faults[index];
		if (fault !== undefined) this.#faults[index] = { ...fault, to: t };
	}
}

export function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(2)} s`;
}
