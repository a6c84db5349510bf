/** What a hall sees: the projector, which follows the host, and the results afterwards. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { answered, LOST_NETWORK } from "./support/browser.ts";
import { together } from "./support/cast.ts";
import { inspect } from "./support/screens.ts";

const POLL = {
	title: "Tea time",
	questions: [
		{ prompt: "Tea?", options: ["Yes", "No"] },
		{ prompt: "Milk?", options: ["A lot", "A little", "None"] },
	],
};

describe("projector and results", function () {
	this.timeout(180_000);

	it(
		"[U34] the projector shows the way in, then each question as the host moves, with live bars",
		together(async (cast) => {
			const host = await cast.poll(POLL);
			const [wall, ada] = [await cast.visitor({ size: "projector" }), await cast.phone()];
			await wall.go(`/p/${host.code}`);
			await wall.reaches("Tea time");
			assert.ok((await wall.text()).replace(/\s/g, "").includes(host.code), "the code in sight");
			const address = `${cast.origin}/j/${host.code}`;
			const qrCode = wall.main.getByRole("img", { name: `QR code that opens ${address}` });
			await qrCode.waitFor();
			await ada.join(host.code, "Ada");
			await wall.reads("1 has joined");
			await host.open(1);
			await wall.reaches("Tea?");
			await wall.reads("Voting is open");
			await ada.vote("Yes");
			await wall.main.getByRole("row", { name: "Yes 1 100%" }).waitFor();
			await qrCode.waitFor();
			await host.close(1);
			await wall.reads("Voting is closed");
			await host.open(2);
			await wall.reaches("Milk?");
			await wall.reads("Question 2 of 2");
			await host.end();
			await wall.reaches("Thank you!");
			assert.equal(await wall.main.getByRole("button").count(), 0);
		}),
	);

	it(
		"[U34] hidden results stay hidden on the projector; the turnout shows instead",
		together(async (cast) => {
			const host = await cast.poll({ ...POLL, settings: { results: "closed" } });
			const [wall, ada] = [await cast.visitor({ size: "projector" }), await cast.phone()];
			await wall.go(`/p/${host.code}`);
			await ada.join(host.code, "Ada");
			await host.open(1);
			await ada.vote("Yes");
			await wall.reads("1 of 1 voted");
			assert.doesNotMatch(await wall.text(), /%/);
			await host.close(1);
			await wall.main.getByRole("row", { name: "Yes 1 100%" }).waitFor();
		}),
	);

	it(
		"[U34] ten long answers under a long question are large enough for the last row, shortened if need be",
		together(async (cast) => {
			const text = "Rindfleischetikettierungsüberwachung and a few words more ".repeat(6);
			const options = Array.from({ length: 10 }, (_, index) => `${index} ${text.slice(0, 118)}`);
			const host = await cast.poll({
				questions: [
					{ prompt: text.slice(0, 300).trim(), options },
					{ prompt: "Tea?", options: ["Yes", "No"] },
				],
			});
			const [wall, ada] = [await cast.visitor({ size: "projector" }), await cast.phone()];
			await wall.go(`/p/${host.code}`);
			await ada.join(host.code, "Ada");
			await host.open(1);
			await ada.vote(options[3] ?? "");
			await wall.main.getByRole("row", { name: `${options[3]} 1 100%`, exact: true }).waitFor();
			await wall.reads("The answers in full are on your phone.");
			await readable();
			await host.close(1);
			await wall.main.getByText("Most votes").waitFor();
			await readable();
			await host.open(2);
			await wall.reaches("Tea?");
			await wall.main
				.getByText("The answers in full are on your phone.")
				.waitFor({ state: "hidden" });

			async function readable(): Promise<void> {
				const { size, isAllSeen } = await wall.main.locator(".wall-tally").evaluate((list) => ({
					size: Number.parseFloat(getComputedStyle(list).fontSize),
					isAllSeen: list.getBoundingClientRect().bottom <= innerHeight,
				}));
				assert.ok(size >= 1080 / 45, `${size} px`);
				assert.ok(isAllSeen, "every answer is in sight");
			}
		}),
	);

	it(
		"[U35] the results stand by code after the end, as bars or table, and save as a picture",
		together(async (cast) => {
			const host = await cast.poll(POLL);
			const [ada, reader] = [await cast.phone(), await cast.visitor({ size: "laptop" })];
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			await host.open(1);
			await ada.vote("Yes");
			await host.end();
			await ada.reaches("That was it. Thank you!");
			await ada.main.getByRole("link", { name: "See the results" }).click();
			await ada.reaches("Tea time");
			await ada.reads("Most votes: Yes");
			await reader.go(`/r/${host.code}`);
			await reader.reads("The poll has ended");
			await reader.reads("This question was not put to the vote.");
			await reader.page.getByRole("radio", { name: "Table" }).check();
			await reader.main.getByRole("row", { name: "Yes 1 100%" }).waitFor();
			for (const [kind, start] of [
				["SVG", "<svg"],
				["PNG", "\u0089PNG"],
			] as const) {
				const downloading = reader.page.waitForEvent("download");
				await reader.press(`Save the chart of question 1 as ${kind}`);
				const download = await downloading;
				const path = await download.path();
				const bytes = await readFile(path);
				assert.equal(download.suggestedFilename(), `plenum-${host.code}-1.${kind.toLowerCase()}`);
				assert.ok(bytes.length > 500);
				assert.equal(bytes.subarray(0, 4).toString("latin1"), start);
			}
		}),
	);

	it(
		"[U33] has nothing for axe to find, in both schemes: projector and results",
		together(async (cast) => {
			const host = await cast.poll(POLL);
			const [wall, ada] = [await cast.visitor({ size: "projector" }), await cast.phone()];
			await wall.go(`/p/${host.code}`);
			await wall.reaches("Tea time");
			await inspect(wall, "projector-lobby", ["projector", "laptop"]);
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			await host.show(2);
			await wall.reads("Voting opens soon");
			await inspect(wall, "projector-waiting", ["projector"]);
			await host.open(1);
			await ada.vote("Yes");
			await wall.main.getByRole("row", { name: "Yes 1 100%" }).waitFor();
			await inspect(wall, "projector-open", ["projector", "laptop", "phone"]);
			await host.close(1);
			await wall.reads("Voting is closed");
			await inspect(wall, "projector-closed", ["projector"]);
			await host.end();
			await wall.reaches("Thank you!");
			await inspect(wall, "projector-ended", ["projector"]);
			await wall.go(`/r/${host.code}`);
			await wall.reads("Most votes: Yes");
			await inspect(wall, "results", ["phone", "laptop", "projector"]);
			await wall.page.getByRole("radio", { name: "Table" }).check();
			await inspect(wall, "results-table", ["phone"]);
			wall.person.expects(answered(404), LOST_NETWORK);
			for (const page of ["p", "r"]) {
				await wall.go(`/${page}/ZZZZZZ`);
				await wall.reaches("No poll has this code");
				await inspect(wall, `wrong-code-${page}`, ["laptop"]);
			}
		}),
	);
});
