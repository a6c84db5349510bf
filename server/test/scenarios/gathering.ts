/** A poll and the people who come to it, as a stranger's client sees them. */
import { deepEqual, equal } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { CreatedPoll, ExportedVote } from "../../../schema/wire/http.ts";
import { type HttpAnswer, until, WireClient, type WireRoom } from "../support/wire-client.ts";
import type { Site } from "./site.ts";

/** "Within a second" in the contract; a busy machine gets more before the test gives up. */
const SEEN_WITHIN_MS = 20_000;

export const tea = { prompt: "Tea or coffee?", options: ["Tea", "Coffee", "Water"] };
export const days = {
	prompt: "Which days?",
	kind: "multiple",
	options: ["Mon", "Tue", "Wed", "Thu"],
	maxChoices: 2,
};

/** As a client mints it: 144 random bits. */
export function mintToken(): string {
	return randomBytes(18).toString("base64url");
}

export async function aPoll(
	site: Site,
	settings: Record<string, unknown> = {},
	questions: readonly unknown[] = [tea],
): Promise<Gathering> {
	const created = await new WireClient(site.origin()).create({ questions, settings });
	return new Gathering(site, created);
}

export class Gathering {
	readonly code: string;
	readonly hostToken: string;
	readonly #site: Site;

	constructor(site: Site, { code, hostToken }: Pick<CreatedPoll, "code" | "hostToken">) {
		this.#site = site;
		this.code = code;
		this.hostToken = hostToken;
	}

	/** Enters, and waits for the first state. */
	async enter(claim: unknown): Promise<WireRoom> {
		const room = await new WireClient(this.#site.origin()).enter(this.code, claim);
		await until(() => room.state.code);
		return room;
	}

	host(): Promise<WireRoom> {
		return this.enter({ hostToken: this.hostToken });
	}

	viewer(): Promise<WireRoom> {
		return this.enter({ role: "viewer" });
	}

	join(nickname: string, participantToken = mintToken()): Promise<WireRoom> {
		return this.enter({ nickname, participantToken });
	}

	/** A call below `/api/polls/CODE`. */
	http(method: string, path = "", token?: string): Promise<HttpAnswer> {
		const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
		const url = `/api/polls/${this.code}${path}`;
		return new WireClient(this.#site.origin()).http(method, url, undefined, headers);
	}

	asHost(method: string, path = ""): Promise<HttpAnswer> {
		return this.http(method, path, this.hostToken);
	}

	/** Votes per option of each question, from the HTTP results. */
	async tallies(token: string | undefined = this.hostToken): Promise<Record<string, number[]>> {
		const { status, body, text } = await this.http("GET", "/results", token);
		equal(status, 200, text);
		return Object.fromEntries(
			body.questions.map(({ id, options }: { id: string; options: { votes: number }[] }) => [
				id,
				options.map(({ votes }) => votes),
			]),
		);
	}

	async exported(): Promise<ExportedVote[]> {
		const { status, body, text } = await this.asHost("GET", "/export?format=json");
		equal(status, 200, text);
		return body;
	}
}

// biome-ignore lint/suspicious/noExplicitAny: the state is checked field by field in tests.
export function question(room: WireRoom, id = "q1"): any {
	return room.state.questions.find((candidate: { id: string }) => candidate.id === id);
}

/** What a screen shows of a question's tally; empty while hidden. */
export function counts(room: WireRoom, id = "q1"): number[] {
	return [...(question(room, id)?.counts ?? [])];
}

/** What a host's screen shows even while nobody else sees it; empty for everybody else. */
export function hostCounts(room: WireRoom, id = "q1"): number[] {
	return [...(question(room, id)?.hostCounts ?? [])];
}

/** Resolves once the screen shows it. */
export async function shows(
	room: WireRoom,
	// biome-ignore lint/suspicious/noExplicitAny: the state is checked field by field in tests.
	check: (state: any) => boolean,
): Promise<void> {
	await until(() => check(room.state), SEEN_WITHIN_MS);
}

export async function showsCounts(room: WireRoom, expected: number[], id = "q1"): Promise<void> {
	await until(() => `${counts(room, id)}` === `${expected}`, SEEN_WITHIN_MS).catch(() => {
		deepEqual(counts(room, id), expected);
	});
}

export function vote(room: WireRoom, choices: number[], revision = 1, questionId = "q1") {
	return room.request("vote", { questionId, choices, revision });
}

export function open(host: WireRoom, questionId = "q1") {
	return host.request("open-question", { questionId });
}

export function close(host: WireRoom, questionId = "q1") {
	return host.request("close-question", { questionId });
}

/** Status and code of a refused seat, whether the HTTP call or the room refused it. */
export async function refusedSeat(entering: Promise<unknown>): Promise<string> {
	try {
		await entering;
	} catch (error) {
		const { code, message } = error as { code?: unknown; message?: unknown };
		return `${code} ${message}`;
	}
	return "not refused";
}

/** Resolves to the code with which the connection ends. Ask before it does. */
export function closeCode(room: WireRoom): Promise<number> {
	return new Promise((resolve) => room.onLeave(resolve));
}

export async function leave(...rooms: readonly WireRoom[]): Promise<void> {
	await Promise.all(rooms.map((room) => room.leave()));
}
