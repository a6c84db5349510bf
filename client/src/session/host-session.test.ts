import assert from "node:assert/strict";
import type { ParticipantId, QuestionId } from "../../../schema/ids.ts";
import { refusal, retryableRefusal } from "../../../schema/refusals.ts";
import type { RosterMessage } from "../../../schema/wire/client-messages.ts";
import { virtualTimers } from "../../../server/test/support/virtual-timers.ts";
import { hostPoll } from "./host-session.ts";
import { keptHostToken } from "./identity.ts";
import { memoryStore } from "./key-value-store.ts";
import { RefusedError, seatRefusal } from "./refused-error.ts";
import type { Outcome } from "./seat.ts";
import { FakeNetwork } from "./test-support/fake-network.ts";
import { FakePoll } from "./test-support/fake-poll.ts";

const q1 = "q1" as QuestionId;

describe("host session", () => {
	it("[C41] the host token is kept once it has opened the door, and not before", async () => {
		const { store } = await hosted();
		assert.equal(keptHostToken(store, "ABCDEF"), "host-token");
		const refused = opened();
		refused.network.refusals.push(new RefusedError(seatRefusal("unauthorized")));
		await assert.rejects(refused.host(), { code: "unauthorized" });
		assert.equal(keptHostToken(refused.store, "ABCDEF"), undefined);
	});

	it("[C42] a command is repeated over lost connections until it is committed", async () => {
		const { session, network, poll, timers } = await hosted();
		network.isHeld = true;
		const done = session.closeQuestion(q1);
		await timers.advance(0);
		network.isHeld = false;
		network.room.cut();
		await timers.advance(300);
		await done;
		assert.equal(poll.questions[0]?.status, "closed");
	});

	it("[C43] closing is done when a repetition finds the question closed", async () => {
		const { session, network, poll, timers } = await hosted();
		network.isHeld = true;
		const done = session.closeQuestion(q1);
		await timers.advance(0);
		network.room.deliver(true);
		network.isHeld = false;
		network.room.cut();
		await timers.advance(300);
		await done;
		assert.equal(poll.asked.filter((type) => type === "close-question").length, 2);
		await assert.rejects(session.closeQuestion(q1), { code: "question_not_open" });
	});

	it("[C44] an added question whose answer was lost is looked for before it is added again", async () => {
		for (const isAnswerLost of [true, false]) {
			const { session, network, poll, timers } = await hosted();
			network.isHeld = true;
			const added = session.addQuestion({ prompt: "Tea?", options: ["Yes", "No"] });
			await timers.advance(0);
			// Either it was done and the answer is lost, or it never arrived.
			if (isAnswerLost) network.room.deliver(true);
			network.isHeld = false;
			network.room.cut();
			await timers.advance(5_000);
			assert.equal(await added, "q3");
			assert.equal(poll.questions.length, 3);
		}
	});

	it("[C44] the same question may be wanted twice", async () => {
		const { session, timers, poll } = await hosted();
		const tea = { prompt: "Tea?", options: ["Yes", "No"] };
		const both = Promise.all([session.addQuestion(tea), session.addQuestion(tea)]);
		await timers.advance(5_000);
		assert.deepEqual(await both, ["q3", "q4"]);
		assert.equal(poll.questions.length, 4);
	});

	it("[C45] commands keep their order, also when an earlier one has to be repeated", async () => {
		const { session, poll, timers } = await hosted();
		const busy = retryableRefusal("unavailable", "busy", 1_000);
		poll.instead.push({ kind: "refused", refusal: busy });
		const both = Promise.all([session.closeQuestion(q1), session.openQuestion(q1)]);
		await timers.advance(5_000);
		await both;
		assert.equal(poll.questions[0]?.status, "open");
	});

	it("[C46] a final refusal rejects at once, an unreachable server after 30 s; neither blocks the next", async () => {
		const { session, network, poll, timers } = await hosted();
		poll.instead.push({ kind: "refused", refusal: refusal("poll_ended", "over") });
		await assert.rejects(session.openQuestion(q1), { code: "poll_ended" });
		network.isDown = true;
		network.room.cut();
		const late = assert.rejects(session.openQuestion(q1), { code: "unavailable" });
		await timers.advance(30_000);
		await late;
		network.isDown = false;
		await timers.advance(10_000);
		await session.openQuestion(q1);
	});

	it("[C54] a new host token is kept before it is asked for, and afterwards takes the place of the old one", async () => {
		const { session, network, store, timers } = await hosted();
		const rotating = session.rotateHostToken();
		const next = store.get("plenum:ABCDEF:next-host");
		await timers.advance(0);
		assert.equal(await rotating, next);
		assert.equal(store.get("plenum:ABCDEF:host"), next);
		assert.equal(store.get("plenum:ABCDEF:next-host"), undefined);
		network.room.cut();
		await timers.advance(300);
		assert.deepEqual(network.tries.at(-1), { hostToken: next });
	});

	it("[C54] when the answer is lost, the next seat is taken with the new one where the old one is refused", async () => {
		const { session, network, store, timers } = await hosted();
		network.isHeld = true;
		const rotating = session.rotateHostToken();
		const next = store.get("plenum:ABCDEF:next-host");
		network.refusals.push(new RefusedError(seatRefusal("unauthorized")));
		network.room.cut();
		network.isHeld = false;
		await timers.advance(1_000);
		assert.equal(await rotating, next);
		assert.equal(store.get("plenum:ABCDEF:host"), next);
		assert.deepEqual(
			network.tries.slice(1).map((seat) => "hostToken" in seat && seat.hostToken),
			["host-token", next],
		);
	});

	it("[C47] the roster is fetched page by page and then follows the messages, also those of meanwhile", async () => {
		const { host, network, poll, timers } = opened();
		const hosting = host();
		network.isHeld = true;
		await timers.advance(0);
		network.room.deliver();
		poll.instead.push(page(["p1", "p2"], "p2"), page(["p3"]));
		await timers.advance(0);
		network.room.deliver();
		network.room.events.rosterChanged(told([["p4", true]], ["p1"]));
		await timers.advance(0);
		network.room.deliver();
		await timers.advance(0);
		const session = await hosting;
		assert.deepEqual([...session.roster.keys()], ["p2", "p3", "p4"]);
		network.room.events.rosterChanged(told([["p2", false]], []));
		assert.equal(session.roster.get("p2" as ParticipantId)?.online, false);
	});
});

function person(id: string, online: boolean) {
	return { participantId: id as ParticipantId, nickname: `Name of ${id}`, online };
}

function page(ids: readonly string[], next?: string): Outcome<never> {
	const people = ids.map((id) => person(id, true));
	return { kind: "answered", answer: { people, ...(next ? { next } : {}) } as never };
}

function told(changed: [string, boolean][], removed: string[]): RosterMessage {
	return {
		changed: changed.map(([id, online]) => person(id, online)),
		removed: removed as ParticipantId[],
	};
}

function opened() {
	const poll = new FakePoll(2);
	const network = new FakeNetwork(poll);
	const timers = virtualTimers();
	const store = memoryStore();
	const host = () =>
		hostPoll({
			...{ origin: "http://fake", code: "ABCDEF", hostToken: "host-token" },
			...{ store, seats: network, timers, random: () => 0.5 },
		});
	return { poll, network, timers, store, host };
}

async function hosted() {
	const all = opened();
	const hosting = all.host();
	await all.timers.advance(0);
	const session = await hosting;
	all.poll.asked.length = 0;
	return { ...all, session };
}
