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
import type { Fault } from "./fault.ts";
import { personOf } from "./person.ts";
import type { Finding, Findings } from "./properties.ts";
import { Recoveries, type Recovery } from "./recoveries.ts";
import { seconds } from "./seconds.ts";

const ANSWER_WITHIN_MS = 10_000;
/** A client waits for 8 + 3 s while the server says that saving is delayed, and then takes the request for lost. */
const LOST_WITHIN_MS = 11_500;
const CONVERGED_WITHIN_MS = 2_000;
/** Of the screens that did not agree. */
const NAMED_MAX = 8;

export interface RefusedMeanwhile {
	readonly code: string;
	readonly isRetryable: boolean;
	/** It is what the poll's state says, whether or not anything is wrong. */
	readonly isRule: boolean;
	count: number;
}

export class Timing {
	readonly #findings: Findings;
	readonly #faults: Fault[] = [];
	readonly #recoveries = new Recoveries(this.#faults);
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
	#inputEndedAt = Number.POSITIVE_INFINITY;
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
		const within = event.kind === "info" ? LOST_WITHIN_MS : ANSWER_WITHIN_MS;
		const sentence = `${asked.op} of ${asked.who} ended only after ${seconds(ms)}`;
		this.#findings.took(ms, within, { property: 12, sentence, poll: asked.poll, t: asked.t });
		if (event.kind === "fail") this.#refused(asked, event);
		if (asked.op !== "vote" || asked.as !== undefined) return;
		this.#answerAfter(asked, event);
		this.#recoveries.tried(asked.poll);
		if (event.kind !== "ok") return;
		this.#recoveries.voted(asked.poll, asked.t, event.t);
		this.waitsMs.push(ms);
		const second = Math.floor(event.t / 1000);
		while (this.perSecond.length <= second) this.perSecond.push(0);
		this.perSecond[second] = (this.perSecond[second] ?? 0) + 1;
	}

	neverEnded({ op, who, poll, t }: Asked): void {
		this.#findings.look(12);
		this.#findings.found({ property: 12, sentence: `${op} of ${who} has no end`, poll, t });
	}

	converged({ isReached, ms, behind, poll, t }: Converged): void {
		this.#convergedMs = Math.max(this.#convergedMs, ms);
		const named = behind.slice(0, NAMED_MAX).join(", ");
		const who = behind.length > NAMED_MAX ? `${named} and others` : named;
		const after = isReached ? `only after ${seconds(ms)}` : `never in ${seconds(ms)}`;
		const sentence = `all screens agreed ${after}; behind: ${who || "nobody, but looking took that long"}`;
		const finding: Finding = { property: 7, sentence, poll, t: t - ms, ms };
		if (isReached) return this.#findings.took(ms, CONVERGED_WITHIN_MS, finding);
		this.#findings.look(7);
		this.#findings.found(finding);
	}

	/** Ask once every poll's history went through. */
	recoveries(): readonly Recovery[] {
		return this.#recoveries.all();
	}

	judgeRecoveries(): void {
		this.#recoveries.judge(this.#findings, this.#inputEndedAt);
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

	#struck({ id, name, what, t, polls, isSurvived }: FaultStruck): void {
		this.#faults.push({ id, name, what, from: t, to: undefined, polls, isSurvived });
	}

	#healed({ id, t }: FaultHealed): void {
		const index = this.#faults.findIndex((fault) => fault.id === id);
		const fault = this.#faults[index];
		if (fault !== undefined) this.#faults[index] = { ...fault, to: t };
	}
}
