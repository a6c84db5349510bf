import assert from "node:assert/strict";
import {
	cast,
	closed,
	created,
	ended,
	given,
	joined,
	opened,
	pollAfter,
	q,
	question,
	vote,
} from "../test/support/given.ts";

const open = [created(), joined(1), joined(2), opened(1)];
const multiple = question(1, { kind: "multiple", maxChoices: 2 });

describe("votes", () => {
	it("[P3] are refused for a question that does not exist before anything else is looked at", () => {
		given(...open, ended)
			.when(vote(1, [9], 1, 7))
			.isRefused("question_not_found");
	});

	it("[P3] are refused for their form before their revision and before the question's status", () => {
		given(...open, cast(1, [0]), closed(1))
			.when(vote(1, [9], 1))
			.isRefused("invalid_input");
	});

	it("[P3] are refused for their revision before the end of the poll and the question's status", () => {
		given(...open, cast(1, [0], 2), ended)
			.when(vote(1, [1], 2))
			.isRefused("stale_revision", { revision: 2, choices: [0] });
	});

	it("[P3] are refused for the end of the poll before the question's status", () => {
		given(created(), joined(1), ended)
			.when(vote(1, [0]))
			.isRefused("poll_ended");
		given(created(), joined(1))
			.when(vote(1, [0]))
			.isRefused("question_not_open");
		given(...open, closed(1))
			.when(vote(1, [0]))
			.isRefused("question_not_open");
	});

	it("[P3] of somebody who is not in the poll are forbidden", () => {
		given(...open)
			.when(vote(3, [0]))
			.isRefused("forbidden");
		given(...open, { kind: "participant-removed", participantId: vote(1, []).participantId })
			.when(vote(1, [0]))
			.isRefused("forbidden");
	});

	it("[P4] repeated with the same revision and choices are the same vote, whatever the order and the status", () => {
		const answer = { questionId: q(1), revision: 3, seq: 4 };
		const before = [created([multiple]), joined(1), opened(1), cast(1, [0, 2], 3)];
		given(...before)
			.when(vote(1, [2, 0], 3))
			.nothingHappens(answer);
		given(...before, closed(1))
			.when(vote(1, [0, 2], 3))
			.nothingHappens(answer);
		given(...before, ended)
			.when(vote(1, [0, 2], 3))
			.nothingHappens(answer);
	});

	it("[P5] at or below the ballot's revision are stale and told the ballot", () => {
		const current = { revision: 5, choices: [0] };
		given(...open, cast(1, [0], 5))
			.when(vote(1, [1], 5))
			.isRefused("stale_revision", current);
		given(...open, cast(1, [0], 5))
			.when(vote(1, [0], 4))
			.isRefused("stale_revision", current);
	});

	it("[P6] with a higher revision replace the ballot; revisions may leave gaps", () => {
		given(...open, cast(1, [0]))
			.when(vote(1, [2], 7))
			.happens(cast(1, [2], 7), {
				questionId: q(1),
				revision: 7,
				seq: 6,
			});
		const counts = pollAfter(...open, cast(1, [0]), cast(2, [0]), cast(1, [2], 7)).questions.get(
			q(1),
		)?.counts;
		assert.deepEqual(counts, [1, 0, 1]);
	});

	it("[P7] on a single choice take exactly one option of the question", () => {
		given(...open)
			.when(vote(1, [2]))
			.happens(cast(1, [2]));
		for (const choices of [[], [0, 1], [0, 0], [3]]) {
			given(...open)
				.when(vote(1, choices))
				.isRefused("invalid_input");
		}
	});

	it("[P7] on a multiple choice take 1 to maxChoices distinct options, recorded in ascending order", () => {
		const before = [created([multiple]), joined(1), opened(1)];
		given(...before)
			.when(vote(1, [2, 0]))
			.happens(cast(1, [0, 2]));
		for (const choices of [[], [0, 1, 2], [1, 1], [0, 3]]) {
			given(...before)
				.when(vote(1, choices))
				.isRefused("invalid_input");
		}
	});
});
