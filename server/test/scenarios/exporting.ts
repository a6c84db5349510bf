/** Results and export: every vote ever cast, as CSV and as JSON. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { ExportedVote } from "../../../schema/wire/http.ts";
import { refusalOf } from "../support/wire-client.ts";
import { aPoll, close, days, open, tea, vote } from "./gathering.ts";
import type { Site } from "./site.ts";

const COLUMNS = "seq,question_id,participant_id,nickname,revision,choices,cast_at";

export function exportScenarios(site: () => Site): void {
	describe("results and export", () => {
		it("[V9] [H4] every vote is there, oldest first, also changed ones and those of removed people", async () => {
			const poll = await aPoll(site(), {}, [tea, days]);
			const host = await poll.host();
			await open(host, "q1");
			await open(host, "q2");
			const [ada, bob] = [await poll.join('Ada, "the" 1st'), await poll.join("Bøb")];
			const receipts = [
				await vote(ada, [0]),
				await vote(bob, [3, 1], 1, "q2"),
				await vote(ada, [2], 5),
				await vote(bob, [1]),
			];
			await vote(bob, [1]);
			await refusalOf(vote(bob, [0]));
			await host.request("remove-participant", { participantId: "p2" });

			const rows = await poll.exported();
			deepEqual(
				rows.map(({ cast_at, seq, ...row }) => Object.values(row)),
				[
					["q1", "p1", 'Ada, "the" 1st', 1, [0]],
					["q2", "p2", "Bøb", 1, [1, 3]],
					["q1", "p1", 'Ada, "the" 1st', 5, [2]],
					["q1", "p2", "Bøb", 1, [1]],
				],
			);
			deepEqual(
				rows.map(({ seq }) => seq),
				receipts.map(({ seq }) => seq),
			);
			for (const row of rows) {
				equal(Object.keys(row).join(), COLUMNS);
				match(row.cast_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
				ok(Math.abs(Date.parse(row.cast_at) - Date.now()) < 60_000);
			}
			deepEqual(await poll.tallies(), { q1: [0, 0, 1], q2: [0, 0, 0, 0] });

			const csv = await poll.asHost("GET", "/export?format=csv");
			equal(csv.status, 200);
			match(csv.headers.get("content-type") ?? "", /^text\/csv/);
			deepEqual(csv.text.trimEnd().split(/\r?\n/), [COLUMNS, ...rows.map(csvLine)]);
		});

		it("[V9] the same results and export while live, when closed and after the end", async () => {
			const poll = await aPoll(site());
			const [host, ada] = await Promise.all([poll.host(), poll.join("Ada")]);
			await open(host);
			await vote(ada, [2]);
			const read = async () => [await poll.tallies(), await poll.exported()];
			const live = await read();
			deepEqual(live[0], { q1: [0, 0, 1] });
			await close(host);
			deepEqual(await read(), live);
			await host.request("end-poll", {});
			deepEqual(await read(), live);
			const { body } = await poll.http("GET", "/results");
			deepEqual([body.code, body.title, body.status], [poll.code, tea.prompt, "closed"]);
			const [{ options, ...shown }] = body.questions;
			deepEqual(shown, {
				id: "q1",
				prompt: tea.prompt,
				kind: "single",
				status: "closed",
				ballots: 1,
			});
			deepEqual(options[2], { label: "Water", votes: 1 });
		});

		it("[H4] of a poll without votes: a header, an empty array", async () => {
			const poll = await aPoll(site());
			equal((await poll.asHost("GET", "/export?format=csv")).text.trimEnd(), COLUMNS);
			deepEqual(await poll.exported(), []);
		});

		it("[H4] only for the host, only as CSV or JSON", async () => {
			const poll = await aPoll(site());
			for (const token of [undefined, "x".repeat(32)]) {
				const { status, body } = await poll.http("GET", "/export?format=csv", token);
				deepEqual([status, body.error.code], [401, "unauthorized"]);
			}
			const { status, body } = await poll.asHost("GET", "/export?format=xlsx");
			deepEqual(
				[status, body.error.code, body.error.details[0].field],
				[400, "invalid_input", "format"],
			);
		});
	});
}

function csvLine(vote: ExportedVote): string {
	const nickname = /[",]/.test(vote.nickname)
		? `"${vote.nickname.replaceAll('"', '""')}"`
		: vote.nickname;
	const { seq, question_id, participant_id, revision, choices, cast_at } = vote;
	return [seq, question_id, participant_id, nickname, revision, choices.join(";"), cast_at].join();
}
