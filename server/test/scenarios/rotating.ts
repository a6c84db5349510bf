/** A new host token, wherever the host sits: the old one opens nothing any more. */
import { equal, notEqual, ok } from "node:assert/strict";
import { refusalOf } from "../support/wire-client.ts";
import { aPoll, closeCode, Gathering, leave, mintToken, open, refusedSeat } from "./gathering.ts";
import type { Site } from "./site.ts";

export function rotationScenarios(site: () => Site): void {
	describe("rotating the host token", () => {
		it("[Y5] the old token is refused at once, for seats and over HTTP; the new one is the host's", async () => {
			const poll = await aPoll(site());
			const host = await poll.host();
			const { hostToken } = await host.request("rotate-host-token", {});
			ok(/^[\w-]{22,64}$/.test(hostToken));
			notEqual(hostToken, poll.hostToken);

			equal(await refusedSeat(poll.host()), "401 unauthorized");
			equal((await poll.asHost("GET", "/export")).status, 401);
			equal((await poll.asHost("DELETE")).status, 401);
			const rotated = new Gathering(site(), { code: poll.code, hostToken });
			equal((await rotated.asHost("GET", "/export")).status, 200);
			await leave(host, await rotated.host());
		});

		it("[Y6] whoever asked goes on as host; every other host's connection closes with 4103", async () => {
			const poll = await aPoll(site());
			const [host, other] = [await poll.host(), await poll.host()];
			const closed = closeCode(other);
			await host.request("rotate-host-token", {});
			equal(await closed, 4103);
			await open(host);
			await leave(host);
		});

		it("[Y5] asked again with the same token of its own, as after a lost answer, it answers the same", async () => {
			const poll = await aPoll(site());
			const host = await poll.host();
			const hostToken = mintToken();
			for (let i = 0; i < 2; i += 1) {
				const answer = await host.request("rotate-host-token", { hostToken });
				equal(answer.hostToken, hostToken);
			}
			const again = await new Gathering(site(), { code: poll.code, hostToken }).host();
			await leave(host, again);
		});

		it("[Y5] a token that is none is refused and changes nothing", async () => {
			const poll = await aPoll(site());
			const host = await poll.host();
			const { code } = await refusalOf(host.request("rotate-host-token", { hostToken: "short" }));
			equal(code, "invalid_input");
			await leave(host, await poll.host());
		});
	});
}
