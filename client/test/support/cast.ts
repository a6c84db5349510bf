/** Everybody who takes part in one test. They leave when it ends, and no page may have complained. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { embeddedDirectory } from "../../../server/test/support/databases.ts";
import {
	type ServerUnderTest,
	startServer,
} from "../../../server/test/support/server-under-test.ts";
import { Person, type PersonOptions } from "./browser.ts";
import { Host, Phone, Visitor } from "./people.ts";
import { SCREENS } from "./screens.ts";
import { WireHost } from "./wire-host.ts";

export class Cast {
	readonly origin: string;
	readonly #people: Person[] = [];
	readonly #hosts: WireHost[] = [];

	constructor(origin: string) {
		this.origin = origin;
	}

	/** A poll whose host acts without a page. */
	async poll(form: unknown): Promise<WireHost> {
		const host = await WireHost.create(this.origin, form);
		this.#hosts.push(host);
		return host;
	}

	async phone(options: PersonOptions = {}): Promise<Phone> {
		return new Phone(await this.#enter(options), this.origin);
	}

	/** Somebody at a laptop who directs a poll by its page. */
	async host(options: PersonOptions = {}): Promise<Host> {
		return new Host(await this.#enter({ size: "laptop", ...options }), this.origin);
	}

	async visitor(options: PersonOptions = {}): Promise<Visitor> {
		return new Visitor(await this.#enter(options), this.origin);
	}

	get troubles(): readonly string[] {
		return this.#people.flatMap(({ troubles }) => troubles);
	}

	/** For whoever looks into a failed test. */
	async takePictures(title: string): Promise<void> {
		mkdirSync(SCREENS, { recursive: true });
		const name = title.replace(/[^\w]+/g, "-").slice(0, 60);
		const pages = this.#people.flatMap(({ context }) => context.pages());
		for (const [index, page] of pages.entries()) {
			const path = join(SCREENS, `failed-${name}-${index + 1}.png`);
			await page.screenshot({ path, timeout: 5_000 }).catch(() => {});
		}
	}

	async leave(): Promise<void> {
		await Promise.all(this.#people.map(({ context }) => context.close()));
		await Promise.all(this.#hosts.map((host) => host.leave()));
	}

	async #enter(options: PersonOptions): Promise<Person> {
		const person = await Person.enter(this.origin, options);
		this.#people.push(person);
		return person;
	}
}

/** The body of a test: `it("[U10] …", together(async (cast) => { … }))`. */
export function together(play: (cast: Cast) => Promise<void>): Mocha.AsyncFunc {
	return async function () {
		shared ??= startSite();
		const cast = new Cast((await shared).origin);
		try {
			await play(cast);
			if (cast.troubles.length > 0) throw new Error("a page complained");
		} catch (cause) {
			await cast.takePictures(this.test?.title ?? "");
			throw withTroubles(cause, cast.troubles);
		} finally {
			await cast.leave();
		}
	};
}

/** Kills the server of all with -9; resolves to what starts it again, on the same port and data. */
export async function killServer(): Promise<() => Promise<unknown>> {
	const dead = await shared;
	if (dead === undefined) throw new Error("no server is running");
	await dead.kill("SIGKILL");
	return () => {
		shared = startSite(dead.port);
		return shared;
	};
}

let shared: Promise<ServerUnderTest> | undefined;
let dataDir: Promise<string> | undefined;

async function startSite(port = 0): Promise<ServerUnderTest> {
	dataDir ??= embeddedDirectory();
	return startServer({ RATE_LIMITS: "off", DATA_DIR: await dataDir, PORT: String(port) });
}

after(async function () {
	this.timeout(30_000);
	await (await shared)?.kill("SIGKILL");
	shared = undefined;
});

/** The assertion first, and below it what the pages said: often the reason. */
function withTroubles(cause: unknown, troubles: readonly string[]): unknown {
	if (!(cause instanceof Error) || troubles.length === 0) return cause;
	const said = troubles.map((trouble) => `\n  - ${trouble}`).join("");
	cause.message += `${said}`;
	if (cause.stack !== undefined) cause.stack += `\npages said:${said}`;
	return cause;
}
