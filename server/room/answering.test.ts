import assert from "node:assert/strict";
import { defaultLimits } from "../../schema/limits.ts";
import { PollActor } from "../actor/poll-actor.ts";
import { groupCommit } from "../journal/group-commit.ts";
import type { RoomEvent } from "../telemetry/room-events.ts";
import { created, joined, opened } from "../test/support/given.ts";
import { newPollId } from "../test/support/journal-fixtures.ts";
import { scriptedJournal } from "../test/support/scripted-journal.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { answering } from "./answering.ts";
import { messageTable } from "./message-table.ts";
import type { Reply } from "./request-frames.ts";

type TableParts = Parameters<typeof messageTable>[0];

const pollId = newPollId();
const seat = {
	...{ role: "participant", participantId: "p1", nickname: "Ada", token: "t", requestId: "r" },
} as Parameters<ReturnType<typeof messageTable>>[0];

/** One participant in front of a journal whose every answer the test gives by hand. */
function onStage(doubt: () => Promise<void> | undefined = () => undefined) {
	const timers = virtualTimers();
	const journal = scriptedJournal();
	const events: RoomEvent[] = [];
	const actor = new PollActor({
		...{ pollId, epoch: 1, limits: defaultLimits, wallClock: () => 0 },
		entries: [created(), joined(1), opened(1)].map((event, at) => ({ seq: at + 1, at: 0, event })),
		groupCommit: groupCommit(journal, timers),
		listener: { committed() {}, ended() {} },
	});
	const table = messageTable({
		...{ actor, limits: defaultLimits, wallClock: () => 0 },
		// Of no use to whoever votes.
		...({} as Pick<TableParts, "roster" | "hostToken">),
	});
	const answers = answering({
		...{ pollId, actor, table, timers, epochs: { doubt } },
		observer: (event) => events.push(event),
	});
	const vote = (revision: number, done: (reply: Reply) => void): void => {
		const payload = { questionId: "q1", choices: [0], revision };
		answers.answer(seat, { id: revision, type: "vote", payload, isMalformed: false }, done);
	};
	const heard: string[] = [];
	const ask = (revision: number): void =>
		vote(revision, (reply) => {
			const said = "answer" in reply ? "yes" : reply.refusal.code;
			heard.push(`${revision} ${said} at ${timers.now()}`);
		});
	return { actor, answers, ask, events, heard, journal, timers, vote };
}

describe("answering", () => {
	it("[W5] every request has its answer within eight seconds of its own, and only one", async () => {
		const { ask, heard, journal, timers } = onStage();
		ask(1);
		await timers.advance(3_000);
		ask(2);
		await timers.advance(4_999);
		assert.deepEqual(heard, []);
		await timers.advance(1);
		assert.deepEqual(heard, ["1 unavailable at 8000"]);
		await timers.advance(10_000);
		assert.deepEqual(heard, ["1 unavailable at 8000", "2 unavailable at 11000"]);
		for (const _flush of [1, 2]) {
			journal.last.answer();
			await timers.advance(5_000);
		}
		assert.equal(heard.length, 2);
		ask(3);
		await timers.advance(10);
		journal.last.answer();
		await timers.advance(10_000);
		assert.equal(heard.length, 3);
		assert.match(heard[2] ?? "", /^3 yes/);
	});

	it("[W5] what could not be decided in time is not decided later", async () => {
		let settle = (): void => {};
		const uncertain = new Promise<void>((resolve) => {
			settle = resolve;
		});
		const { actor, ask, heard, timers } = onStage(() => uncertain);
		const before = actor.accepted;
		ask(1);
		await timers.advance(8_000);
		assert.deepEqual(heard, ["1 unavailable at 8000"]);
		settle();
		await timers.advance(1_000);
		assert.equal(actor.accepted, before);
	});

	it("[A6] an answer that cannot be sent harms nobody else's, nor the actor", async () => {
		const { actor, ask, events, heard, journal, timers, vote } = onStage();
		vote(1, () => {
			throw new Error("the socket is broken");
		});
		ask(2);
		await timers.advance(10);
		journal.last.answer();
		await timers.advance(10);
		assert.equal(heard.length, 1);
		assert.equal(actor.endReason, undefined);
		assert.equal(events.filter(({ type }) => type === "bug").length, 1);
	});

	it("leaves no timer once it is stopped", async () => {
		const { answers, ask, journal, timers } = onStage();
		ask(1);
		await timers.advance(10);
		journal.last.answer();
		await timers.advance(600);
		const before = timers.pending;
		answers.stop();
		assert.equal(timers.pending, before - 1);
	});
});
