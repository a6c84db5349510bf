/**
 * A stranger's client: the contract over `fetch` and the Colyseus SDK, nothing of ours in between. It asks
 * again where the contract says to try again: on a slow machine a server may be too busy for newcomers.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Client, type Room } from "@colyseus/sdk";
import type { CreatedPoll } from "../../../schema/wire/http.ts";

export interface HttpAnswer {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	// biome-ignore lint/suspicious/noExplicitAny: answers are checked field by field in tests.
	readonly body: any;
}

// biome-ignore lint/suspicious/noExplicitAny: a stranger's client has no types of ours.
export type WireRoom = Room<any, any>;

/** Of a server that sends away whoever it can; any other 503 is an answer to look at. */
const BUSY = /"message":"The server is very busy/;
const ASKED_AGAIN_FOR_MS = 30_000;
const ASK_AGAIN_MS = 500;

export class WireClient {
	readonly origin: string;
	/** How often the server was too busy. */
	sentAway = 0;

	constructor(origin: string) {
		this.origin = origin;
	}

	/** Sends JSON unless `body` is a string, which goes as it is. */
	async http(
		method: string,
		path: string,
		body?: unknown,
		headers: Record<string, string> = {},
	): Promise<HttpAnswer> {
		const deadline = performance.now() + ASKED_AGAIN_FOR_MS;
		while (true) {
			const answer = await this.#ask(method, path, body, headers);
			const isBusy = answer.status === 503 && BUSY.test(answer.text);
			if (!isBusy || performance.now() > deadline) return answer;
			this.sentAway += 1;
			await pause(ASK_AGAIN_MS);
		}
	}

	async #ask(
		method: string,
		path: string,
		body: unknown,
		headers: Record<string, string>,
	): Promise<HttpAnswer> {
		const response = await fetch(`${this.origin}${path}`, {
			method,
			headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
			...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
		});
		const text = await response.text();
		const isJson = response.headers.get("content-type")?.includes("json") ?? false;
		const { status } = response;
		return { status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
	}

	async create(form: unknown): Promise<CreatedPoll> {
		const answer = await this.http("POST", "/api/polls", form);
		if (answer.status !== 201) throw new Error(`poll not created: ${answer.text}`);
		return answer.body;
	}

	/**
	 * Takes a seat and enters the room; rejects with `RefusedSeat` or with the room's own rejection. A poll
	 * that moves is asked for again.
	 */
	async enter(code: string, claim: unknown): Promise<WireRoom> {
		const deadline = performance.now() + ASKED_AGAIN_FOR_MS;
		while (true) {
			try {
				return await this.#enterNow(code, claim);
			} catch (cause) {
				const isMoving = cause instanceof Error && cause.message === "unavailable";
				if (!isMoving || performance.now() > deadline) throw cause;
				await pause(ASK_AGAIN_MS);
			}
		}
	}

	async #enterNow(code: string, claim: unknown): Promise<WireRoom> {
		const answer = await this.http("POST", `/api/polls/${code}/seats`, claim);
		if (answer.status !== 200) throw new RefusedSeat(answer.status, answer.body?.error?.code);
		const room = await new Client(this.origin).consumeSeatReservation(answer.body);
		room.reconnection.enabled = false;
		room.onMessage("roster", () => {});
		return room;
	}
}

export class RefusedSeat extends Error {
	readonly code: number;

	/** Like the SDK's own rejections: the message is the code. */
	constructor(status: number, code: string) {
		super(code);
		this.code = status;
	}
}

/** The reason of a refused request; fails when it was not refused. */
export async function refusalOf(
	request: Promise<unknown>,
	// biome-ignore lint/suspicious/noExplicitAny: reasons are checked field by field in tests.
): Promise<any> {
	let answer: unknown;
	try {
		answer = await request;
	} catch (error) {
		const { reason } = error as { reason?: unknown };
		if (reason !== undefined) return reason;
		throw error;
	}
	throw new Error(`not refused, but answered: ${JSON.stringify(answer)}`);
}

/** Polls until `check` returns something true. */
export async function until<Value>(
	check: () => Value | Promise<Value>,
	deadlineMs = 30_000,
): Promise<NonNullable<Value>> {
	const deadline = Date.now() + deadlineMs;
	while (true) {
		const value = await check();
		if (value) return value as NonNullable<Value>;
		if (Date.now() > deadline) throw new Error(`never became true: ${check}`);
		await pause(10);
	}
}
