/** A bug while a request is answered: provoked by parts that throw, since nothing from outside does. */

import { deepEqual, equal } from "node:assert/strict";
import { type Client, ClientState, Protocol, SchemaSerializer } from "@colyseus/core";
import { decode } from "@colyseus/schema";
import { pack, unpack } from "msgpackr";
import { defaultLimits } from "../../schema/limits.ts";
import { epochWatch } from "../actor/epoch-watch.ts";
import { hashToken } from "../identity/tokens.ts";
import { groupCommit } from "../journal/group-commit.ts";
import { memoryJournal } from "../journal/memory-journal.ts";
import type { RoomEvent } from "../telemetry/room-events.ts";
import { created, opened, question } from "../test/support/given.ts";
import { newPollId } from "../test/support/journal-fixtures.ts";
import { requestFrame } from "../test/support/raw-seat.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { PatchAllowance } from "./patch-allowance.ts";
import { PollRoom } from "./poll-room.ts";
import type { PollClient } from "./seat.ts";

const pollId = newPollId();
const vote = pack({ questionId: "q1", choices: [0], revision: 1 });
const token = "a-token-of-at-least-22-characters";

/** A live room with one open question and a participant in it, and a clock that may be broken. */
async function roomWithClock(wallClock: () => number) {
	const journal = memoryJournal();
	journal.addPoll(pollId);
	const timers = virtualTimers();
	const commits = groupCommit(journal, timers);
	const events: RoomEvent[] = [];
	const history = [created([question(1)]), opened(1)];
	const room = new (class extends PollRoom {
		protected override readonly parts = {
			activate: async () => ({
				epoch: (await journal.activate(pollId, "test")) ?? 0,
				entries: history.map((event, index) => ({ seq: index + 1, at: 0, event })),
			}),
			groupCommit: commits,
			epochs: epochWatch(journal, timers),
			messageBudget: () => ({ isFlood: () => false, refuse: () => undefined, answered() {} }),
			rotateHostToken: async () => true,
			limits: defaultLimits,
			timers,
			patchAllowance: new PatchAllowance(timers),
			wallClock,
			observer: (event: RoomEvent) => events.push(event),
		};
	})();
	// What core does before `onCreate`, without its clock.
	const serializer = new SchemaSerializer<typeof room.state>();
	serializer.reset(room.state);
	Object.assign(room, { _serializer: serializer, _listing: {} });
	room.onCreate({ pollId, code: "ABC234" });
	await room.activate();
	return { room, timers, events, stop: () => commits.stop() };
}

type Setup = Awaited<ReturnType<typeof roomWithClock>>;

async function enter({ room, timers }: Setup) {
	const replies: Uint8Array[] = [];
	const client = {
		state: ClientState.JOINED,
		ref: { unanswered: 0 },
		enqueueRaw: (bytes: Uint8Array) => replies.push(bytes),
	};
	const auth = {
		role: "participant",
		token,
		tokenHash: hashToken(token),
		nickname: "Ada",
		requestId: "request-1",
		address: undefined,
	} as const;
	const entering = room.onJoin(client as unknown as PollClient, {}, auth);
	await timers.advance(100);
	await entering;
	return async (type: string, payload?: Uint8Array) => {
		const internals = room as unknown as { _onMessage(client: Client, frame: Buffer): void };
		internals._onMessage(client as unknown as Client, requestFrame(1, type, payload));
		await timers.advance(100);
		const reply = Buffer.from(replies.pop() ?? []);
		equal(reply[0], Protocol.ROOM_RESPONSE);
		equal(client.ref.unanswered, 0);
		const place = { offset: 1 };
		decode.number(reply, place);
		return { status: reply[place.offset], value: unpack(reply.subarray(place.offset + 1)) };
	};
}

describe("[S4] a handler that throws", () => {
	it("is answered as a refusal that may be repeated, and the room lives on", async () => {
		let isBroken = false;
		const setup = await roomWithClock(() => {
			if (isBroken) throw new Error("the clock is broken");
			return 1;
		});
		const ask = await enter(setup);

		isBroken = true;
		for (const type of ["hello", "vote"]) {
			const { status, value } = await ask(type, vote);
			deepEqual([status, value.code, value.retryable], [1, "unavailable", true]);
			deepEqual(Object.keys(value).sort(), ["code", "message", "retryAfterMs", "retryable"]);
		}
		const bugs = setup.events.filter((event) => event.type === "bug");
		deepEqual(
			bugs.map((event) => event.method),
			["hello", "vote"],
		);

		isBroken = false;
		equal((await ask("hello")).value.role, "participant");
		const receipt = await ask("vote", vote);
		deepEqual([receipt.status, receipt.value.seq], [0, 4]);
		setup.stop();
	});
});
