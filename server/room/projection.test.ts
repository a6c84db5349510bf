import assert from "node:assert/strict";
import { Decoder, Encoder, StateView } from "@colyseus/schema";
import { HOST_TAG, PollView } from "../../schema/view/poll-view.ts";
import type { JournalEntry, PollEvent } from "../domain/events.ts";
import { emptyPoll, evolve, fold } from "../domain/evolve.ts";
import {
	cast,
	closed,
	created,
	ended,
	joined,
	opened,
	p,
	q,
	question,
} from "../test/support/given.ts";
import { Projection } from "./projection.ts";

const history: readonly PollEvent[] = [
	created([question(1), question(2, { kind: "multiple", maxChoices: 2 })], { results: "closed" }),
	joined(1),
	joined(2),
	opened(1),
	cast(1, [0]),
	cast(2, [2]),
	cast(1, [1], 2),
	{ kind: "question-added", question: question(3) },
	closed(1),
	opened(1),
	cast(2, [0], 2),
	closed(1),
	opened(2),
	cast(1, [0, 2], 1, 2),
	{ kind: "participant-removed", participantId: p(2) },
	{ kind: "question-shown", questionId: q(3) },
	ended,
];
const entries: readonly JournalEntry[] = history.map((event, index) => ({
	seq: index + 1,
	at: 0,
	event,
}));

function shownAtOnce(count: number): PollView {
	const view = new PollView();
	new Projection(view, () => {}).show(fold(entries.slice(0, count)), 3, "ABCDEF");
	return view;
}

describe("the projection", () => {
	it("[W3] following the entries one by one or in batches shows what the fold shows, at every step", () => {
		for (const step of [1, 2, 5]) {
			const poll = emptyPoll();
			const view = new PollView();
			const projection = new Projection(view, () => {});
			for (const entry of entries.slice(0, 1)) evolve(poll, entry);
			projection.show(poll, 3, "ABCDEF");
			for (let from = 1; from < entries.length; from += step) {
				const batch = entries.slice(from, from + step);
				for (const entry of batch) evolve(poll, entry);
				projection.follow(poll, batch);
				assert.deepEqual(view.toJSON(), shownAtOnce(from + batch.length).toJSON());
				assert.equal(view.seq, poll.seq);
			}
		}
	});

	it("[W2] encodes the host's counts for views that carry the host's tag and for no other", () => {
		const view = shownAtOnce(6);
		const encoder = new Encoder(view);
		const host = new StateView();
		host.add(view);
		for (const shown of view.questions) host.add(shown, HOST_TAG);
		const iterator = { offset: 0 };
		const shared = encoder.encodeAll(iterator).slice();
		const forHost = encoder.encodeAllView(host, iterator.offset, { ...iterator }).slice();
		const decoded = [shared, forHost].map((bytes) => {
			const state = new PollView();
			new Decoder(state).decode(bytes);
			return state.questions[0];
		});
		assert.deepEqual(decoded[0]?.hostCounts?.toJSON() ?? [], []);
		assert.deepEqual(decoded[0]?.counts.toJSON(), []);
		assert.deepEqual(decoded[1]?.hostCounts.toJSON(), [1, 0, 1]);
	});
});
