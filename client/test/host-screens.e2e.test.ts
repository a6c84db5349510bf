/** Every screen of the host, looked at: axe in both colour schemes, and pictures. */
import { answered } from "./support/browser.ts";
import { together } from "./support/cast.ts";
import { inspect } from "./support/screens.ts";

const LONG = "Rindfleischetikettierungsüberwachungsaufgabe and more ";
const QUESTIONS = [
	{ prompt: "Which idea should we build first?", options: ["Quiet Fridays", "A shared lab"] },
	{
		prompt: LONG.repeat(4).trim(),
		options: Array.from({ length: 10 }, (_, index) => `${index + 1} ${LONG.repeat(2).trim()}`),
	},
];

describe("every screen of the host", function () {
	this.timeout(180_000);

	it(
		"[U33] has nothing for axe to find, in both schemes: writing a poll",
		together(async (cast) => {
			const host = await cast.host();
			await host.go("/host");
			await host.reaches("A new poll");
			await inspect(host, "host-new", ["laptop"]);
			await host.press("Create the poll");
			await host.page.getByText("Type the question.").waitFor();
			await inspect(host, "host-new-problems", ["laptop"]);
			for (const [index, question] of QUESTIONS.entries()) {
				if (index > 0) await host.press("Add a question");
				await host.write({ ...question, isMultiple: index > 0 }, index);
			}
			await inspect(host, "host-new-written", ["laptop", "phone"]);
		}),
	);

	it(
		"[U33] has nothing for axe to find, in both schemes: directing a poll",
		together(async (cast) => {
			const host = await cast.host();
			await host.create("Autumn all-hands", QUESTIONS);
			await inspect(host, "host-empty", ["laptop", "phone"]);
			const ada = await cast.phone();
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			await host.press("Open voting");
			await ada.vote("A shared lab");
			await host.counts("A shared lab 1 100%");
			await inspect(host, "host-open", ["laptop", "phone", "projector"]);
			await host.press("Next question");
			await host.reaches(QUESTIONS[1]?.prompt ?? "");
			await inspect(host, "host-wordy", ["laptop"]);
			for (const [button, name] of [
				["Remove Ada", "host-removing"],
				["Second device", "host-second-device"],
				["Keyboard shortcuts", "host-shortcuts"],
				["Add a question", "host-adding"],
			] as const) {
				await host.press(button);
				await host.dialog.waitFor();
				await inspect(host, name, ["laptop"]);
				await host.page.keyboard.press("Escape");
				await host.dialog.waitFor({ state: "hidden" });
			}
			await host.press("End the poll");
			await host.confirm("End the poll");
			await host.reads("The poll has ended.");
			await inspect(host, "host-ended", ["laptop"]);
			const stranger = await cast.host();
			await stranger.go(`/h/${host.code}`);
			await stranger.reaches("This poll needs its host");
			await inspect(stranger, "host-asking", ["laptop"]);
			await host.press("Delete the poll");
			await host.confirm("Delete the poll");
			await host.reaches("This poll is gone");
			await inspect(host, "host-deleted", ["laptop"]);
			host.person.expects(answered(404));
			await host.page.reload();
			await host.reaches("No poll has this code");
			await inspect(host, "host-not-found", ["laptop"]);
		}),
	);
});
