import { deepEqual } from "node:assert/strict";
import { SchemaSerializer } from "@colyseus/core";
import { epochWatch } from "../actor/epoch-watch.ts";
import type { Activation } from "../actor/hydrate.ts";
import { groupCommit } from "../journal/group-commit.ts";
import { memoryJournal } from "../journal/memory-journal.ts";
import { Deferred } from "../lib/deferred.ts";
import { created } from "../test/support/given.ts";
import { newPollId } from "../test/support/journal-fixtures.ts";
import { virtualTimers } from "../test/support/virtual-timers.ts";
import { PatchAllowance } from "./patch-allowance.ts";
import { PollRoom } from "./poll-room.ts";

describe("a room that is gone before its poll comes to life", () => {
	it("brings nothing to life afterwards", async () => {
		const pollId = newPollId();
		const journal = memoryJournal();
		const timers = virtualTimers();
		const epochs = epochWatch(journal, timers);
		const activation = new Deferred<Activation>();
		const room = new (class extends PollRoom {
			protected override readonly parts = {
				...({} as PollRoom["parts"]),
				activate: () => activation.promise,
				groupCommit: groupCommit(journal, timers),
				patchAllowance: new PatchAllowance(timers),
				...{ epochs, timers, observer: () => {} },
			};
			override closeAll(): void {}
		})();
		const serializer = new SchemaSerializer<typeof room.state>();
		serializer.reset(room.state);
		Object.assign(room, { _serializer: serializer, _listing: {} });
		room.onCreate({ pollId, code: "ABC234" });
		const activating = room.activate();
		await room.onDispose();
		activation.resolve({ epoch: 1, entries: [{ seq: 1, at: 0, event: created() }] });
		await activating;
		deepEqual(epochs.held, []);
	});
});
