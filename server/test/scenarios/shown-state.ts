/** What the state shows: its fields, and that every picture is the fold of the journal up to its place. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { ExportedVote } from "../../../schema/wire/http.ts";
import { until, type WireRoom } from "../support/wire-client.ts";
import { aPoll, days, hostCounts, mintToken, open, tea, vote } from "./gathering.ts";
import type { Site } from "./site.ts";

const FIELDS = [
	"capacity",
	"code",
	"currentQuestionId",
	"epoch",
	"hostOnline",
	"online",
	"participants",
	"questions",
	"seq",
	"status",
	"storage",
	"title",
];
const QUESTION_FIELDS = [
	"ballots",
	"counts",
	"id",
	"kind",
	"maxChoices",
	"options",
	"prompt",
	"status",
];

/** One screen at one moment. */
interface Picture {
	readonly epoch: number;
	readonly seq: number;
	/** Per question: its ballots and its counts as this screen may see them. */
	readonly tallies: readonly (readonly number[])[];
}

export function stateScenarios(site: () => Site): void {
	describe("the state", () => {
		it("[W1] has what the contract names and nothing about single people", async () => {
			const poll = await aPoll(site());
			await poll.join("Ada Lovelace");
			const viewer = await poll.viewer();
			await until(() => viewer.state.participants === 1);
			const state = viewer.state.toJSON();
			deepEqual(Object.keys(state).sort(), FIELDS);
			deepEqual(Object.keys(state.questions[0]).sort(), QUESTION_FIELDS);
			equal(state.code, poll.code);
			equal(state.storage, "ok");
			ok(!JSON.stringify(state).includes("Ada"));
		});

		it("[W3] every picture on every screen is the fold of the votes up to its seq, and none goes back", async () => {
			const poll = await aPoll(site(), {}, [tea, days]);
			const host = await poll.host();
			const people = await Promise.all([..."abcdefgh"].map((name) => poll.join(name)));
			const screens = [host, people[0], await poll.viewer()].map((room) =>
				record(room as WireRoom),
			);
			await open(host, "q1");
			await open(host, "q2");
			await Promise.all(people.map(changeOfMind));
			const votes = await poll.exported();
			const last = votes.at(-1)?.seq ?? 0;
			for (const { room, pictures } of screens) {
				await until(() => room.state.seq >= last);
				ok(pictures.length > 5, `only ${pictures.length} pictures`);
				for (const [index, picture] of pictures.entries()) {
					deepEqual(picture.tallies, fold(votes, picture.seq), `at seq ${picture.seq}`);
					const { epoch, seq } = pictures[index - 1] ?? { epoch: 0, seq: 0 };
					ok(picture.epoch > epoch || (picture.epoch === epoch && picture.seq >= seq));
				}
			}
			deepEqual(hostCounts(host, "q2"), fold(votes, last)[1]?.slice(1));
		});

		it("[W3] a receipt is never ahead of the picture: who has one finds the vote in the next state", async () => {
			const poll = await aPoll(site());
			const token = mintToken();
			const [host, ada] = await Promise.all([poll.host(), poll.join("Ada", token)]);
			await open(host);
			for (const revision of [1, 2, 3]) {
				const { seq } = await vote(ada, [revision - 1], revision);
				const glance = await poll.viewer();
				ok(glance.state.seq >= seq);
				equal(glance.state.questions[0].counts[revision - 1], 1);
				await glance.leave();
			}
		});
	});
}

/** Twelve votes on each question, both at once, slowly enough for several patches. */
async function changeOfMind(room: WireRoom, person: number): Promise<void> {
	const single = async () => {
		for (let n = 1; n <= 12; n += 1) {
			await vote(room, [(person + n) % 3], n, "q1");
			await new Promise((resolve) => setTimeout(resolve, 10 + person));
		}
	};
	const multiple = async () => {
		for (let n = 1; n <= 12; n += 1) {
			const first = (person + n) % 4;
			await vote(room, n % 2 === 0 ? [first] : [first, (first + 1) % 4], n, "q2");
		}
	};
	await Promise.all([single(), multiple()]);
}

function record(room: WireRoom) {
	const pictures: Picture[] = [];
	room.onStateChange(({ epoch, seq, questions }) => {
		const tallies = [...questions].map(({ ballots, counts }) => [ballots, ...counts]);
		pictures.push({ epoch, seq, tallies });
	});
	return { room, pictures };
}

/** Ballots and counts of both questions after the votes up to `seq`. */
function fold(votes: readonly ExportedVote[], seq: number): number[][] {
	return [["q1", 3] as const, ["q2", 4] as const].map(([id, options]) => {
		const ballots = new Map<string, readonly number[]>();
		for (const vote of votes) {
			if (vote.question_id === id && vote.seq <= seq)
				ballots.set(vote.participant_id, vote.choices);
		}
		const tally = Array.from(
			{ length: options },
			(_, option) => [...ballots.values()].filter((choices) => choices.includes(option)).length,
		);
		return [ballots.size, ...tally];
	});
}
