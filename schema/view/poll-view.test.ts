import { equal, ok } from "node:assert/strict";
import { Decoder, Encoder } from "@colyseus/schema";
import { PollView, QuestionView } from "./poll-view.ts";

/** With the byte that says that it is a patch. */
const BYTES_MAX = 20;

describe("[W12] the patch of a vote", () => {
	const view = new PollView({ seq: 65_000 });
	const question = new QuestionView({ maxChoices: 1 } as QuestionView);
	question.counts.push(40_000, 20_000, 4_000);
	view.questions.push(question);
	const encoder = new Encoder(view);
	encoder.encodeAll();
	encoder.discardChanges();

	function patched(change: () => void): void {
		view.seq += 1;
		change();
		const { length } = encoder.encode({ offset: 1 });
		encoder.discardChanges();
		ok(length <= BYTES_MAX, `${length} bytes`);
	}

	it("takes at most 20 bytes when somebody votes, up to 65,535 votes", () => {
		patched(() => {
			question.ballots = 64_001;
			question.counts[2] = 4_001;
		});
	});

	it("takes as many when somebody changes their mind", () => {
		patched(() => {
			question.counts[0] = 39_999;
			question.counts[1] = 20_001;
		});
	});
});

describe("[W1] the state", () => {
	it("holds as many choices as a configuration allows", () => {
		const view = new PollView();
		view.questions.push(new QuestionView({ maxChoices: 300 } as QuestionView));
		const shown = new PollView();
		new Decoder(shown).decode(new Encoder(view).encodeAll());
		equal(shown.questions.at(0)?.maxChoices, 300);
	});
});
