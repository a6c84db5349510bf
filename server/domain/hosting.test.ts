import assert from "node:assert/strict";
import { defaultLimits } from "../../schema/limits.ts";
import type { ResultVisibility } from "../../schema/poll-words.ts";
import {
	cast,
	closed,
	created,
	ended,
	given,
	joined,
	opened,
	p,
	pollAfter,
	q,
	question,
	token,
} from "../test/support/given.ts";
import type { PollEvent } from "./events.ts";
import { countsAreVisible, pollStatus } from "./poll.ts";

const two = created([question(1), question(2)]);
const { id: _, ...another } = question(3);

describe("hosting", () => {
	it("[P1] a poll waits, is open while any question is, and is closed for good once ended", () => {
		assert.equal(pollStatus(pollAfter(two)), "waiting");
		assert.equal(pollStatus(pollAfter(two, opened(1), opened(2), closed(1))), "open");
		assert.equal(pollStatus(pollAfter(two, opened(1), closed(1))), "waiting");
		assert.equal(pollStatus(pollAfter(two, opened(1), ended)), "closed");
		given(two, ended)
			.when({ type: "open-question", questionId: q(1) })
			.isRefused("poll_ended");
		given(two, ended).when({ type: "add-question", question: another }).isRefused("poll_ended");
		given(two, ended).when({ type: "end-poll" }).nothingHappens({});
	});

	it("[P2] opening makes a question current and reopens a closed one", () => {
		given(two)
			.when({ type: "open-question", questionId: q(2) })
			.happens(opened(2), {});
		given(two, opened(1), closed(1))
			.when({ type: "open-question", questionId: q(1) })
			.happens(opened(1));
		assert.equal(pollAfter(two, opened(2)).currentQuestionId, q(2));
	});

	it("[P2] opening an open question changes at most which one is current", () => {
		given(two, opened(1))
			.when({ type: "open-question", questionId: q(1) })
			.nothingHappens({});
		given(two, opened(1), opened(2))
			.when({ type: "open-question", questionId: q(1) })
			.happens({ kind: "question-shown", questionId: q(1) });
	});

	it("[P2] showing only makes a question current", () => {
		given(two, opened(1))
			.when({ type: "show-question", questionId: q(2) })
			.happens({
				kind: "question-shown",
				questionId: q(2),
			});
		given(two)
			.when({ type: "show-question", questionId: q(1) })
			.nothingHappens({});
		const shown = pollAfter(two, opened(1), { kind: "question-shown", questionId: q(2) });
		assert.equal(shown.currentQuestionId, q(2));
		assert.equal(shown.questions.get(q(1))?.status, "open");
	});

	it("[P2] closing needs an open question; a question that does not exist is not found", () => {
		given(two, opened(1))
			.when({ type: "close-question", questionId: q(1) })
			.happens(closed(1));
		for (const history of [[two], [two, opened(1), closed(1)], [two, opened(1), ended]]) {
			given(...history)
				.when({ type: "close-question", questionId: q(1) })
				.isRefused("question_not_open");
		}
		for (const type of ["open-question", "close-question", "show-question"] as const) {
			given(two)
				.when({ type, questionId: q(9) })
				.isRefused("question_not_found");
		}
	});

	it("[P10] questions are added under the next id, up to the limits of a poll", () => {
		given(two)
			.when({ type: "add-question", question: another })
			.happens(
				{ kind: "question-added", question: question(3, { prompt: another.prompt }) },
				{ questionId: q(3) },
			);
		given(two)
			.when({ type: "add-question", question: another }, { ...defaultLimits, questionsMax: 2 })
			.isRefused("invalid_input");
		// "Drinks", two prompts of 10 and options of 3 + 6 + 5 bytes are 54; the third question makes it 78.
		const fits = { ...defaultLimits, textsMaxBytes: 78 };
		given(two)
			.when({ type: "add-question", question: another }, fits)
			.happens({
				kind: "question-added",
				question: question(3),
			});
		given(two)
			.when({ type: "add-question", question: another }, { ...fits, textsMaxBytes: 77 })
			.isRefused("invalid_input");
	});

	it("[P9] removal takes the ballots out of the counts and frees nickname and place, never the id", () => {
		const removed = { kind: "participant-removed", participantId: p(1) } as const;
		const poll = pollAfter(
			created([question(1)], { capacity: 1 }),
			joined(1, "Ann"),
			opened(1),
			cast(1, [0]),
			removed,
		);
		assert.deepEqual(poll.questions.get(q(1))?.counts, [0, 0, 0]);
		assert.equal(poll.questions.get(q(1))?.ballots.size, 0);
		given(created([question(1)], { capacity: 1 }), joined(1, "Ann"), removed)
			.when({ type: "join", tokenHash: token("other"), nickname: "ann" })
			.happens({
				kind: "participant-joined",
				participantId: p(2),
				nickname: "ann",
				tokenHash: token("other"),
			});
		given(two, joined(1), removed)
			.when({ type: "join", tokenHash: token("p1"), nickname: "Somebody else" })
			.isRefused("removed");
		given(two, joined(1), removed)
			.when({ type: "remove-participant", participantId: p(1) })
			.isRefused("invalid_input");
	});

	it("[P12] counts are visible as the host chose: live, once closed, or never", () => {
		const visible = (results: ResultVisibility, ...rest: readonly PollEvent[]) => {
			const poll = pollAfter(created([question(1)], { results }), ...rest);
			const first = poll.questions.get(q(1));
			assert.ok(first);
			return countsAreVisible(poll, first);
		};
		assert.equal(visible("live"), true);
		assert.equal(visible("closed", opened(1)), false);
		assert.equal(visible("closed", opened(1), closed(1)), true);
		assert.equal(visible("closed", opened(1), closed(1), opened(1)), false);
		assert.equal(visible("closed", ended), true);
		assert.equal(visible("host", opened(1), ended), false);
	});
});
