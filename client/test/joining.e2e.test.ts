/** The way in, as people take it with their phones; the host acts over the wire. */
import assert from "node:assert/strict";
import { readCode } from "../src/state/router.ts";
import { answered, REFUSED_AT_THE_DOOR } from "./support/browser.ts";
import { together } from "./support/cast.ts";

const TEA = { title: "Tea time", questions: [{ prompt: "Tea?", options: ["Yes", "No"] }] };

describe("joining by phone", function () {
	this.timeout(180_000);

	it(
		"[U10] the code field takes lower case, spaces, dashes and a pasted link",
		together(async (cast) => {
			const { code } = await cast.poll(TEA);
			const ada = await cast.phone();
			const lower = code.toLowerCase();
			for (const typed of [
				lower,
				`  ${lower.slice(0, 3)} ${lower.slice(3)} `,
				`${code.slice(0, 3)}-${code.slice(3)}`,
				`Join: ${cast.origin}/j/${lower}?from=mail`,
			]) {
				assert.equal(readCode(typed), code);
				await ada.go("/");
				await ada.typeCode(typed);
				await ada.reaches("Tea time");
				assert.equal(new URL(ada.page.url()).pathname, `/j/${code}`);
			}
			await ada.giveName("Ada");
			await ada.reaches("You're in, Ada");
			await ada.reads("1 person is here");
		}),
	);

	it(
		"[U10] what cannot be a code is said beside the field, and nothing is asked",
		together(async (cast) => {
			const ada = await cast.phone();
			await ada.go("/");
			await ada.press("Join");
			await ada.reads("Type the code that is on the screen.");
			await ada.typeCode("K7M2Q0");
			await ada.reads("A code has 6 letters and digits, without 0, 1, I and O.");
			assert.equal(await ada.page.getByLabel("Poll code").getAttribute("aria-invalid"), "true");
			assert.equal(new URL(ada.page.url()).pathname, "/");
		}),
	);

	it(
		"[U11] a code that leads nowhere says so and offers the field again",
		together(async (cast) => {
			const { code } = await cast.poll(TEA);
			const ada = await cast.phone();
			ada.person.expects(answered(404));
			for (const wrong of ["ZZZZZZ", "nonsense"]) {
				await ada.open(wrong);
				await ada.reaches("No poll has this code");
			}
			await ada.typeCode(code);
			await ada.reaches("Tea time");
		}),
	);

	it(
		"[U12] a name that is taken or cannot be one is told beside the field; another one enters",
		together(async (cast) => {
			const { code } = await cast.poll(TEA);
			const ada = await cast.phone();
			await ada.join(code, "Ada");
			await ada.reaches("You're in, Ada");
			const bob = await cast.phone();
			bob.person.expects(REFUSED_AT_THE_DOOR);
			await bob.open(code);
			await bob.press("Join");
			await bob.reads("Type a name first.");
			await bob.giveName("x".repeat(41));
			await bob.reads("A name has at most 40 characters.");
			await bob.giveName(" aDA ");
			await bob.reads("Somebody here has this name already. Choose another one.");
			assert.equal(await bob.nickname.inputValue(), "aDA");
			await bob.giveName("Ada Zwei 🦉");
			await bob.reaches("You're in, Ada Zwei 🦉");
			await ada.reads("2 people are here");
		}),
	);

	it(
		"[U13] a full poll says so; once there is room, trying again leads in",
		together(async (cast) => {
			const host = await cast.poll({ ...TEA, settings: { capacity: 1 } });
			const ada = await cast.phone();
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			const bob = await cast.phone();
			bob.person.expects(answered(409), REFUSED_AT_THE_DOOR);
			await bob.join(host.code, "Bob");
			await bob.reaches("This poll is full");
			await host.remove("Ada");
			await ada.reaches("You are no longer in this poll");
			await bob.press("Try again");
			await bob.giveName("Bob");
			await bob.reaches("You're in, Bob");
		}),
	);

	it(
		"[U14] a latecomer lands on the live question and may vote at once",
		together(async (cast) => {
			const host = await cast.poll({
				questions: [
					{ prompt: "First?", options: ["a", "b"] },
					{ prompt: "Second?", options: ["c", "d"] },
				],
			});
			await host.open(1);
			await host.close(1);
			await host.open(2);
			const late = await cast.phone();
			await late.join(host.code, "Late");
			await late.reaches("Second?");
			await late.reads("Question 2 of 2");
			await late.vote("d");
			assert.deepEqual(await host.counts(2), [0, 1]);
		}),
	);
});
