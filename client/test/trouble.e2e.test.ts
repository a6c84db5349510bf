/** Reloads, closed tabs, lost networks, dead servers: a vote is kept, and nobody has to do anything. */
import assert from "node:assert/strict";
import { until } from "../../server/test/support/wire-client.ts";
import { LOST_NETWORK } from "./support/browser.ts";
import { killServer, together } from "./support/cast.ts";

const TEA = { title: "Tea time", questions: [{ prompt: "Tea?", options: ["Yes", "No"] }] };
const KEPT = "Kept on this device, sent as soon as the connection is back.";

describe("trouble on the way", function () {
	this.timeout(180_000);

	it(
		"[U22] after a reload, and in a page that was closed and opened again, everything is there",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const ada = await cast.phone();
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			await ada.page.reload();
			await ada.reaches("You're in, Ada");
			await host.open();
			await ada.vote("No");
			await ada.page.reload();
			await ada.option("No", { pressed: true }).waitFor();
			await ada.reads("Saved");
			await ada.page.close();
			await until(async () => (await host.people()).every(({ online }) => !online));
			await ada.person.openTab();
			await ada.open(host.code);
			await ada.option("No", { pressed: true }).waitFor();
			assert.deepEqual(await host.counts(), [0, 1]);
			assert.equal((await host.people()).length, 1);
		}),
	);

	it(
		"[U23] offline the vote is kept, said so with a count of seconds, and sent on return",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const ada = await cast.phone();
			ada.person.expects(LOST_NETWORK);
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			await host.open();
			await ada.vote("Yes");
			await ada.person.context.setOffline(true);
			await ada.isTold(/Reconnecting … [1-9]\d* sec/);
			await ada.tap("No");
			await ada.reads(KEPT);
			assert.deepEqual(await host.counts(), [1, 0]);
			assert.doesNotMatch(await ada.text(), /Saved/);
			await ada.person.context.setOffline(false);
			await ada.reads("Saved");
			await ada.isTold("Connected");
			assert.deepEqual(await host.counts(), [0, 1]);
		}),
	);

	it(
		"[U23] a vote kept by a page that was closed is sent when the poll is opened again",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const ada = await cast.phone();
			ada.person.expects(LOST_NETWORK);
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			await host.open();
			await ada.option("Yes").waitFor();
			await ada.person.context.setOffline(true);
			await ada.isTold(/Reconnecting/);
			await ada.tap("Yes");
			await ada.reads(KEPT);
			await ada.page.close();
			await ada.person.context.setOffline(false);
			await ada.person.openTab();
			await ada.open(host.code);
			await ada.option("Yes", { pressed: true }).waitFor();
			await ada.reads("Saved");
			assert.deepEqual(await host.counts(), [1, 0]);
		}),
	);

	it(
		"[U24] a vote whose question closed meanwhile is told: not counted",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const ada = await cast.phone();
			ada.person.expects(LOST_NETWORK);
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			await host.open();
			await ada.vote("Yes");
			await ada.person.context.setOffline(true);
			await ada.isTold(/Reconnecting/);
			await ada.tap("No");
			await ada.reads(KEPT);
			await host.close();
			await ada.person.context.setOffline(false);
			await ada.reads("Not counted: voting had closed.");
			await ada.reads("Your earlier vote stands.");
			assert.deepEqual(await ada.row("Yes"), ["1", "100%"]);
			assert.deepEqual(await host.counts(), [1, 0]);
		}),
	);

	it(
		"[U25] a server that is killed and started again is found again without help, with every vote",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const [ada, bob] = [await cast.phone(), await cast.phone()];
			for (const phone of [ada, bob]) phone.person.expects(LOST_NETWORK);
			await ada.join(host.code, "Ada");
			await bob.join(host.code, "Bob");
			await ada.reaches("You're in, Ada");
			await bob.reaches("You're in, Bob");
			await host.open();
			await ada.vote("Yes");
			await bob.vote("Yes");
			const restart = await killServer();
			try {
				await ada.isTold(/Reconnecting/);
				await ada.tap("No");
				await ada.reads(KEPT);
				// What was shown stays: no blank page, no dialog.
				assert.deepEqual(await bob.chosen(), ["Yes"]);
			} finally {
				await restart();
			}
			for (const phone of [ada, bob]) await phone.isTold(/Connected/);
			await ada.reads("Saved");
			await bob.main.getByRole("row", { name: "No 1 50%" }).waitFor();
			assert.deepEqual(await host.counts(), [1, 1]);
			await host.enterAgain();
			await host.close();
			await ada.reads("Voting closed");
		}),
	);

	it(
		"[U26] a server that does not answer leaves no blank page: words at once, then the seconds",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const ada = await cast.phone();
			ada.person.expects(LOST_NETWORK);
			await ada.person.context.route("**/api/**", (route) => route.abort());
			await ada.open(host.code);
			await ada.reaches("Looking for the poll");
			await ada.reads(/The server has not answered yet.* (?:[2-9]|\d\d+) seconds now/);
			await ada.person.context.unroute("**/api/**");
			await ada.giveName("Ada");
			await ada.reaches("You're in, Ada");
		}),
	);
});
