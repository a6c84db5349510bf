import assert from "node:assert/strict";
import fc from "fast-check";
import type { QuestionId } from "../../../schema/ids.ts";
import { settlePromises, virtualTimers } from "../../../server/test/support/virtual-timers.ts";
import { memoryStore } from "./key-value-store.ts";
import { joinPoll, type PollSession } from "./poll-session.ts";
import { FakeNetwork } from "./test-support/fake-network.ts";
import { FakePoll } from "./test-support/fake-poll.ts";

const QUESTIONS = 3;
const RUNS = 300;

type Step =
	| { readonly do: "vote"; readonly question: number; readonly choice: number }
	| { readonly do: "deliver"; readonly isAnswerLost: boolean }
	| { readonly do: "cut" | "outage" | "recover" | "reload" | "switch tab" | "refresh" }
	| { readonly do: "stray"; readonly which: number }
	| { readonly do: "wait"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.record({
			do: fc.constant("vote" as const),
			question: fc.integer({ min: 1, max: QUESTIONS }),
			choice: fc.integer({ min: 0, max: 2 }),
		}),
	},
	{
		weight: 6,
		arbitrary: fc.record({ do: fc.constant("deliver" as const), isAnswerLost: fc.boolean() }),
	},
	{
		weight: 4,
		arbitrary: fc.record({
			do: fc.constantFrom("cut", "outage", "recover", "reload", "switch tab", "refresh"),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ do: fc.constant("stray" as const), which: fc.nat(20) }) },
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant("wait" as const),
			ms: fc.integer({ min: 0, max: 9000 }),
		}),
	},
);

describe("votes, whatever happens", () => {
	it("[C40] whatever is lost, doubled, cut or reloaded, each question ends with the user's last choice, and no revision serves two choices", async () => {
		const runs = fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer(), check);
		await fc.assert(runs, { numRuns: RUNS });
	}).timeout(60_000);
});

async function check(steps: readonly Step[], seed: number): Promise<void> {
	const random = chanceFrom(seed);
	const poll = new FakePoll(QUESTIONS);
	const network = new FakeNetwork(poll);
	const timers = virtualTimers();
	const store = memoryStore();
	const open = async (): Promise<PollSession> => {
		const options = { origin: "", code: "ABCDEF", nickname: "Ada", store };
		const joining = joinPoll({ ...options, seats: network, timers, random });
		const wasDown = network.isDown;
		Object.assign(network, { isDown: false, isHeld: false });
		await timers.advance(10_000);
		network.isDown = wasDown;
		return joining;
	};
	// Two tabs of one person, who taps in one at a time.
	const tabs = [await open(), await open()];
	let active = 0;
	const wanted = new Map<QuestionId, number>();
	for (const now of steps) {
		network.isHeld = true;
		const tab = tabs[active];
		assert.ok(tab);
		switch (now.do) {
			case "vote": {
				const questionId = `q${now.question}` as QuestionId;
				tab.vote(questionId, [now.choice]);
				wanted.set(questionId, now.choice);
				assert.notEqual(tab.ballot(questionId).status, "not-counted");
				break;
			}
			case "deliver":
				for (const room of network.rooms) room.deliver(now.isAnswerLost);
				break;
			case "cut":
				network.room.cut();
				break;
			case "outage":
				network.isDown = true;
				for (const room of network.rooms) room.cut();
				break;
			case "recover":
				network.isDown = false;
				break;
			case "reload":
				tab.leave();
				tabs[active] = await open();
				break;
			case "switch tab":
				active = 1 - active;
				break;
			case "refresh":
				tab.refresh();
				break;
			case "stray":
				network.strays.splice(now.which % (network.strays.length || 1), 1)[0]?.();
				break;
			case "wait":
				await timers.advance(now.ms);
		}
		await settlePromises();
	}
	Object.assign(network, { isDown: false, isHeld: false });
	for (const room of network.rooms) while (room.waiting > 0) room.deliver();
	await timers.advance(60_000);
	for (const tab of tabs) tab.refresh();
	await timers.advance(60_000);
	for (const stray of network.strays) stray();

	const token = store.get("plenum:ABCDEF:participant") ?? "";
	for (const [questionId, choice] of wanted) {
		assert.deepEqual(
			poll.ballotOf(token, questionId)?.choices,
			[choice],
			`${questionId} at the server`,
		);
		for (const tab of tabs) {
			assert.deepEqual(tab.ballot(questionId), { status: "saved", choices: [choice] });
		}
	}
	for (const [key, choices] of poll.received) {
		assert.equal(choices.size, 1, `${key} was sent with ${[...choices].join(" and ")}`);
	}
	for (const tab of tabs) tab.leave();
	assert.equal(timers.pending, 0);
}

/** Mulberry32: a chance that a failing run can be repeated with. */
function chanceFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
