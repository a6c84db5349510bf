/** Every screen, looked at: axe in both colour schemes, and pictures in `client/test/screens/`. */
import { answered, LOST_NETWORK, REFUSED_AT_THE_DOOR } from "./support/browser.ts";
import { type Cast, together } from "./support/cast.ts";
import type { Phone } from "./support/people.ts";
import { inspect } from "./support/screens.ts";
import type { WireHost } from "./support/wire-host.ts";

const WORDY = "Rindfleischetikettierungsüberwachungsaufgabe, and a few words more ".repeat(5);
const POLL = {
	title: "Autumn all-hands",
	questions: [
		{
			prompt: "Which idea should we build first?",
			options: ["Quiet Fridays", "A shared lab", "Mentoring circle", "Better coffee"],
		},
		{
			prompt: "What matters most at work? Pick up to three.",
			kind: "multiple",
			maxChoices: 3,
			options: ["Time to think", "Good colleagues", "Learning", "Money", "A short way to work"],
		},
		{
			prompt: WORDY.slice(0, 290),
			options: Array.from({ length: 10 }, (_, index) => `${index + 1} ${WORDY.slice(0, 115)}`),
		},
	],
};

describe("every screen", function () {
	this.timeout(180_000);

	it(
		"[U33] has nothing for axe to find, in both schemes: the way in",
		together(async (cast) => {
			const { code } = await cast.poll(POLL);
			const ada = await cast.phone();
			await ada.go("/");
			await ada.reaches("What does the room think?");
			await inspect(ada, "home");
			await ada.openSettings();
			await ada.page.getByRole("radio", { name: "Dark" }).waitFor();
			await inspect(ada, "settings", ["phone"]);
			ada.person.expects(answered(404));

			await ada.open("ZZZZZZ");
			await ada.reaches("No poll has this code");
			await inspect(ada, "wrong-code", ["phone", "laptop"]);
			await ada.open(code);
			await ada.reaches("Autumn all-hands");
			await inspect(ada, "naming", ["phone", "laptop"]);
			await ada.press("Join");
			await ada.reads("Type a name first.");
			await inspect(ada, "naming-empty", ["phone"]);
			await ada.giveName("Ada");
			await ada.reaches("You're in, Ada");
			await inspect(ada, "waiting", ["phone", "laptop"]);
		}),
	);

	it(
		"[U33] has nothing for axe to find, in both schemes: voting",
		together(async (cast) => {
			const { host, ada } = await voting(cast);
			await host.show(2);
			await ada.reads("Voting opens soon");
			await inspect(ada, "question-waiting", ["phone"]);
			await host.open(1);
			await ada.option("A shared lab").waitFor();
			await inspect(ada, "question-open");
			await ada.vote("A shared lab");
			await inspect(ada, "question-voted");
			ada.person.expects(LOST_NETWORK);
			await ada.person.context.setOffline(true);
			await ada.isTold(/Reconnecting … [1-9]/);
			await ada.tap("Better coffee");
			await ada.reads("Kept on this device");
			await inspect(ada, "question-offline", ["phone"]);
			await host.close(1);
			await ada.person.context.setOffline(false);
			await ada.reads("Not counted: voting had closed.");
			await inspect(ada, "question-not-counted", ["phone"]);
			await host.open(2);
			for (const label of ["Learning", "Money"]) await ada.vote(label);
			await inspect(ada, "question-multiple", ["phone", "laptop"]);
			await host.open(3);
			await ada.vote(POLL.questions[2]?.options[3] ?? "");
			await inspect(ada, "question-wordy", ["phone", "laptop"]);
			await host.close(3);
			await ada.reads("Voting closed");
			await inspect(ada, "question-closed");
		}),
	);

	it(
		"[U33] has nothing for axe to find, in both schemes: the ends",
		together(async (cast) => {
			const host = await cast.poll({ ...POLL, settings: { capacity: 2, results: "host" } });
			const [ada, bob, eve] = [await cast.phone(), await cast.phone(), await cast.phone()];
			await ada.join(host.code, "Ada");
			await bob.join(host.code, "Bob");
			await ada.reaches("You're in, Ada");
			await bob.reaches("You're in, Bob");
			eve.person.expects(answered(409), REFUSED_AT_THE_DOOR);
			await eve.join(host.code, "Eve");
			await eve.reaches("This poll is full");
			await inspect(eve, "full", ["phone"]);
			await host.open(1);
			await ada.vote("Better coffee");
			await inspect(ada, "question-voted-hidden", ["phone"]);
			await host.close(1);
			await ada.reads("The host keeps the result of this one.");
			await inspect(ada, "question-closed-hidden", ["phone"]);
			await host.remove("Bob");
			await bob.reaches("You are no longer in this poll");
			await inspect(bob, "removed", ["phone"]);
			await host.end();
			await ada.reaches("That was it. Thank you!");
			await inspect(ada, "ended", ["phone", "laptop"]);
			const oldest = ada.page;
			for (let tab = 2; tab <= 6; tab++) {
				await ada.person.openTab();
				await ada.open(host.code);
				await ada.reaches("That was it. Thank you!");
			}
			ada.person.page = oldest;
			await ada.reaches("Open in too many places");
			await inspect(ada, "crowded-out", ["phone"]);
			const late = await cast.phone();
			late.person.expects(LOST_NETWORK);
			await late.person.context.route("**/api/**", (route) => route.abort());
			await late.open(host.code);
			await late.reads(/The server has not answered yet/);
			await inspect(late, "looking", ["phone"]);
		}),
	);
});

async function voting(cast: Cast): Promise<{ readonly host: WireHost; readonly ada: Phone }> {
	const host = await cast.poll(POLL);
	const ada = await cast.phone();
	await ada.join(host.code, "Ada");
	await ada.reaches("You're in, Ada");
	return { host, ada };
}
