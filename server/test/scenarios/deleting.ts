/** Deleting a poll: everything is gone, and everybody in it is told. */
import { deepEqual, equal, notEqual } from "node:assert/strict";
import { Client } from "@colyseus/sdk";
import { WireClient } from "../support/wire-client.ts";
import { aPoll, closeCode, mintToken, open, refusedSeat, vote } from "./gathering.ts";
import type { Site } from "./site.ts";

export function deletionScenarios(site: () => Site): void {
	describe("deleting a poll", () => {
		it("[H5] [W10] the room closes with 4102, and nothing can be found any more", async () => {
			const poll = await aPoll(site());
			const token = mintToken();
			const [host, viewer, ada] = await Promise.all([
				poll.host(),
				poll.viewer(),
				poll.join("Ada", token),
			]);
			await open(host);
			await vote(ada, [0]);
			const codes = Promise.all([host, viewer, ada].map(closeCode));
			const deleted = await poll.asHost("DELETE");
			deepEqual([deleted.status, deleted.text], [204, ""]);
			deepEqual(await codes, [4102, 4102, 4102]);

			for (const path of ["", "/results", "/export?format=json"]) {
				const { status, body } = await poll.asHost("GET", path);
				deepEqual([path, status, body.error.code], [path, 404, "poll_not_found"]);
			}
			const claims = [
				{ hostToken: poll.hostToken },
				{ participantToken: token },
				{ role: "viewer" },
			];
			for (const claim of claims) {
				equal(await refusedSeat(poll.enter(claim)), "404 poll_not_found");
			}
			equal((await poll.asHost("DELETE")).status, 404);
		});

		it("[H5] only the host may, and other polls stay", async () => {
			const [poll, other] = await Promise.all([aPoll(site()), aPoll(site())]);
			for (const token of [undefined, other.hostToken]) {
				const { status, body } = await poll.http("DELETE", "", token);
				deepEqual([status, body.error.code], [401, "unauthorized"]);
			}
			equal((await poll.asHost("DELETE")).status, 204);
			equal((await other.http("GET")).status, 200);
			equal(
				(await new WireClient(site().origin()).http("GET", `/api/polls/${poll.code}`)).status,
				404,
			);
		});

		it("[H5] a seat reserved before is refused after", async () => {
			const poll = await aPoll(site());
			const gone = closeCode(await poll.viewer());
			const client = new WireClient(site().origin());
			const seat = await client.http("POST", `/api/polls/${poll.code}/seats`, { role: "viewer" });
			equal(seat.status, 200);
			equal((await poll.asHost("DELETE")).status, 204);
			const entering = new Client(site().origin()).consumeSeatReservation(seat.body);
			notEqual(await refusedSeat(entering), "not refused");
			equal(await gone, 4102);
		});
	});
}
