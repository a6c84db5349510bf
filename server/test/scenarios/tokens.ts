/** The participant's token: whoever holds it is that participant, from anywhere, as often as they like. */
import { deepEqual, equal, match } from "node:assert/strict";
import { aPoll, leave, mintToken, open, refusedSeat, shows, vote } from "./gathering.ts";
import type { Site } from "./site.ts";

export function tokenScenarios(site: () => Site): void {
	describe("participant tokens", () => {
		it("[V8] joining again with the same token and nickname is still one participant", async () => {
			const poll = await aPoll(site());
			const token = mintToken();
			const tabs = await Promise.all([1, 2, 3].map(() => poll.join("Ada", token)));
			const hellos = await Promise.all(tabs.map((room) => room.request("hello", {})));
			for (const hello of hellos) {
				deepEqual([hello.participantId, hello.participantToken], ["p1", token]);
			}
			for (const room of tabs) await shows(room, (state) => state.participants === 1);
		});

		it("[V8] the token alone brings the same person with the same ballots", async () => {
			const poll = await aPoll(site());
			const token = mintToken();
			const [host, ada] = await Promise.all([poll.host(), poll.join("Ada", token)]);
			await open(host);
			await vote(ada, [1], 3);
			await leave(ada);
			const back = await poll.enter({ participantToken: token });
			const hello = await back.request("hello", {});
			deepEqual([hello.participantId, hello.nickname], ["p1", "Ada"]);
			deepEqual(hello.ballots, [{ questionId: "q1", revision: 3, choices: [1] }]);
			await vote(back, [2], 4);
			equal((await poll.exported()).length, 2);
		});

		it("[V8] beside a known token a nickname is ignored, be it taken or new", async () => {
			const poll = await aPoll(site());
			const token = mintToken();
			await poll.join("Ada", token);
			await poll.join("Bob");
			for (const nickname of ["Bob", "Somebody"]) {
				const room = await poll.join(nickname, token);
				const { participantId, nickname: shown } = await room.request("hello", {});
				deepEqual([participantId, shown], ["p1", "Ada"]);
			}
			equal((await poll.http("GET")).body.participants, 2);
		});

		it("[V8] without a token the server mints one and tells it in hello", async () => {
			const poll = await aPoll(site());
			const ada = await poll.enter({ nickname: "Ada" });
			const { participantToken } = await ada.request("hello", {});
			match(participantToken, /^[A-Za-z0-9_-]{22,64}$/);
			const back = await poll.enter({ participantToken });
			equal((await back.request("hello", {})).participantId, "p1");
		});

		it("[V8] a token is good for its own poll only; elsewhere it registers like any new one", async () => {
			const [here, there] = await Promise.all([aPoll(site()), aPoll(site())]);
			const token = mintToken();
			await here.join("Ada", token);
			equal(await refusedSeat(there.enter({ participantToken: token })), "401 unauthorized");
			const elsewhere = await there.join("Grace", token);
			equal((await elsewhere.request("hello", {})).nickname, "Grace");
			const back = await here.enter({ participantToken: token });
			equal((await back.request("hello", {})).nickname, "Ada");
		});

		it("[V8] the host token makes a host of any device, beside the first", async () => {
			const poll = await aPoll(site());
			const [laptop, phone] = await Promise.all([poll.host(), poll.host()]);
			await phone.request("open-question", { questionId: "q1" });
			await shows(laptop, (state) => state.status === "open");
			await leave(laptop);
			const reloaded = await poll.host();
			await reloaded.request("close-question", { questionId: "q1" });
			await shows(phone, (state) => state.questions[0].status === "closed");
		});
	});
}
