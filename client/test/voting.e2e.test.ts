/** From the tap to the receipt, and what each moment of a poll shows on a phone. */
import assert from "node:assert/strict";
import { until } from "../../server/test/support/wire-client.ts";
import { answered, REFUSED_AT_THE_DOOR } from "./support/browser.ts";
import { together } from "./support/cast.ts";
import type { Phone } from "./support/people.ts";

const TEA = { title: "Tea time", questions: [{ prompt: "Tea?", options: ["Yes", "No", "Later"] }] };

describe("voting by phone", function () {
	this.timeout(180_000);

	it(
		"[U15] one tap votes, a receipt says saved, another tap changes it, and closing shows the result",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const [ada, bob] = [await cast.phone(), await cast.phone()];
			await ada.join(host.code, "Ada");
			await bob.join(host.code, "Bob");
			await ada.reaches("You're in, Ada");
			await bob.reaches("You're in, Bob");
			await host.open();
			await ada.reaches("Tea?");
			// Nobody is led by the votes of others before their own.
			assert.doesNotMatch(await ada.text(), /%/);
			await ada.vote("Yes");
			assert.deepEqual(await host.counts(), [1, 0, 0]);
			assert.equal(await ada.page.getByRole("status").innerText(), "Saved");
			await bob.vote("No");
			await ada.vote("No");
			assert.deepEqual(await host.counts(), [0, 2, 0]);
			await ada.main.getByRole("row", { name: "No 2 100%" }).waitFor();
			assert.deepEqual(await ada.chosen(), ["No"]);
			await host.close();
			await ada.reads("Voting closed");
			assert.equal(await ada.option("Yes").count(), 0);
			assert.deepEqual(await ada.row("No"), ["2", "100%"]);
			await ada.reads("Your vote");
		}),
	);

	it(
		"[U15] no answer moves under the finger when the vote and its result appear",
		together(async (cast) => {
			const options = Array.from({ length: 6 }, (_, index) => `Answer ${index} `.repeat(1 + index));
			const labels = options.map((option) => option.trim());
			const question = { prompt: "Which?", kind: "multiple", options: labels };
			const host = await cast.poll({ questions: [question, question] });
			const ada = await cast.phone({ locale: "de-DE" });
			await ada.open(host.code);
			await ada.page.getByLabel("Dein Name").fill("Ada");
			await ada.press("Teilnehmen");
			await ada.reaches("Du bist dabei, Ada");
			await host.open();
			await ada.option(labels[0] ?? "").waitFor();
			const before = await places();
			await ada.tap(labels[1] ?? "");
			await ada.reads("Gespeichert");
			await ada.main.getByText("100").first().waitFor();
			assert.deepEqual(await places(), before);

			function places(): Promise<number[]> {
				const cards = ada.main.getByRole("button");
				return cards.evaluateAll((all) =>
					all.flatMap((card) => {
						const { top, bottom } = card.getBoundingClientRect();
						return [Math.round(top), Math.round(bottom)];
					}),
				);
			}
		}),
	);

	it(
		"[U15] saved is never said before the receipt: a vote under way is being sent",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const ada = await cast.phone();
			await holdVotes(ada);
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			await host.open();
			await ada.tap("Later");
			await ada.reads("Sending …");
			await new Promise((resolve) => setTimeout(resolve, 500));
			assert.deepEqual(await host.counts(), [0, 0, 0]);
			assert.doesNotMatch(await ada.text(), /Saved/);
		}),
	);

	it(
		"[U16] of a multiple choice as many are taken as the question allows, and what stays is said",
		together(async (cast) => {
			const options = ["Red", "Green", "Blue"];
			const host = await cast.poll({
				questions: [{ prompt: "Colours?", kind: "multiple", maxChoices: 2, options }],
			});
			const ada = await cast.phone();
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			await host.open();
			await ada.reads("Choose up to 2");
			await ada.vote("Red");
			await ada.vote("Blue");
			await ada.option("Green").click();
			await ada.reads("That makes 2. Tap one of yours to take it back.");
			assert.deepEqual(await ada.chosen(), ["Red", "Blue"]);
			await ada.option("Red").click();
			await ada.option("Red", { pressed: false }).waitFor();
			await ada.option("Blue").click();
			await ada.reads("One choice stays.");
			await ada.main.getByText("Saved", { exact: true }).waitFor();
			assert.deepEqual(await host.counts(), [0, 0, 1]);
		}),
	);

	it(
		"[U17] results are shown as the host allows: live, once closed, or never",
		together(async (cast) => {
			for (const results of ["closed", "host"] as const) {
				const host = await cast.poll({ ...TEA, settings: { results } });
				const ada = await cast.phone();
				await ada.join(host.code, "Ada");
				await ada.reaches("You're in, Ada");
				await host.open();
				await ada.vote("Yes");
				assert.doesNotMatch(await ada.text(), /%/);
				await host.close();
				await ada.reads("Voting closed");
				if (results === "closed") {
					await ada.main.getByRole("row", { name: "Yes 1 100%" }).waitFor();
				} else {
					await ada.reads("The host keeps the result of this one.");
					assert.doesNotMatch(await ada.text(), /%/);
				}
				assert.equal(await ada.main.getByText("You did not vote on this one.").count(), 0);
				const late = await cast.phone();
				await late.join(host.code, "Late");
				await late.reads("You did not vote on this one.");
			}
		}),
	);

	it(
		"[U18] the phone follows the host: a question shown before it opens, the next one, a reopened one",
		together(async (cast) => {
			const host = await cast.poll({
				questions: [
					{ prompt: "First?", options: ["a", "b"] },
					{ prompt: "Second?", options: ["c", "d"] },
				],
			});
			const ada = await cast.phone();
			await ada.join(host.code, "Ada");
			await ada.reads("The first question appears here by itself.");
			await host.show(2);
			await ada.reaches("Second?");
			await ada.reads("Voting opens soon");
			assert.equal(await ada.option("c").count(), 0);
			assert.equal(await ada.focusedText(), "Second?");
			await host.open(2);
			await ada.vote("c");
			await host.open(1);
			await ada.reaches("First?");
			await ada.vote("b");
			await host.close(1);
			await host.open(2);
			await ada.reaches("Second?");
			assert.deepEqual(await ada.chosen(), ["c"]);
		}),
	);

	it(
		"[U19] who was removed is told so, also after a reload; so is who comes when the poll was deleted",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const [ada, bob] = [await cast.phone(), await cast.phone()];
			await ada.join(host.code, "Ada");
			await bob.join(host.code, "Bob");
			await ada.reaches("You're in, Ada");
			await bob.reaches("You're in, Bob");
			await host.open();
			await ada.vote("Yes");
			await host.remove("Ada");
			await ada.reaches("You are no longer in this poll");
			assert.deepEqual(await host.counts(), [0, 0, 0]);
			ada.person.expects(answered(403), REFUSED_AT_THE_DOOR);
			await ada.page.reload();
			await ada.reaches("You are no longer in this poll");
			await bob.reaches("Tea?");
			await host.delete();
			await bob.reaches("This poll is gone");
			bob.person.expects(answered(404));
			await bob.page.reload();
			await bob.reaches("No poll has this code");
		}),
	);

	it(
		"[U20] the end is told to whoever is there and to whoever comes later, with the way to the results",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const [ada, late] = [await cast.phone(), await cast.phone()];
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			await host.open();
			await ada.vote("Yes");
			await host.end();
			await late.open(host.code);
			for (const phone of [ada, late]) {
				await phone.reaches("That was it. Thank you!");
				const link = phone.main.getByRole("link", { name: "See the results" });
				assert.equal(await link.getAttribute("href"), `/r/${host.code}`);
			}
		}),
	);

	it(
		"[U21] two tabs are one person: a vote in one shows in the other, and counts once",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const first = await cast.phone();
			await first.join(host.code, "Ada");
			await first.reaches("You're in, Ada");
			await host.open();
			await first.vote("Yes");
			const firstTab = first.page;
			await first.person.openTab();
			await first.open(host.code);
			await first.option("Yes", { pressed: true }).waitFor();
			await first.vote("Later");
			const inFirstTab = firstTab.getByRole("button", { name: "Later", pressed: true });
			await inFirstTab.waitFor();
			await firstTab.getByRole("button", { name: "No", exact: true }).click();
			await first.option("No", { pressed: true }).waitFor();
			await until(async () => (await host.counts()).join() === "0,1,0");
			assert.equal((await host.people()).length, 1);
		}),
	);

	it(
		"[U21] of six tabs the oldest stops, says why, and goes on when asked to",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const ada = await cast.phone();
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			const oldest = ada.page;
			for (let tab = 2; tab <= 6; tab++) {
				await ada.person.openTab();
				await ada.open(host.code);
				await ada.reaches("You're in, Ada");
			}
			await oldest.getByRole("heading", { name: "Open in too many places" }).waitFor();
			await oldest.getByRole("button", { name: "Go on here" }).click();
			await oldest.getByRole("heading", { name: "You're in, Ada" }).waitFor();
			assert.equal((await host.people()).length, 1);
		}),
	);
});

/** Its WebSocket sends everything but votes: the server never hears of them. */
async function holdVotes(phone: Phone): Promise<void> {
	await phone.person.context.addInitScript(() => {
		const { send } = WebSocket.prototype;
		WebSocket.prototype.send = function (data) {
			const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer) : new Uint8Array();
			if (!new TextDecoder().decode(bytes).includes("choices")) send.call(this, data);
		};
	});
}
