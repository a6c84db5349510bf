/** Voting, exactly: receipts, repetition, change, the order of checks, and the close barrier. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { refusalOf } from "../support/wire-client.ts";
import { aPoll, close, days, type Gathering, open, showsCounts, tea, vote } from "./gathering.ts";
import type { Site } from "./site.ts";

export function votingScenarios(site: () => Site): void {
	/** Ada and the host in a poll with one question of each kind, both open. */
	async function openPoll() {
		const poll = await aPoll(site(), {}, [tea, days]);
		const [host, ada] = await Promise.all([poll.host(), poll.join("Ada")]);
		await open(host, "q1");
		await open(host, "q2");
		return { poll, host, ada };
	}

	describe("voting", () => {
		it("[V5] a vote is confirmed with its place in the journal, and every screen shows it", async () => {
			const { poll, host, ada } = await openPoll();
			const viewer = await poll.viewer();
			const { seq, ...receipt } = await vote(ada, [1]);
			deepEqual(receipt, { questionId: "q1", revision: 1 });
			equal((await poll.exported())[0]?.seq, seq);
			for (const screen of [ada, host, viewer]) await showsCounts(screen, [0, 1, 0]);
			equal(viewer.state.questions[0].ballots, 1);
			ok(viewer.state.seq >= seq);
		});

		it("[V4] one ballot a person: a higher revision replaces it, whatever the step", async () => {
			const { poll, ada } = await openPoll();
			for (const [choice, revision] of [
				[0, 1],
				[1, 2],
				[2, 900],
				[2, 2_147_483_647],
			] as const) {
				equal((await vote(ada, [choice], revision)).revision, revision);
			}
			await showsCounts(ada, [0, 0, 1]);
			equal(ada.state.questions[0].ballots, 1);
			equal((await poll.exported()).length, 4);
		});

		it("[V4] the same revision with the same choices is the same vote, in any order", async () => {
			const { poll, ada } = await openPoll();
			const first = await vote(ada, [2, 0], 1, "q2");
			deepEqual(await vote(ada, [0, 2], 1, "q2"), first);
			deepEqual(await Promise.all([1, 2, 3].map(() => vote(ada, [2, 0], 1, "q2"))), [
				first,
				first,
				first,
			]);
			await showsCounts(ada, [1, 0, 1, 0], "q2");
			equal((await poll.exported()).length, 1);
		});

		it("[V4] single takes exactly one choice, multiple 1 to maxChoices distinct ones", async () => {
			const { poll, ada } = await openPoll();
			const wrong: [choices: unknown[], questionId: string][] = [
				[[], "q1"],
				[[0, 1], "q1"],
				[[3], "q1"],
				[[-1], "q1"],
				[[0.5], "q1"],
				[["0"], "q1"],
				[[], "q2"],
				[[1, 1], "q2"],
				[[0, 1, 2], "q2"],
				[[4], "q2"],
			];
			for (const [choices, questionId] of wrong) {
				const { code } = await refusalOf(vote(ada, choices as number[], 1, questionId));
				deepEqual([choices, code], [choices, "invalid_input"]);
			}
			for (const revision of [0, -1, 1.5, 2 ** 31, "1"]) {
				equal((await refusalOf(vote(ada, [0], revision as number))).code, "invalid_input");
			}
			await vote(ada, [1], 1, "q2");
			await vote(ada, [1, 3], 2, "q2");
			deepEqual(await poll.tallies(), { q1: [0, 0, 0], q2: [0, 1, 0, 1] });
		});

		it("[V4] any other revision at or below the ballot's is stale and tells the current one", async () => {
			const { ada } = await openPoll();
			await vote(ada, [1], 4);
			for (const [choice, revision] of [
				[1, 3],
				[0, 4],
				[0, 1],
			] as const) {
				const { code, retryable, current } = await refusalOf(vote(ada, [choice], revision));
				deepEqual(
					[code, retryable, current],
					["stale_revision", false, { revision: 4, choices: [1] }],
				);
			}
		});

		it("[V4] outside of open a new vote is refused and changes nothing", async () => {
			const { poll, host, ada } = await openPoll();
			await host.request("add-question", { prompt: "Later?", options: ["a", "b"] });
			const refused = async (revision: number, questionId: string) =>
				(await refusalOf(vote(ada, [0], revision, questionId))).code;
			equal(await refused(1, "q3"), "question_not_open");
			await vote(ada, [1], 1);
			await close(host);
			equal(await refused(2, "q1"), "question_not_open");
			await host.request("end-poll", {});
			equal(await refused(2, "q1"), "poll_ended");
			equal(await refused(1, "q3"), "poll_ended");
			deepEqual(await poll.tallies(), { q1: [0, 1, 0], q2: [0, 0, 0, 0], q3: [0, 0] });
			equal((await poll.exported()).length, 1);
		});

		it("[V4] the checks come in order: question and form, repetition, revision, end, status", async () => {
			const { host, ada } = await openPoll();
			const receipt = await vote(ada, [1], 2);
			const judged = async () => [
				(await refusalOf(vote(ada, [0], 9, "q9"))).code,
				(await refusalOf(vote(ada, [7], 9))).code,
				await vote(ada, [1], 2),
				(await refusalOf(vote(ada, [0], 2))).code,
				(await refusalOf(vote(ada, [0], 3))).code,
			];
			const before = ["question_not_found", "invalid_input", receipt, "stale_revision"];
			await close(host);
			deepEqual(await judged(), [...before, "question_not_open"]);
			await host.request("end-poll", {});
			deepEqual(await judged(), [...before, "poll_ended"]);
		});

		it("[V4] [V9] once a close has resolved the tally stands, with everything acknowledged before", async () => {
			const poll = await aPoll(site(), { capacity: 60 });
			const host = await poll.host();
			const people = await Promise.all(
				Array.from({ length: 40 }, (_, n) => poll.join(`person ${n}`)),
			);
			for (const round of [1, 2, 3]) {
				await open(host);
				const votes = people.map(async (room, n) => {
					await new Promise((resolve) => setTimeout(resolve, n % 9));
					return vote(room, [n % 3], round).then(() => "saved", codeOf);
				});
				await new Promise((resolve) => setTimeout(resolve, 4));
				await close(host);
				const atOnce = await standing(poll);
				const outcomes = await Promise.all(votes);
				deepEqual(await standing(poll), atOnce);
				deepEqual(
					outcomes.filter((outcome) => !["saved", "question_not_open"].includes(outcome)),
					[],
				);
				const saved = outcomes.filter((outcome) => outcome === "saved").length;
				equal(atOnce.votes.filter(({ revision }) => revision === round).length, saved);
			}
		});
	});
}

function codeOf(error: { reason?: { code: string } }): string {
	return error.reason?.code ?? String(error);
}

async function standing(poll: Gathering) {
	return { tallies: await poll.tallies(), votes: await poll.exported() };
}
