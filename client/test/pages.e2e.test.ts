/** What holds for every page: hostile texts, weight, keyboard, language, colours, small screens. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { Page, Response } from "playwright-core";
import { answered } from "./support/browser.ts";
import { together } from "./support/cast.ts";

const TEA = { title: "Tea time", questions: [{ prompt: "Tea?", options: ["Yes", "No"] }] };
const PHONE_SCRIPT_BYTES_MAX = 100 * 1024;
const TARGET_MIN = 44;

const SCRIPT = "<script>alert(1)</script>";
const IMAGE = '"><img src=x onerror=alert(2)>';

describe("pages", function () {
	this.timeout(180_000);

	it(
		"[U27] script tags and event handlers in title, prompt, option and name are text, without one CSP report",
		together(async (cast) => {
			for (const [title, prompt, option] of [
				[SCRIPT, IMAGE, SCRIPT],
				[IMAGE, SCRIPT, IMAGE],
			] as const) {
				const options = [option, "javascript:alert(3) {{alert(4)}}"];
				const host = await cast.poll({ title, questions: [{ prompt, options }] });
				const ada = await cast.phone();
				await ada.open(host.code);
				await ada.reaches(title);
				await ada.giveName(title);
				await ada.reaches(`You're in, ${title}`);
				await host.open();
				await ada.reaches(prompt);
				await ada.reads(`You are ${title}`);
				await ada.vote(option);
				await host.close();
				await ada.main.getByRole("row", { name: `${option} 1 100%`, exact: true }).waitFor();
				assert.match(await ada.page.title(), /^(?:<script>|"><img)/);
				assert.equal(await ada.page.locator("img, body script").count(), 0);
				const other = await cast.phone();
				other.person.expects(answered(404));
				await other.open(encodeURIComponent(IMAGE));
				await other.reaches("No poll has this code");
			}
		}),
	);

	it(
		"[U28] all JavaScript of the phone page is under 100 KB gzipped, and it comes compressed",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const ada = await cast.phone();
			const scripts = new Map<string, Response>();
			ada.person.context.on("response", (response) => {
				const isScript = response.request().resourceType() === "script";
				if (isScript || new URL(response.url()).pathname.endsWith(".js")) {
					scripts.set(response.url(), response);
				}
			});
			await ada.join(host.code, "Ada");
			await ada.reaches("You're in, Ada");
			await host.open();
			await ada.vote("Yes");
			await host.close();
			await ada.reads("Voting closed");
			await host.end();
			await ada.reaches("That was it. Thank you!");
			let bytes = 0;
			for (const response of scripts.values()) {
				bytes += gzipSync(await response.body()).length;
				assert.match(response.headers()["content-encoding"] ?? "none", /^(?:br|gzip)$/);
			}
			console.log(`      ${(bytes / 1024).toFixed(1)} KB in ${scripts.size} files`);
			assert.ok(scripts.size > 0 && bytes > 20 * 1024, "the scripts were seen");
			assert.ok(bytes < PHONE_SCRIPT_BYTES_MAX, `${bytes} bytes`);
		}),
	);

	it(
		"[U29] from the code to the vote by keyboard alone, the focus in sight and on each new heading",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const ada = await cast.phone({ size: "laptop" });
			const { keyboard } = ada.page;
			const tabTo = async (name: string): Promise<void> => {
				for (let presses = 0; presses < 12; presses++) {
					await keyboard.press("Tab");
					if ((await focused(ada.page)).name === name) return;
				}
				assert.fail(`Tab never reached "${name}"`);
			};
			await ada.go("/");
			await ada.reaches("What does the room think?");
			await tabTo("Poll code");
			await keyboard.type(host.code.toLowerCase());
			await keyboard.press("Enter");
			await ada.reaches("Tea time");
			await focusIsOn("Tea time");
			await tabTo("Your name in this poll");
			await keyboard.type("Ada");
			await keyboard.press("Enter");
			await ada.reaches("You're in, Ada");
			await host.open();
			await ada.reaches("Tea?");
			await focusIsOn("Tea?");
			await tabTo("No");
			assert.ok((await focused(ada.page)).hasOutline, "the focus can be seen");
			await keyboard.press("Space");
			await ada.reads("Saved");
			// A receipt does not take the focus away.
			assert.equal((await focused(ada.page)).name, "No");
			assert.deepEqual(await host.counts(), [0, 1]);
			await host.close();
			await ada.reads("Voting closed");
			await focusIsOn("Tea?");

			async function focusIsOn(heading: string): Promise<void> {
				await ada.page.waitForFunction(
					(text) => document.activeElement?.textContent === text,
					heading,
				);
			}
		}),
	);

	it(
		"[U30] the language is the browser's, another one is chosen by a switch and kept",
		together(async (cast) => {
			const host = await cast.poll(TEA);
			const ada = await cast.phone({ locale: "de-AT" });
			await ada.go("/");
			await ada.reaches("Was denkt der Saal?");
			assert.equal(await ada.page.locator("html").getAttribute("lang"), "de");
			await ada.page.getByLabel("Code der Umfrage").fill(host.code);
			await ada.press("Teilnehmen");
			await ada.page.getByLabel("Dein Name in dieser Umfrage").fill("Jörg");
			await ada.press("Teilnehmen");
			await ada.reaches("Du bist dabei, Jörg");
			await host.open();
			await ada.option("Yes").click();
			await ada.reads("Gespeichert");
			// By locale: a space that does not break before the sign.
			assert.deepEqual(await ada.row("Yes"), ["1", "100\u00a0%"]);
			await ada.openSettings("Darstellung");
			await ada.page.getByRole("radio", { name: "English" }).check();
			await ada.reads("Saved");
			await ada.page.reload();
			await ada.reads("Saved");
			assert.equal(await ada.page.locator("html").getAttribute("lang"), "en");
			const other = await cast.phone({ locale: "fr-FR" });
			await other.go("/");
			await other.reaches("What does the room think?");
		}),
	);

	it(
		"[U31] light and dark follow the system until one is chosen, which is kept",
		together(async (cast) => {
			const ada = await cast.phone({ scheme: "dark" });
			const paper = () => ada.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
			await ada.go("/");
			await ada.reaches("What does the room think?");
			const dark = await paper();
			await ada.page.emulateMedia({ colorScheme: "light" });
			const light = await paper();
			assert.notEqual(dark, light);
			await ada.openSettings("Display settings");
			await ada.page.getByRole("radio", { name: "Dark" }).check();
			assert.equal(await paper(), dark);
			await ada.page.reload();
			await ada.reaches("What does the room think?");
			assert.equal(await paper(), dark);
			await ada.openSettings("Display settings");
			await ada.page.getByRole("radio", { name: "System" }).check();
			assert.equal(await paper(), light);
			await ada.page.keyboard.press("Escape");
			assert.equal(await ada.focusedText(), "Display settings");
		}),
	);

	it(
		"[U32] at 320 px nothing is cut off, and what can be tapped is 44 px large",
		together(async (cast) => {
			const word = "Donaudampfschifffahrtsgesellschaftskapitän".repeat(3).slice(0, 118);
			const options = Array.from({ length: 10 }, (_, index) => `${index} ${word}`);
			const prompt = "Rindfleischetikettierungsüberwachung ".repeat(9).slice(0, 290).trim();
			const host = await cast.poll({ title: word, questions: [{ prompt, options }] });
			const ada = await cast.phone({ size: "small" });
			await ada.join(host.code, "W".repeat(40));
			await ada.reaches(/You're in/);
			await fits();
			await host.open();
			await ada.vote(options[9] ?? "");
			await fits();
			await host.close();
			await ada.reads("Voting closed");
			await fits();

			async function fits(): Promise<void> {
				const { width, small } = await ada.page.evaluate((min) => {
					const targets = [...document.querySelectorAll("button, a, summary, input")];
					const boxes = targets.map((target) => ({
						box: target.getBoundingClientRect(),
						name: target.outerHTML.slice(0, 80),
					}));
					const small = boxes.filter(
						({ box }) => box.width > 1 && (box.width < min || box.height < min),
					);
					return {
						width: document.documentElement.scrollWidth,
						small: small.map(({ name, box }) => `${name} ${box.width} x ${box.height}`),
					};
				}, TARGET_MIN);
				assert.ok(width <= 320, `the page is ${width} px wide`);
				assert.deepEqual(small, []);
			}
		}),
	);
});

/** The control under the keyboard, by the label or words it has. */
function focused(page: Page) {
	return page.evaluate(() => {
		const element = document.activeElement;
		const label = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
		const words = label ?? element?.querySelector("bdi") ?? element;
		const { outlineStyle, outlineWidth } = getComputedStyle(element ?? document.body);
		return {
			name: words?.textContent?.trim() ?? "",
			hasOutline: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
		};
	});
}
