/** Taking a seat: who gets one for what, and how each refusal is told. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { Client } from "@colyseus/sdk";
import { WireClient } from "../support/wire-client.ts";
import { aPoll, type Gathering, mintToken, open, refusedSeat, shows, vote } from "./gathering.ts";
import type { Site } from "./site.ts";

export function seatScenarios(site: () => Site): void {
	const seat = (poll: Gathering, claim: unknown) =>
		new WireClient(site().origin()).http("POST", `/api/polls/${poll.code}/seats`, claim);

	describe("taking a seat", () => {
		it("[H12] a nickname, a participant token, a host token and the role of viewer each give one", async () => {
			const poll = await aPoll(site());
			const token = mintToken();
			const claims: [claim: unknown, role: string][] = [
				[{ nickname: "Ada" }, "participant"],
				[{ nickname: "Bob", participantToken: token }, "participant"],
				[{ participantToken: token }, "participant"],
				[{ hostToken: poll.hostToken }, "host"],
				[{ role: "viewer" }, "viewer"],
			];
			for (const [claim, role] of claims) {
				const room = await poll.enter(claim);
				equal((await room.request("hello", {})).role, role);
			}
		});

		const invalid: [what: string, claim: unknown][] = [
			["nothing", {}],
			["no object", "null"],
			["two claims", { nickname: "Ada", role: "viewer" }],
			["another role", { role: "host" }],
			["an empty nickname", { nickname: "" }],
			["a blank nickname", { nickname: "  \t " }],
			["an invisible nickname", { nickname: "\u200b\u200d" }],
			["a nickname of 41", { nickname: "n".repeat(41) }],
			["a nickname with a line break", { nickname: "a\nb" }],
			["a token of 21 characters", { participantToken: "x".repeat(21) }],
			["a token of 65 characters", { nickname: "Ada", participantToken: "x".repeat(65) }],
			["a token with a space", { participantToken: "x".repeat(30).replace("xx", " x") }],
		];
		for (const [what, claim] of invalid) {
			it(`[H12] ${what}: 400 invalid_input`, async () => {
				const { status, body } = await seat(await aPoll(site()), claim);
				deepEqual([status, body.error.code], [400, "invalid_input"]);
			});
		}

		it("[H12] an unknown poll 404, a wrong host token 401, an unknown participant 401", async () => {
			const poll = await aPoll(site());
			const other = await aPoll(site());
			const nowhere = new WireClient(site().origin()).enter("222222", { role: "viewer" });
			equal(await refusedSeat(nowhere), "404 poll_not_found");
			for (const hostToken of [other.hostToken, "x", mintToken()]) {
				equal(await refusedSeat(poll.enter({ hostToken })), "401 unauthorized");
			}
			equal(await refusedSeat(poll.enter({ participantToken: mintToken() })), "401 unauthorized");
			equal(
				await refusedSeat(poll.enter({ participantToken: poll.hostToken })),
				"401 unauthorized",
			);
		});

		it("[V2] nicknames: trimmed, any language, unique ignoring case, up to 40 code points", async () => {
			const poll = await aPoll(site());
			const names = ["  Zoë ", "Иван", "李雷", "😀".repeat(40), "a<b>&\"'"];
			for (const name of names) {
				const room = await poll.join(name);
				equal((await room.request("hello", {})).nickname, name.trim());
			}
			for (const taken of ["zoë", "ZOË", " Zoë", "ИВАН", "A<B>&\"'"]) {
				equal(await refusedSeat(poll.join(taken)), "409 nickname_taken");
			}
		});

		it("[V2] many want one nickname at once: one gets it, the others are told and get in by another", async () => {
			const poll = await aPoll(site());
			const wanted = ["Kim", "KIM", "kim", "Kim", "kIM", "kim"];
			const outcomes = await Promise.all(wanted.map((name) => refusedSeat(poll.join(name))));
			equal(outcomes.filter((outcome) => outcome === "not refused").length, 1);
			equal(outcomes.filter((outcome) => outcome === "409 nickname_taken").length, 5);
			await poll.join("Kim the second");
			equal((await poll.http("GET")).body.participants, 2);
		});

		it("[V2] nickname and place are taken on entering, not by the reservation", async () => {
			const poll = await aPoll(site(), { capacity: 1 });
			const reserved = await seat(poll, { nickname: "Ada" });
			equal(reserved.status, 200);
			const ada = await poll.join("ada");
			const late = new Client(site().origin()).consumeSeatReservation(reserved.body);
			ok(["409 nickname_taken", "409 poll_full"].includes(await refusedSeat(late)));
			await shows(ada, (state) => state.participants === 1);
		});

		it("[V6] who comes late lands on the current question and may vote at once", async () => {
			const poll = await aPoll(site(), {}, [
				{ prompt: "First?", options: ["a", "b"] },
				{ prompt: "Second?", options: ["a", "b"] },
			]);
			const host = await poll.host();
			await open(host, "q2");
			const late = await poll.join("Late");
			deepEqual([late.state.status, late.state.currentQuestionId], ["open", "q2"]);
			await vote(late, [0], 1, "q2");
		});
	});
}
