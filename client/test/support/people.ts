/** People at their screens: what they do and read, by role and visible word, never by CSS class. */
import type { Locator } from "playwright-core";
import type { Person } from "./browser.ts";

/** Whoever looks at a page. */
export class Visitor {
	readonly person: Person;
	readonly origin: string;

	constructor(person: Person, origin: string) {
		this.person = person;
		this.origin = origin;
	}

	get page() {
		return this.person.page;
	}

	get main(): Locator {
		return this.page.getByRole("main");
	}

	async go(path: string): Promise<void> {
		await this.page.goto(this.origin + path);
	}

	async press(name: string | RegExp): Promise<void> {
		await this.page.getByRole("button", { name }).click();
	}

	/** Waits for the screen with this heading. */
	async reaches(heading: string | RegExp): Promise<void> {
		await this.heading(heading).waitFor();
	}

	/** Waits until these words are on the page. */
	async reads(words: string | RegExp): Promise<void> {
		await this.main.getByText(words).first().waitFor();
	}

	/** Waits until the words are in the header, where the connection is told. */
	async isTold(connection: string | RegExp): Promise<void> {
		await this.page.getByRole("banner").getByText(connection).first().waitFor();
	}

	/** The small button at the end of the header. */
	async openSettings(name = "Display settings"): Promise<void> {
		await this.page.locator("summary", { hasText: name }).click();
	}

	heading(name: string | RegExp): Locator {
		return this.main.getByRole("heading", { level: 1, name, exact: true });
	}

	/** The text of `<main>`, as it is now. */
	text(): Promise<string> {
		return this.main.innerText();
	}

	/** The heading, and not the top of the page, has the focus after a change of screen. */
	focusedText(): Promise<string> {
		return this.page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
	}
}

export class Phone extends Visitor {
	/** Into the code field of the first page. */
	async typeCode(typed: string): Promise<void> {
		await this.page.getByLabel("Poll code").fill(typed);
		await this.press("Join");
	}

	get nickname(): Locator {
		return this.page.getByLabel("Your name in this poll");
	}

	async giveName(nickname: string): Promise<void> {
		await this.nickname.fill(nickname);
		await this.press("Join");
	}

	async open(code: string): Promise<void> {
		await this.go(`/j/${code}`);
	}

	/** By the address, as from the QR code. */
	async join(code: string, nickname: string): Promise<void> {
		await this.open(code);
		await this.giveName(nickname);
	}

	option(label: string | RegExp, state: { readonly pressed?: boolean } = {}): Locator {
		return this.main.getByRole("button", { name: label, exact: true, ...state });
	}

	/** One tap; waits until the option shows as chosen. */
	async tap(label: string): Promise<void> {
		await this.option(label).click();
		await this.option(label, { pressed: true }).waitFor();
	}

	/** One tap, and its receipt. */
	async vote(label: string): Promise<void> {
		await this.tap(label);
		await this.main.getByText("Saved", { exact: true }).waitFor();
	}

	chosen(): Promise<string[]> {
		return this.main.getByRole("button", { pressed: true }).locator("bdi").allInnerTexts();
	}

	/** Votes, share, as the table for screen readers gives them: `["3", "75%"]`. */
	async row(label: string): Promise<readonly string[]> {
		return this.main.getByRole("row", { name: label }).getByRole("cell").allInnerTexts();
	}
}

export interface WrittenQuestion {
	readonly prompt: string;
	readonly options: readonly string[];
	/** Several may be chosen. */
	readonly isMultiple?: boolean;
}

export class Host extends Visitor {
	get dialog(): Locator {
		return this.page.getByRole("dialog");
	}

	/** The code, as the address has it. */
	get code(): string {
		return new URL(this.page.url()).pathname.split("/").at(-1) ?? "";
	}

	/** Writes a poll on the page for it and lands at its desk. */
	async create(title: string, questions: readonly WrittenQuestion[]): Promise<void> {
		await this.go("/host");
		await this.reaches("A new poll");
		await this.page.getByRole("textbox", { name: /^Title/ }).fill(title);
		for (const [index, question] of questions.entries()) {
			if (index > 0) await this.press("Add a question");
			await this.write(question, index);
		}
		await this.press("Create the poll");
		await this.page.waitForURL(/\/h\/[A-Z0-9]{6}$/);
		await this.reaches(questions[0]?.prompt ?? "");
	}

	/** @param index from 0, of the question on the page. */
	async write({ prompt, options, isMultiple }: WrittenQuestion, index = 0): Promise<void> {
		await this.page.getByRole("textbox", { name: "Question", exact: true }).nth(index).fill(prompt);
		const answers = this.page.getByRole("group", { name: "Answers to choose from" }).nth(index);
		for (const [place, label] of options.entries()) {
			if (place > 1) await answers.getByRole("button", { name: "Add an answer" }).click();
			const answer = answers.getByRole("textbox", { name: `Answer ${place + 1}`, exact: true });
			await answer.fill(label);
		}
		if (isMultiple) {
			await this.page.getByRole("radio", { name: "Several" }).nth(index).check();
		}
	}

	async confirm(verb: string): Promise<void> {
		await this.dialog.getByRole("button", { name: verb, exact: true }).click();
	}

	/** Joined, online, voted on the question in sight. */
	numbers(): Promise<readonly string[]> {
		const panel = this.main.getByRole("region", { name: "The room in numbers" });
		return panel.getByRole("definition").allInnerTexts();
	}

	/** Waits for a line of the tally: `Yes 3 60%`. */
	async counts(row: string): Promise<void> {
		await this.main.getByRole("row", { name: row, exact: true }).waitFor();
	}
}
