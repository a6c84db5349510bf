/** Kill -9 of everything in the middle of a poll: everybody comes back to what was acknowledged. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { refusalOf, until, type WireRoom } from "../support/wire-client.ts";
import {
	aPoll,
	close,
	counts,
	days,
	hostCounts,
	mintToken,
	open,
	refusedSeat,
	shows,
	showsCounts,
	tea,
	vote,
} from "./gathering.ts";
import type { Site } from "./site.ts";

export function recoveryScenarios(site: () => Site): void {
	describe("after kill -9", function () {
		this.timeout(90_000);

		it("[V8] [V9] [W3] people, ballots, questions and exports are as they were acknowledged", async () => {
			const poll = await aPoll(site(), { capacity: 4, results: "closed" }, [tea, days]);
			const ended = await aPoll(site());
			const host = await poll.host();
			await host.request("add-question", { prompt: "Lunch?", options: ["yes", "no"] });
			const tokens = { Ada: mintToken(), Bob: mintToken(), Eve: mintToken() };
			const rooms: Record<string, WireRoom> = {};
			for (const [name, token] of Object.entries(tokens))
				rooms[name] = await poll.join(name, token);
			const { Ada, Bob, Eve } = rooms as { Ada: WireRoom; Bob: WireRoom; Eve: WireRoom };
			for (const id of ["q1", "q2", "q3"]) await open(host, id);
			await vote(Ada, [0], 1);
			await vote(Ada, [1], 2);
			await vote(Bob, [3, 0], 1, "q2");
			await vote(Eve, [2], 1);
			await vote(Bob, [1], 1, "q3");
			await host.request("remove-participant", { participantId: "p3" });
			await close(host, "q3");
			await host.request("show-question", { questionId: "q1" });
			await (await ended.host()).request("end-poll", {});
			const last = await vote(Bob, [2], 1);
			const before = { tallies: await poll.tallies(), votes: await poll.exported() };
			const { epoch } = host.state;

			await site().restart();

			deepEqual({ tallies: await poll.tallies(), votes: await poll.exported() }, before);
			const back = await poll.host();
			ok(back.state.epoch > epoch && back.state.seq >= last.seq);
			const { status, currentQuestionId, participants, capacity, questions } = back.state;
			deepEqual([status, currentQuestionId, participants, capacity], ["open", "q1", 2, 4]);
			deepEqual(
				[...questions].map((question) => question.status),
				["open", "open", "closed"],
			);
			deepEqual(hostCounts(back), [0, 1, 1]);
			deepEqual(counts(back), []);
			deepEqual(counts(back, "q3"), [0, 1]);

			const ada = await poll.enter({ participantToken: tokens.Ada });
			const { serverTime, ...hello } = await ada.request("hello", {});
			deepEqual(hello, {
				role: "participant",
				participantId: "p1",
				participantToken: tokens.Ada,
				nickname: "Ada",
				ballots: [{ questionId: "q1", revision: 2, choices: [1] }],
			});
			const bob = await poll.enter({ participantToken: tokens.Bob });
			deepEqual(await vote(bob, [2], 1), last);
			equal((await refusalOf(vote(ada, [0], 2))).code, "stale_revision");
			await vote(ada, [0], 3);
			await shows(back, () => hostCounts(back)[0] === 1);

			equal(await refusedSeat(poll.enter({ participantToken: tokens.Eve })), "403 removed");
			equal(await refusedSeat(poll.join("ADA")), "409 nickname_taken");
			await poll.join("Eve");
			const late = await ended.viewer();
			equal(late.state.status, "closed");
		});

		it("[V8] [V9] killed while people vote: no acknowledged vote is missing, none counts twice", async () => {
			const poll = await aPoll(site());
			const host = await poll.host();
			await open(host);
			const tokens = Array.from({ length: 12 }, mintToken);
			const rooms = await Promise.all(tokens.map((token, n) => poll.join(`person ${n}`, token)));
			const acknowledged = tokens.map(() => 0);
			const voting = rooms.map(async (room, n) => {
				for (let revision = 1; revision < 10_000; revision += 1) {
					await vote(room, [revision % 3], revision);
					acknowledged[n] = revision;
				}
			});
			await until(() => host.state.seq > 80);
			const ends = Promise.allSettled(voting);
			await site().restart();
			await ends;

			const back = await Promise.all(
				tokens.map((participantToken) => poll.enter({ participantToken })),
			);
			const tally = [0, 0, 0];
			for (const [n, room] of back.entries()) {
				const [ballot] = (await room.request("hello", {})).ballots;
				ok(ballot.revision >= (acknowledged[n] ?? 0), `person ${n} lost a vote`);
				deepEqual(ballot.choices, [ballot.revision % 3]);
				tally[ballot.choices[0]] = (tally[ballot.choices[0]] ?? 0) + 1;
			}
			for (const room of back) await showsCounts(room, tally);
			deepEqual(await poll.tallies(), { q1: tally });
			const votes = await poll.exported();
			equal(
				new Set(votes.map((row) => `${row.participant_id} ${row.revision}`)).size,
				votes.length,
			);
		});
	});
}
