/** How many may come: participants, viewers, connections of one participant. */
import { deepEqual, equal } from "node:assert/strict";
import { until, WireClient, type WireRoom } from "../support/wire-client.ts";
import { aPoll, leave, mintToken, refusedSeat, shows } from "./gathering.ts";
import type { Site } from "./site.ts";

export function capacityScenarios(site: () => Site): void {
	describe("capacity", () => {
		it("[V7] twenty unless chosen otherwise: the next is told poll_full, known ones still get in", async () => {
			const poll = await aPoll(site());
			const tokens = Array.from({ length: 20 }, mintToken);
			await Promise.all(tokens.map((token, n) => poll.join(`person ${n}`, token)));
			const late = mintToken();
			equal(await refusedSeat(poll.join("Late", late)), "409 poll_full");
			const known = await poll.enter({ participantToken: tokens[7] });
			deepEqual([known.state.participants, known.state.capacity], [20, 20]);

			const host = await poll.host();
			await host.request("remove-participant", { participantId: "p1" });
			await poll.join("Late", late);
			equal(await refusedSeat(poll.join("Later")), "409 poll_full");
		});

		it("[V7] leaving keeps the place: capacity counts who has joined, not who is here", async () => {
			const poll = await aPoll(site(), { capacity: 1 });
			const ada = await poll.join("Ada");
			await leave(ada);
			equal(await refusedSeat(poll.join("Bob")), "409 poll_full");
			await poll.viewer();
			await poll.host();
		});

		it("[V7] of many who come for the last places at once exactly as many get in", async () => {
			const poll = await aPoll(site(), { capacity: 5 });
			const names = Array.from({ length: 12 }, (_, n) => `person ${n}`);
			const outcomes = await Promise.all(names.map((name) => refusedSeat(poll.join(name))));
			equal(outcomes.filter((outcome) => outcome === "not refused").length, 5);
			equal(outcomes.filter((outcome) => outcome === "409 poll_full").length, 7);
		});

		it("[W9] a hundred viewers, also when all come at once; a place is free when one goes", async () => {
			const poll = await aPoll(site());
			const inside: WireRoom[] = [];
			const outcomes = await Promise.all(
				Array.from({ length: 106 }, () =>
					refusedSeat(poll.viewer().then((room) => inside.push(room))),
				),
			);
			equal(inside.length, 100);
			equal(outcomes.filter((outcome) => outcome === "409 poll_full").length, 6);
			await leave(...inside.slice(0, 1));
			await until(async () => (await refusedSeat(poll.viewer())) === "not refused");
			await poll.join("participants are no viewers");
			await leave(...inside.slice(1));
		}).timeout(60_000);

		it("[W9] [W10] a sixth connection of one participant closes the oldest with 4104", async () => {
			const poll = await aPoll(site());
			const token = mintToken();
			const tabs: WireRoom[] = [];
			for (let tab = 0; tab < 6; tab += 1) tabs.push(await poll.join("Ada", token));
			const [oldest, ...others] = tabs;
			await until(() => oldest?.connection.isOpen === false);
			for (const room of others) equal((await room.request("hello", {})).participantId, "p1");
		});

		it("[W9] [W10] nine at once leave five, and the person online", async () => {
			const poll = await aPoll(site());
			const viewer = await poll.viewer();
			const token = mintToken();
			const open = new Set<WireRoom>();
			const codes: number[] = [];
			const entering = Array.from({ length: 9 }, async () => {
				const client = new WireClient(site().origin());
				const room = await client.enter(poll.code, { nickname: "Ada", participantToken: token });
				open.add(room);
				room.onLeave((code) => {
					open.delete(room);
					codes.push(code);
				});
			});
			// A connection may be the oldest again before it has heard that it is in.
			await Promise.all(entering.map((one) => one.catch(({ code }) => codes.push(code))));
			await until(() => codes.length >= 4);
			deepEqual([codes, open.size], [[4104, 4104, 4104, 4104], 5]);
			await shows(viewer, (state) => state.online === 1);
		});
	});
}
