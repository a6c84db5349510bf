/**
 * One real browser a mocha process, and for each person a context of their own in it: own storage,
 * own screen, own language. Whatever a page complains about is kept as trouble: console errors and
 * warnings, uncaught errors, violations of the content policy, dialogs, calls to other origins.
 */
import sparticuz from "@sparticuz/chromium";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export const sizes = {
	small: { width: 320, height: 640 },
	phone: { width: 390, height: 844 },
	laptop: { width: 1280, height: 800 },
	projector: { width: 1920, height: 1080 },
} as const;
export type Size = keyof typeof sizes;

/** Generous: two cores may be shared with everything else. */
export const PATIENCE_MS = 60_000;
const LAUNCHED_WITHIN_MS = 120_000;

const QUIET_FLAGS = [
	"--no-sandbox",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-default-apps",
	"--disable-extensions",
	"--disable-sync",
	"--no-first-run",
	"--mute-audio",
];

let launched: Promise<Browser> | undefined;

after(async function () {
	this.timeout(30_000);
	await (await launched)?.close();
	launched = undefined;
});

export interface PersonOptions {
	readonly size?: Size;
	readonly scheme?: "light" | "dark";
	/** As the browser says it: `en-US` when not given. */
	readonly locale?: string;
}

export class Person {
	readonly context: BrowserContext;
	/** The page that was opened last. */
	page: Page;
	readonly #troubles: string[] = [];
	/** A server that a slow machine keeps too busy for newcomers says so, and the page asks again. */
	readonly #expected: RegExp[] = [answered(503)];

	/** @param origin the only one that its pages may call. */
	static async enter(origin: string, options: PersonOptions = {}): Promise<Person> {
		launched ??= launch();
		const { size = "phone", scheme = "light", locale = "en-US" } = options;
		const context = await (await launched).newContext({
			viewport: sizes[size],
			colorScheme: scheme,
			locale,
			hasTouch: size === "phone" || size === "small",
			acceptDownloads: true,
		});
		context.setDefaultTimeout(PATIENCE_MS);
		await context.addInitScript(() => {
			document.addEventListener("securitypolicyviolation", (event) => {
				console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
			});
		});
		return new Person(origin, context, await context.newPage());
	}

	private constructor(origin: string, context: BrowserContext, page: Page) {
		this.context = context;
		this.page = page;
		context.on("console", (message) => {
			if (message.type() !== "error" && message.type() !== "warning") return;
			this.#troubles.push(`${message.type()}: ${message.text()} ${message.location().url}`);
		});
		context.on("weberror", (webError) => {
			this.#troubles.push(`uncaught: ${webError.error().stack ?? webError.error()}`);
		});
		context.on("dialog", (dialog) => {
			this.#troubles.push(`dialog: ${dialog.message()}`);
			void dialog.dismiss();
		});
		context.on("request", (request) => {
			const url = new URL(request.url());
			if (/^(?:http|ws)s?:$/.test(url.protocol) && url.origin !== origin) {
				this.#troubles.push(`a call to elsewhere: ${url}`);
			}
		});
	}

	/** Another tab of the same browser. */
	async openTab(): Promise<Page> {
		this.page = await this.context.newPage();
		return this.page;
	}

	/** A refused call or a lost connection is what the scenario is about: the console may say so. */
	expects(...complaints: readonly RegExp[]): void {
		this.#expected.push(...complaints);
	}

	/** What went wrong in any of the pages so far, without what was expected. */
	get troubles(): readonly string[] {
		return this.#troubles.filter((said) => !this.#expected.some((known) => known.test(said)));
	}
}

/** What Chromium says about calls without a network or a server. */
export const LOST_NETWORK =
	/net::ERR_|^error: WebSocket connection to|@colyseus\/sdk: 🛑 Network offline/;

/** What the SDK says when entering the room is refused. */
export const REFUSED_AT_THE_DOOR = /Room connection was closed unexpectedly \(4002\)/;

/** What Chromium says about an answer with this status. */
export function answered(status: number): RegExp {
	return new RegExp(`the server responded with a status of ${status}`);
}

async function launch(): Promise<Browser> {
	// Its own flags are for one process in a small container; here pages may have processes of their own.
	const args = sparticuz.args.filter((flag) => !/single-process|zygote/.test(flag));
	return chromium.launch({
		executablePath: await sparticuz.executablePath(),
		headless: true,
		timeout: LAUNCHED_WITHIN_MS,
		args: [...new Set([...args, ...QUIET_FLAGS])],
	});
}
