/** The decider's tests as sentences: given what happened, when a command comes, then an event or a refusal. */
import assert from "node:assert/strict";
import type { ParticipantId, QuestionId, TokenHash } from "../../../schema/ids.ts";
import { defaultLimits, type Limits } from "../../../schema/limits.ts";
import type { Command } from "../../domain/commands.ts";
import { type Decision, decide } from "../../domain/decide.ts";
import type { PollEvent, PollSettings, QuestionDefinition } from "../../domain/events.ts";
import { fold } from "../../domain/evolve.ts";
import type { Poll } from "../../domain/poll.ts";

export const q = (number: number): QuestionId => `q${number}` as QuestionId;
export const p = (number: number): ParticipantId => `p${number}` as ParticipantId;
export const token = (name: string): TokenHash => `hash-of-${name}` as TokenHash;

export function question(
	number: number,
	more: Partial<QuestionDefinition> = {},
): QuestionDefinition {
	const options = ["Tea", "Coffee", "Water"];
	return {
		id: q(number),
		prompt: `Question ${number}`,
		kind: "single",
		options,
		maxChoices: 1,
		...more,
	};
}

export function created(
	questions: readonly QuestionDefinition[] = [question(1)],
	settings: Partial<PollSettings> = {},
): PollEvent {
	return {
		kind: "poll-created",
		title: "Drinks",
		settings: { capacity: 20, results: "live", ...settings },
		questions,
	};
}

export function joined(number: number, nickname = `Person ${number}`): PollEvent {
	const tokenHash = token(`p${number}`);
	return { kind: "participant-joined", participantId: p(number), nickname, tokenHash };
}

export const opened = (number: number): PollEvent => ({
	kind: "question-opened",
	questionId: q(number),
});
export const closed = (number: number): PollEvent => ({
	kind: "question-closed",
	questionId: q(number),
});
export const ended: PollEvent = { kind: "poll-ended" };

export function cast(who: number, choices: readonly number[], revision = 1, of = 1): PollEvent {
	return { kind: "vote-cast", participantId: p(who), questionId: q(of), revision, choices };
}

export function vote(
	who: number,
	choices: readonly number[],
	revision = 1,
	of = 1,
): Command & { type: "cast-vote" } {
	return { type: "cast-vote", participantId: p(who), questionId: q(of), revision, choices };
}

export function pollAfter(...events: readonly PollEvent[]): Poll {
	return fold(events.map((event, index) => ({ seq: index + 1, at: 0, event })));
}

export function given(...events: readonly PollEvent[]) {
	return {
		when(command: Command, limits: Limits = defaultLimits) {
			return expectations(decide(pollAfter(...events), command, limits));
		},
	};
}

function expectations(decision: Decision) {
	return {
		happens(event: PollEvent, answer?: object): void {
			assert.ok("answer" in decision, `refused: ${JSON.stringify(decision)}`);
			assert.deepEqual(decision.event, event);
			if (answer !== undefined) assert.deepEqual(decision.answer, answer);
		},
		nothingHappens(answer: object): void {
			assert.deepEqual(decision, { answer });
		},
		isRefused(code: string, current?: object): void {
			assert.ok("refusal" in decision, `not refused: ${JSON.stringify(decision)}`);
			assert.equal(decision.refusal.code, code);
			assert.deepEqual(decision.refusal.current, current);
			assert.equal(decision.refusal.retryable, false);
		},
	};
}
