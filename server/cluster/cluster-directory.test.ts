import { deepEqual, equal, ok } from "node:assert/strict";
import type { PollCode, PollId } from "../../schema/ids.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { type ClusterDirectoryParts, clusterDirectory } from "./cluster-directory.ts";

const HERE = "process-a";
const poll = { id: "poll-1" as PollId, code: "ABC234" as PollCode, owner: null };
const auth = { role: "viewer", requestId: "request-1", address: undefined } as const;

/** Rooms of which each closes in the moment in which it was started. */
function setup({ random }: { readonly random: number }) {
	const timers = virtualTimers();
	const startedAt: number[] = [];
	const rooms: ClusterDirectoryParts["rooms"] = {
		open: () => undefined,
		has: () => false,
		close: () => false,
		seat: async () => undefined,
		async start() {
			startedAt.push(timers.now());
			return HERE;
		},
	};
	const directory = clusterDirectory({
		processId: HERE,
		rooms,
		driver: { ownerOf: async () => undefined, release: async () => true },
		peers: { ask: async () => ({ kind: "gone" }) },
		timers,
		random: () => random,
	});
	return { timers, directory, startedAt };
}

describe("[E15] a poll whose room closes again and again", () => {
	it("is started at once, then after pauses that grow, until nobody waits any more", async () => {
		const { timers, directory, startedAt } = setup({ random: 1 });
		const seat = directory.seat(poll, auth);
		await timers.advance(10_000);
		equal(await seat, undefined);
		deepEqual(startedAt.slice(0, 6), [0, 50, 150, 350, 750, 1550]);
		ok(startedAt.length <= 10, `${startedAt.length} starts`);
		equal(timers.pending, 0);
	});

	it("is not started by everybody in the same moment", async () => {
		const { timers, directory, startedAt } = setup({ random: 0 });
		void directory.seat(poll, auth);
		await timers.advance(10_000);
		deepEqual(startedAt.slice(0, 4), [0, 25, 75, 175]);
	});
});
