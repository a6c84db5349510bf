import assert from "node:assert/strict";
import fc from "fast-check";
import { defaultLimits } from "../../schema/limits.ts";
import { created, p, q, question, token } from "../test/support/given.ts";
import type { Command } from "./commands.ts";
import { decide } from "./decide.ts";
import type { JournalEntry } from "./events.ts";
import { copyOf, emptyPoll, evolve, fold } from "./evolve.ts";
import type { Poll } from "./poll.ts";

const small = fc.integer({ min: 1, max: 4 });
const choices = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
const { id: _, ...another } = question(1);

const command: fc.Arbitrary<Command> = fc.oneof(
	{
		weight: 30,
		arbitrary: fc.record({
			type: fc.constant("cast-vote" as const),
			participantId: small.map(p),
			questionId: small.map(q),
			choices,
			revision: small,
		}),
	},
	{
		weight: 10,
		arbitrary: fc.record({
			type: fc.constant("join" as const),
			tokenHash: small.map((number) => token(`t${number}`)),
			nickname: fc.constantFrom("Ann", "ann", "Bob", "Cy", undefined),
		}),
	},
	{
		weight: 10,
		arbitrary: fc.record({
			type: fc.constantFrom("open-question", "close-question", "show-question"),
			questionId: small.map(q),
		}),
	},
	{ weight: 2, arbitrary: fc.constant<Command>({ type: "add-question", question: another }) },
	{
		weight: 3,
		arbitrary: fc.record({
			type: fc.constant("remove-participant" as const),
			participantId: small.map(p),
		}),
	},
	{ weight: 1, arbitrary: fc.constant<Command>({ type: "end-poll" }) },
) as fc.Arbitrary<Command>;

describe("the fold", () => {
	it("[P11] of the recorded events is what deciding them left, and its tallies are a recount", () => {
		fc.assert(
			fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
				const multiple = question(2, { kind: "multiple", maxChoices: 2 });
				const entries: JournalEntry[] = [
					{ seq: 1, at: 0, event: created([question(1), multiple]) },
				];
				const poll = fold(entries);
				for (const next of commands) {
					const decision = decide(poll, next, defaultLimits);
					if (!("event" in decision) || decision.event === undefined) continue;
					const entry = { seq: poll.seq + 1, at: 0, event: decision.event };
					evolve(poll, entry);
					entries.push(entry);
				}
				assert.deepEqual(fold(entries), poll);
				for (const { options, counts, ballots } of poll.questions.values()) {
					const recount = options.map(
						(_label, option) =>
							[...ballots.values()].filter((b) => b.choices.includes(option)).length,
					);
					assert.deepEqual(counts, recount);
				}
				assertConsistent(poll);
			}),
			{ numRuns: 500 },
		);
	});

	it("[P11] goes on from a copy as from itself, and neither changes the other", () => {
		fc.assert(
			fc.property(fc.array(command, { maxLength: 60 }), fc.nat(60), (commands, copiedAfter) => {
				const poll = fold([{ seq: 1, at: 0, event: created([question(1), question(2)]) }]);
				let copy = copyOf(poll);
				const since: JournalEntry[] = [];
				for (const [index, next] of commands.entries()) {
					if (index === copiedAfter) {
						copy = copyOf(poll);
						since.length = 0;
					}
					const decision = decide(poll, next, defaultLimits);
					if (!("event" in decision) || decision.event === undefined) continue;
					const entry = { seq: poll.seq + 1, at: 0, event: decision.event };
					evolve(poll, entry);
					since.push(entry);
				}
				const before = structuredClone(poll);
				for (const entry of since) evolve(copy, entry);
				assert.deepEqual(copy, poll);
				assert.deepEqual(poll, before);
			}),
			{ numRuns: 300 },
		);
	});

	it("[P11] refuses a journal with a gap", () => {
		const poll = emptyPoll();
		assert.throws(() => evolve(poll, { seq: 2, at: 0, event: created() }), /does not follow/);
	});
});

function assertConsistent(poll: Poll): void {
	assert.equal(poll.participantByToken.size, poll.participants.size);
	assert.equal(poll.participantByNickname.size, poll.participants.size);
	for (const { ballots } of poll.questions.values()) {
		for (const id of ballots.keys()) assert.ok(poll.participants.has(id));
	}
}
