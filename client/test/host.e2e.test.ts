/** The host at their desk: a poll from the first word to the export, with people at their phones. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { until } from "../../server/test/support/wire-client.ts";
import { type Cast, together } from "./support/cast.ts";
import type { Host, Phone } from "./support/people.ts";

const QUESTIONS = [
	{ prompt: "Tea?", options: ["Yes", "No"] },
	{ prompt: "What with?", options: ["Milk", "Lemon", "Sugar"], isMultiple: true },
	{ prompt: "Again tomorrow?", options: ["Yes", "No", "Maybe"] },
];
const NAMES = ["Ada", "Bob", "Cem", "Dee", "Eve"];

describe("the host", function () {
	this.timeout(180_000);

	it(
		"[U36] a draft survives a reload, says what is wrong beside each field, and takes a pasted list",
		together(async (cast) => {
			const host = await cast.host();
			await host.go("/host");
			await host.press("Create the poll");
			await host.page.getByText("Type the question.").waitFor();
			assert.equal(new URL(host.page.url()).pathname, "/host");
			const prompt = host.page.getByRole("textbox", { name: "Question", exact: true });
			await prompt.fill("Which one?");
			await host.page.getByText("Type the question.").waitFor({ state: "hidden" });
			const answer = (place: number) =>
				host.page.getByRole("textbox", { name: `Answer ${place}`, exact: true });
			await answer(1).evaluate((field) => {
				const clipboardData = new DataTransfer();
				clipboardData.setData("text/plain", "One\nTwo\nThree");
				const init = { clipboardData, bubbles: true, cancelable: true };
				field.dispatchEvent(new ClipboardEvent("paste", init));
			});
			await until(async () => (await answer(3).inputValue()) === "Three");
			const up = host.page.getByRole("button", { name: "Move answer 3 up" });
			await up.focus();
			await host.page.keyboard.press("Enter");
			await until(async () => (await answer(2).inputValue()) === "Three");
			await host.page.reload();
			await until(async () => (await answer(3).inputValue()) === "Two");
			assert.equal(await prompt.inputValue(), "Which one?");
			await host.press("Create the poll");
			await host.reaches("Which one?");
			for (const row of ["One 0 0%", "Three 0 0%", "Two 0 0%"]) await host.counts(row);
		}),
	);

	it(
		"[U37] a host and five phones go through a whole poll of three questions",
		together(async (cast) => {
			const host = await cast.host();
			await host.create("Tea time", QUESTIONS);
			const phones = await crowd(cast, host);
			await until(async () => (await host.numbers()).join() === "5,5,0");
			await host.press("Open voting");
			await everybody(phones, (phone, index) => phone.vote(index < 3 ? "Yes" : "No"));
			await host.counts("Yes 3 60%");
			await host.counts("No 2 40%");
			assert.deepEqual(await host.numbers(), ["5", "5", "5"]);
			await phones[4]?.vote("Yes");
			await host.counts("Yes 4 80%");
			await host.press("Next question");
			await host.reaches("What with?");
			await everybody(phones, async (phone, index) => {
				await phone.reaches("What with?");
				await phone.vote("Milk");
				if (index % 2 === 0) await phone.vote("Sugar");
			});
			await host.counts("Milk 5 100%");
			await host.counts("Sugar 3 60%");
			await host.press("Next question");
			await host.reaches("Again tomorrow?");
			await everybody(phones, async (phone) => {
				await phone.reaches("Again tomorrow?");
				await phone.vote("Maybe");
			});
			await host.counts("Maybe 5 100%");
			await host.press("Close voting");
			await everybody(phones, (phone) => phone.reads("Voting closed"));
			await host.press("Reopen voting");
			await phones[0]?.vote("No");
			await host.counts("Maybe 4 80%");
			await host.press("End the poll");
			await host.confirm("Cancel");
			await phones[0]?.reaches("Again tomorrow?");
			await host.press("End the poll");
			await host.confirm("End the poll");
			await host.reads("The poll has ended.");
			await everybody(phones, (phone) => phone.reaches("That was it. Thank you!"));
			await phones[0]?.main.getByRole("link", { name: "See the results" }).click();
			await phones[0]?.reads("Most votes: Maybe");
		}),
	);

	it(
		"[U38] a reload, and a second device by its link, find everything; the key leaves the address bar",
		together(async (cast) => {
			const host = await cast.host();
			await host.create("Tea time", QUESTIONS);
			const ada = await cast.phone();
			await ada.join(host.code, "Ada");
			await host.press("Open voting");
			await ada.vote("Yes");
			await host.counts("Yes 1 100%");
			await host.page.reload();
			await host.counts("Yes 1 100%");
			await until(async () => (await host.numbers()).join() === "1,1,1");
			await host.press("Second device");
			const link = await host.dialog.getByLabel("Host link").inputValue();
			const token = new URL(link).hash.slice(1);
			assert.match(token, /^[\w-]{22,}$/);
			const second = await cast.host({ size: "phone" });
			const asked: string[] = [];
			second.person.context.on("request", (request) => asked.push(request.url()));
			await second.page.goto(link);
			await second.counts("Yes 1 100%");
			assert.equal(
				await second.page.evaluate(() => location.href),
				`${cast.origin}/h/${host.code}`,
			);
			assert.ok(asked.length > 0 && asked.every((url) => !new URL(url).search.includes(token)));
			await host.page.close();
			await second.press("Next question");
			await ada.reaches("What with?");
			await second.page.reload();
			await second.reaches("What with?");
			const stranger = await cast.host();
			await stranger.go(`/h/${second.code}`);
			await stranger.reaches("This poll needs its host");
		}),
	);

	it(
		"[U39] removing asks first; then the votes leave the counts and the seat is free",
		together(async (cast) => {
			const host = await cast.host();
			await host.create("Tea time", QUESTIONS);
			const phones = await crowd(cast, host, ["Ada", "Bob"]);
			await host.press("Open voting");
			await everybody(phones, (phone) => phone.vote("Yes"));
			await host.counts("Yes 2 100%");
			await host.press("Remove Bob");
			await host.confirm("Cancel");
			await host.press("Remove Bob");
			await host.confirm("Remove");
			await phones[1]?.reaches("You are no longer in this poll");
			await host.counts("Yes 1 100%");
			await host.page.getByRole("button", { name: "Remove Bob" }).waitFor({ state: "detached" });
			const other = await cast.phone();
			await other.join(host.code, "Bob");
			await other.reaches("Tea?");
		}),
	);

	it(
		"[U40] every vote is exported, as CSV and as JSON",
		together(async (cast) => {
			const host = await cast.host();
			await host.create("Tea time", QUESTIONS);
			const [ada] = await crowd(cast, host, ["Ada"]);
			await host.press("Open voting");
			await ada?.vote("Yes");
			await ada?.vote("No");
			const csv = (await saved(host, "Votes as CSV", `plenum-${host.code}.csv`))
				.trim()
				.split(/\r?\n/);
			assert.match(csv[0] ?? "", /^seq,question_id,.*,question,answers$/);
			assert.match(csv[1] ?? "", /,Ada,.*,Tea\?,Yes$/);
			assert.match(csv[2] ?? "", /,Ada,.*,Tea\?,No$/);
			assert.equal(csv.length, 3);
			const json = JSON.parse(await saved(host, "Votes as JSON", `plenum-${host.code}.json`));
			assert.deepEqual(
				json.map(({ nickname, choices }: Record<string, unknown>) => [nickname, choices]),
				[
					["Ada", [0]],
					["Ada", [1]],
				],
			);
		}),
	);

	it(
		"[U42] a desk opened as localhost says that phones cannot open that, and goes on where they can",
		together(async (cast) => {
			const host = await cast.host();
			const port = new URL(cast.origin).port;
			let addresses = ["192.0.2.20", "198.51.100.7"];
			await host.person.context.route("**/api/addresses", (route) =>
				route.fulfill({ json: { addresses } }),
			);
			await host.create("Tea time", QUESTIONS.slice(0, 1));
			await host.reads("Phones cannot open 127.0.0.1");
			for (const address of addresses) {
				const name = `Go on at ${address}:${port}`;
				const href = await host.main.getByRole("link", { name }).getAttribute("href");
				const [page, token] = href?.split("#") ?? [];
				assert.equal(page, `http://${address}:${port}/h/${host.code}`);
				assert.match(token ?? "", /^[\w-]{22,}$/);
			}
			addresses = [];
			await host.page.reload();
			await host.reaches("Tea?");
			assert.doesNotMatch(await host.text(), /Phones cannot open/);
		}),
	);

	it(
		"[U6] a question is shown before it opens; where that would change no screen it is not offered",
		together(async (cast) => {
			const host = await cast.host();
			await host.create("Tea time", QUESTIONS);
			const [ada] = await crowd(cast, host, ["Ada"]);
			const show = host.page.getByRole("button", { name: "Show without opening" });
			await host.page.getByRole("button", { name: "Open voting" }).waitFor();
			assert.equal(await show.count(), 0);
			await host.page.keyboard.press("j");
			await show.click();
			await ada?.reaches("What with?");
			await ada?.reads("Voting opens soon");
			await show.waitFor({ state: "hidden" });
			await host.page.keyboard.press("k");
			await host.press("Open voting");
			await ada?.reaches("Tea?");
			// The desk goes to the question that is live, and hears of it after Ada or before.
			await host.page.getByRole("button", { name: "Close voting" }).waitFor();
			await host.page.keyboard.press("j");
			await show.waitFor();
		}),
	);

	it(
		"[U41] a long agenda keeps the question that is looked at in sight, and leaves the page where it is",
		together(async (cast) => {
			const host = await cast.host();
			const questions = Array.from({ length: 12 }, (_, index) => ({
				prompt: `Question ${index + 1}?`,
				options: ["Yes", "No"],
			}));
			const poll = await cast.poll({ questions });
			await host.go(`/h/${poll.code}#${poll.poll.hostToken}`);
			await host.reaches("Question 1?");
			const agenda = host.page.getByRole("navigation", { name: "Questions" });
			const sights = () =>
				agenda.locator("ol").evaluate((list) => {
					const box = list.getBoundingClientRect();
					const item = list.querySelector("[aria-current]")?.getBoundingClientRect();
					const isSeen = item && item.top >= box.top - 1 && item.bottom <= box.bottom + 1;
					const isOnScreen = box.bottom <= innerHeight;
					return { isSeen: isSeen && isOnScreen, isScrolled: list.scrollTop > 0, pageTop: scrollY };
				});
			for (let number = 2; number <= 12; number++) {
				await host.page.keyboard.press("j");
				await host.reaches(`Question ${number}?`);
				const { isSeen, pageTop } = await sights();
				assert.deepEqual([isSeen, pageTop], [true, 0], `question ${number}`);
			}
			assert.ok((await sights()).isScrolled);
		}),
	);

	it(
		"[U41] a question is added while the poll runs; keys open, go on and list themselves",
		together(async (cast) => {
			const host = await cast.host();
			await host.create("Tea time", QUESTIONS.slice(0, 1));
			const [ada] = await crowd(cast, host, ["Ada"]);
			const { keyboard } = host.page;
			await keyboard.press("o");
			await ada?.vote("Yes");
			await host.counts("Yes 1 100%");
			await host.press("Add a question");
			await host.write({ prompt: "Coffee?", options: ["Sure", "Never"] });
			await host.confirm("Add to the poll");
			await host.main.getByRole("button", { name: /Coffee\?/ }).waitFor();
			await host.dialog.waitFor({ state: "hidden" });
			await ada?.reaches("Tea?");
			await keyboard.press("n");
			await host.reaches("Coffee?");
			await ada?.vote("Sure");
			await host.counts("Sure 1 100%");
			await keyboard.press("?");
			await host.dialog.getByText("Next question: close this one").waitFor();
			await keyboard.press("Escape");
			await host.dialog.waitFor({ state: "hidden" });
			await keyboard.press("q");
			await host.dialog.getByText(host.code, { exact: true }).waitFor();
		}),
	);

	it(
		"[U27] script tags in every text are text at the host's desk, on the projector and in the results",
		together(async (cast) => {
			const [script, image] = ["<script>alert(1)</script>", '"><img src=x onerror=alert(2)>'];
			const host = await cast.host();
			await host.create(script, [{ prompt: image, options: [script, image] }]);
			const [ada] = await crowd(cast, host, [image]);
			await host.page.getByRole("button", { name: `Remove ${image}` }).waitFor();
			await host.press("Open voting");
			await ada?.vote(script);
			await host.counts(`${script} 1 100%`);
			const wall = await cast.visitor({ size: "projector" });
			for (const page of ["p", "r"]) {
				await wall.go(`/${page}/${host.code}`);
				await wall.main.getByRole("heading", { name: image }).waitFor();
				await wall.reads(script);
			}
			for (const { page } of [host, wall]) {
				assert.equal(await page.locator("body img, body script").count(), 0);
			}
		}),
	);
});

function crowd(cast: Cast, host: Host, names: readonly string[] = NAMES): Promise<Phone[]> {
	const joining = names.map(async (name) => {
		const phone = await cast.phone();
		await phone.join(host.code, name);
		await phone.reaches(`You're in, ${name}`);
		return phone;
	});
	return Promise.all(joining);
}

function everybody(
	phones: readonly Phone[],
	act: (phone: Phone, index: number) => Promise<void>,
): Promise<unknown> {
	return Promise.all(phones.map(act));
}

async function saved(host: Host, button: string, name: string): Promise<string> {
	const downloading = host.page.waitForEvent("download");
	await host.press(button);
	const download = await downloading;
	assert.equal(download.suggestedFilename(), name);
	return readFile(await download.path(), "utf8");
}
