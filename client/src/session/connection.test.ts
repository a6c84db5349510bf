import assert from "node:assert/strict";
import { closeCodes, retryableRefusal } from "../../../schema/refusals.ts";
import { settlePromises, virtualTimers } from "../../../server/test/support/virtual-timers.ts";
import { Connection, HEARTBEAT_MS } from "./connection.ts";
import { RefusedError, seatRefusal } from "./refused-error.ts";
import { FakeNetwork } from "./test-support/fake-network.ts";
import { FakePoll } from "./test-support/fake-poll.ts";

describe("connection", () => {
	it("[C19] a seat that is refused for good closes with the refusal", async () => {
		for (const code of ["poll_full", "nickname_taken", "poll_not_found", "unauthorized"] as const) {
			const { network, connection, timers } = opened();
			network.refusals.push(new RefusedError(seatRefusal(code)));
			connection.start();
			await timers.advance(60_000);
			const refusal = seatRefusal(code);
			assert.deepEqual(connection.state, { status: "closed", reason: "refused", refusal });
			assert.equal(network.tries.length, 1);
		}
	});

	it("[C20] a refusal that passes is retried, not before Retry-After is over", async () => {
		const { network, connection, timers } = opened();
		const busy = retryableRefusal("unavailable", "draining", 4_000);
		network.refusals.push(new RefusedError(busy));
		connection.start();
		await timers.advance(3_999);
		assert.equal(network.tries.length, 1);
		assert.equal(connection.state.status, "connecting");
		assert.deepEqual("refusal" in connection.state && connection.state.refusal, busy);
		await timers.advance(2_301);
		assert.equal(connection.state.status, "online");
	});

	it("[C21] a lost connection is followed by a new seat within 300 ms", async () => {
		const { network, connection, timers, states } = await online();
		network.room.cut();
		assert.equal(connection.state.status, "reconnecting");
		await timers.advance(300);
		assert.equal(connection.state.status, "online");
		assert.equal(network.rooms.length, 2);
		assert.deepEqual(states, ["connecting", "online", "reconnecting", "reconnecting", "online"]);
	});

	it("[C22] while no server answers it tries for ever, at most 8 s apart, with jitter from nothing up", async () => {
		const { network, connection, timers } = await online();
		network.isDown = true;
		network.room.cut();
		await timers.advance(600_000);
		assert.ok(network.tries.length > 600_000 / 8_000, `${network.tries.length} tries`);
		network.isDown = false;
		await timers.advance(8_000);
		assert.equal(connection.state.status, "online");

		for (const [random, waitMs] of [
			[0, 0],
			[0.5, 150],
		] as const) {
			const eager = opened(() => random);
			eager.network.isDown = true;
			eager.connection.start();
			await settlePromises();
			const { state } = eager.connection;
			assert.equal("nextTryAt" in state && state.nextTryAt, waitMs);
		}
	});

	it("[C23] moved: a new seat; removed, deleted and crowded out: closed, without another try", async () => {
		const moved = await online();
		moved.network.room.cut(closeCodes.moved);
		await moved.timers.advance(300);
		assert.equal(moved.connection.state.status, "online");
		for (const [closeCode, reason] of [
			[closeCodes.removed, "removed"],
			[closeCodes.deleted, "deleted"],
			[closeCodes.tooManyConnections, "too-many-connections"],
		] as const) {
			const { network, connection, timers } = await online();
			network.room.cut(closeCode);
			await timers.advance(60_000);
			assert.deepEqual(connection.state, { status: "closed", reason });
			assert.equal(network.tries.length, 1);
			assert.equal(timers.pending, 0);
		}
	});

	it("[C24] a request without an answer for 3 s closes the connection and takes a new seat", async () => {
		const { network, connection, timers } = await online();
		network.room.isFrozen = true;
		const outcome = connection.request("hello", {});
		await timers.advance(2_999);
		assert.equal(network.room.end, undefined);
		await timers.advance(1);
		assert.deepEqual(await outcome, { kind: "lost" });
		assert.equal(network.rooms[0]?.end, "dropped");
		await timers.advance(300);
		assert.equal(connection.state.status, "online");
	});

	it("[C25] while the server says that storage is delayed, a request is given the server's own time", async () => {
		const { network, connection, timers, delayed } = await online();
		delayed.isDelayed = true;
		network.isHeld = true;
		const outcome = connection.request("hello", {});
		await timers.advance(8_000);
		network.room.deliver();
		assert.equal((await outcome).kind, "answered");
		network.room.isFrozen = true;
		const lost = connection.request("hello", {});
		await timers.advance(11_000);
		assert.deepEqual(await lost, { kind: "lost" });
	});

	it("[C26] a server that has gone silent is found out by a ping without an answer", async () => {
		const { network, timers } = await online();
		await timers.advance(5 * HEARTBEAT_MS);
		assert.equal(network.rooms.length, 1, "answered pings keep the connection");
		network.room.isFrozen = true;
		await timers.advance(2 * HEARTBEAT_MS + 3_300);
		assert.equal(network.rooms[0]?.end, "dropped");
		assert.equal(network.rooms.length, 2);
	});

	it("[C27] a seat that is given late may still be entered, and has a deadline again", async () => {
		const { network, connection, timers } = opened();
		network.isSilent = true;
		connection.start();
		await timers.advance(4_900);
		network.reserve();
		await timers.advance(4_900);
		network.enter();
		await timers.advance(0);
		assert.equal(connection.state.status, "online");
		assert.equal(network.tries.length, 1);

		const stuck = opened();
		stuck.network.isSilent = true;
		stuck.connection.start();
		await stuck.timers.advance(4_900);
		stuck.network.reserve();
		await stuck.timers.advance(4_900);
		assert.equal(stuck.network.tries.length, 1);
		await stuck.timers.advance(400);
		assert.equal(stuck.network.tries.length, 2);
	});

	it("[C27] entering has a deadline: a server that never answers is tried again", async () => {
		const { network, connection, timers } = opened();
		network.isSilent = true;
		connection.start();
		await timers.advance(5_300);
		network.isSilent = false;
		await timers.advance(20_000);
		assert.equal(connection.state.status, "online");
	});

	it("[C28] a room that was given up is not listened to any more", async () => {
		const { network, connection, timers, shown } = await online();
		const old = network.room;
		old.isFrozen = true;
		void connection.request("hello", {});
		await timers.advance(3_300);
		const count = shown.length;
		old.events.shown(network.poll.snapshot());
		old.events.closed(closeCodes.removed);
		assert.equal(shown.length, count);
		assert.equal(connection.state.status, "online");
	});

	it("[C29] a server that dies again and again is not stormed: the waits grow until a connection lasts", async () => {
		const { network, timers } = await online();
		for (let i = 0; i < 6; i += 1) {
			network.room.cut();
			while (network.room.end) await timers.advance(100);
		}
		network.room.cut();
		const before = network.tries.length;
		await timers.advance(300);
		assert.equal(network.tries.length, before, "the seventh time it does not come back at once");
		await timers.advance(20_000);
		network.room.cut();
		await timers.advance(300);
		assert.equal(network.room.end, undefined, "after a lasting connection it does");
	});

	it("[C30] leaving says goodbye, ends what waits, and leaves no timer behind", async () => {
		const { network, connection, timers } = await online();
		network.isHeld = true;
		const outcome = connection.request("hello", {});
		connection.leave();
		assert.deepEqual(await outcome, { kind: "lost" });
		assert.equal(network.room.end, "left");
		assert.deepEqual(connection.state, { status: "closed", reason: "left" });
		assert.equal(timers.pending, 0);
		assert.deepEqual(await connection.request("hello", {}), { kind: "lost" });
	});

	it("[C31] asked to look now, it tries at once or asks the open connection for a sign of life", async () => {
		const { network, connection, timers } = await online();
		network.isDown = true;
		network.room.cut();
		await timers.advance(120_000);
		network.isDown = false;
		connection.retryNow();
		await settlePromises();
		assert.equal(connection.state.status, "online");
		network.room.isFrozen = true;
		connection.retryNow();
		await timers.advance(3_300);
		assert.equal(network.rooms[1]?.end, "dropped");
	});

	it("[C32] somebody who was in does not take a full room for a no: it may be full of themselves", async () => {
		const { network, connection, timers } = await online();
		network.refusals.push(new RefusedError(seatRefusal("poll_full")));
		network.room.cut();
		await timers.advance(2_000);
		assert.equal(connection.state.status, "online");
	});
});

function opened(random: () => number = () => 0.999) {
	const network = new FakeNetwork(new FakePoll(1));
	const timers = virtualTimers();
	const shown: unknown[] = [];
	const states: string[] = [];
	const delayed = { isDelayed: false };
	const connection = new Connection({
		seats: network,
		seatRequest: () => ({ role: "viewer" }),
		events: { shown: (snapshot) => shown.push(snapshot), rosterChanged: () => {} },
		timers,
		random,
		isStorageDelayed: () => delayed.isDelayed,
	});
	connection.onState(({ status }) => states.push(status));
	return { network, timers, connection, shown, states, delayed };
}

async function online() {
	const all = opened();
	all.connection.start();
	await all.timers.advance(0);
	assert.equal(all.connection.state.status, "online");
	return all;
}
