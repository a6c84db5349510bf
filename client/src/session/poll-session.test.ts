import assert from "node:assert/strict";
import type { QuestionId } from "../../../schema/ids.ts";
import { closeCodes, refusal, retryableRefusal } from "../../../schema/refusals.ts";
import { virtualTimers } from "../../../server/test/support/virtual-timers.ts";
import { type KeyValueStore, memoryStore } from "./key-value-store.ts";
import { joinPoll, type PollSession } from "./poll-session.ts";
import { RefusedError, seatRefusal } from "./refused-error.ts";
import { FakeNetwork } from "./test-support/fake-network.ts";
import { FakePoll } from "./test-support/fake-poll.ts";
import { watchPoll } from "./watch-session.ts";

const q1 = "q1" as QuestionId;

describe("poll session", () => {
	it("[C33] joining sends the token it keeps with the nickname, and again after a lost answer", async () => {
		const { network, join, timers, store } = opened();
		network.isDown = true;
		const joining = join();
		await timers.advance(1_000);
		network.isDown = false;
		await timers.advance(10_000);
		const { me } = await joining;
		assert.deepEqual(me, { participantId: "p1", nickname: "Ada" });
		assert.equal(new Set(network.tries.map((it) => JSON.stringify(it))).size, 1);
		assert.equal(store.get("plenum:ABCDEF:nickname"), "Ada");
	});

	it("[C53] whoever was in comes back by the token alone, and with the nickname where nobody knows it", async () => {
		const { network, timers } = await joined();
		network.room.cut();
		await timers.advance(300);
		const [first, again] = network.tries;
		assert.deepEqual(Object.keys(first ?? {}).sort(), ["nickname", "participantToken"]);
		assert.deepEqual(Object.keys(again ?? {}), ["participantToken"]);

		network.refusals.push(new RefusedError(seatRefusal("unauthorized")));
		network.room.cut();
		await timers.advance(1_000);
		assert.deepEqual(network.tries.at(-1), first);
		assert.equal(network.rooms.length, 3);
	});

	it("[C34] a first join that is refused rejects with the code", async () => {
		const { network, join, timers } = opened();
		network.refusals.push(new RefusedError(seatRefusal("nickname_taken")));
		const rejected = assert.rejects(join(), { name: "RefusedError", code: "nickname_taken" });
		await timers.advance(0);
		await rejected;
		assert.equal(timers.pending, 0);
	});

	it("[C34] and with what stood in the way once its own deadline is over", async () => {
		const { network, join, timers } = opened();
		network.isDown = true;
		const rejected = assert.rejects(join({ enterWithinMs: 7_000 }), { code: "unavailable" });
		await timers.advance(7_000);
		await rejected;
		assert.equal(timers.pending, 0);
	});

	it("[C2] a vote is saved only when its receipt is there", async () => {
		const { network, session, timers, poll } = await joined();
		network.isHeld = true;
		session.vote(q1, [1]);
		assert.deepEqual(session.ballot(q1), { status: "sending", choices: [1] });
		await timers.advance(1_000);
		assert.equal(session.ballot(q1).status, "sending");
		const early = session.whenSettled(100);
		await timers.advance(100);
		assert.equal(await early, false);
		network.room.deliver();
		await timers.advance(0);
		assert.deepEqual(session.ballot(q1), { status: "saved", choices: [1] });
		assert.equal(poll.asked.filter((type) => type === "vote").length, 1);
	});

	it("[C35] after a lost connection hello comes first, and a ballot there is the receipt", async () => {
		const { network, session, timers, poll } = await joined();
		network.isHeld = true;
		session.vote(q1, [1]);
		await timers.advance(0);
		network.room.deliver(true);
		network.isHeld = false;
		network.room.cut();
		await timers.advance(300);
		assert.deepEqual(poll.asked, ["hello", "vote", "hello"]);
		assert.deepEqual(session.ballot(q1), { status: "saved", choices: [1] });
	});

	it("[C35] what did not arrive is sent again with the same revision", async () => {
		const { network, session, timers, poll } = await joined();
		network.isHeld = true;
		session.vote(q1, [1]);
		await timers.advance(0);
		network.isHeld = false;
		network.room.cut();
		await timers.advance(300);
		assert.deepEqual(session.ballot(q1), { status: "saved", choices: [1] });
		for (const stray of network.strays) stray();
		assert.deepEqual(
			[...poll.received.values()].map((it) => [...it]),
			[["1"]],
		);
	});

	it("[C36] a vote that cannot be taken now is kept and repeated when the server said, or later", async () => {
		const { session, timers, poll } = await joined();
		for (const code of ["unavailable", "rate_limited"] as const) {
			poll.instead.push({ kind: "refused", refusal: retryableRefusal(code, "busy", 2_000) });
		}
		session.vote(q1, [1]);
		await timers.advance(1_999);
		assert.equal(poll.asked.length, 2);
		assert.equal(session.ballot(q1).status, "sending");
		await timers.advance(10_000);
		assert.deepEqual(session.ballot(q1), { status: "saved", choices: [1] });
	});

	it("[C37] of several choices made while one is under way only the last is sent", async () => {
		const { network, session, timers, poll } = await joined();
		network.isHeld = true;
		for (const choice of [0, 1, 2, 0, 2]) session.vote(q1, [choice]);
		await timers.advance(0);
		network.isHeld = false;
		network.room.deliver();
		await timers.advance(0);
		assert.equal(poll.asked.filter((type) => type === "vote").length, 2);
		assert.deepEqual(session.ballot(q1), { status: "saved", choices: [2] });
	});

	it("[C8] a vote on a closed question is reported as not counted", async () => {
		const { session, timers, poll } = await joined();
		poll.instead.push({ kind: "refused", refusal: refusal("question_not_open", "closed") });
		session.vote(q1, [1]);
		await timers.advance(0);
		assert.equal(session.ballot(q1).status, "not-counted");
		assert.equal(session.ballot(q1).refusal?.code, "question_not_open");
		assert.equal(await session.whenSettled(0), true);
	});

	it("[C52] a vote that was not counted is asked about again when its question reopens", async () => {
		const { network, session, timers, poll } = await joined();
		const show = async (status: "open" | "closed") => {
			const [question] = poll.questions;
			assert.ok(question);
			question.status = status;
			poll.seq += 1;
			network.room.show();
			await timers.advance(0);
		};
		await show("closed");
		session.vote(q1, [1]);
		await timers.advance(0);
		assert.equal(session.ballot(q1).status, "not-counted");
		const token = network.tries[0];
		assert.ok(token && "participantToken" in token);
		poll.ballots.set(`${q1}:${token.participantToken}`, { revision: 1, choices: [1] });
		await show("open");
		assert.deepEqual(session.ballot(q1), { status: "saved", choices: [1] });
	});

	it("[C38] removed: what waits is not counted, at once, and so is what comes later", async () => {
		const { network, session, timers } = await joined();
		network.isHeld = true;
		session.vote(q1, [1]);
		await timers.advance(0);
		network.room.cut(closeCodes.removed);
		assert.equal(session.ballot(q1).refusal?.code, "removed");
		session.vote(q1, [2]);
		assert.equal(session.ballot(q1).status, "not-counted");
	});

	it("[C3] a vote made offline survives the reload and is cast by the next session", async () => {
		const { network, session, timers, poll, join } = await joined();
		network.isDown = true;
		network.room.cut();
		session.vote(q1, [2]);
		session.leave();
		network.isDown = false;
		const next = join();
		await timers.advance(0);
		assert.deepEqual((await next).ballot(q1), { status: "saved", choices: [2] });
		assert.equal(poll.ballots.size, 1);
	});

	it("[C10] a second tab learns of the first one's vote when it looks", async () => {
		const { session, timers, join } = await joined();
		const joining = join();
		await timers.advance(0);
		const tab = await joining;
		session.vote(q1, [1]);
		await timers.advance(0);
		assert.equal(tab.ballot(q1).status, "none");
		tab.refresh();
		await timers.advance(0);
		assert.deepEqual(tab.ballot(q1), { status: "saved", choices: [1] });
		tab.vote(q1, [0]);
		await timers.advance(0);
		assert.deepEqual(tab.ballot(q1), { status: "saved", choices: [0] });
	});

	it("[C17] a new connection that shows an earlier state shows nothing", async () => {
		const { network, session, timers, poll } = await joined();
		const { seq } = session.snapshot;
		poll.seq = 0;
		network.room.cut();
		await timers.advance(300);
		assert.equal(session.snapshot.seq, seq);
		assert.equal(session.connection.status, "online");
	});

	it("[C39] a viewer's session shows the poll without being in it", async () => {
		const { network, timers, poll } = opened();
		const watching = watchPoll({ ...common, seats: network, timers });
		await timers.advance(0);
		const viewer = await watching;
		assert.deepEqual(network.tries, [{ role: "viewer" }]);
		poll.seq += 1;
		network.room.show();
		assert.equal(viewer.snapshot.seq, poll.seq);
		viewer.leave();
		assert.equal(timers.pending, 0);
	});
});

const common = { origin: "http://fake", code: "ABCDEF", random: () => 0.5 };

function opened(store: KeyValueStore = memoryStore()) {
	const poll = new FakePoll(2);
	const network = new FakeNetwork(poll);
	const timers = virtualTimers();
	const join = (more: { enterWithinMs?: number } = {}): Promise<PollSession> =>
		joinPoll({ ...common, nickname: "Ada", store, seats: network, timers, ...more });
	return { poll, network, timers, store, join };
}

async function joined() {
	const all = opened();
	const joining = all.join();
	await all.timers.advance(0);
	return { ...all, session: await joining };
}
