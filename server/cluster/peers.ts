/** Calls between the processes of a cluster, and the verdict that one of them is gone. */
import { z } from "zod";
import type { Timers } from "../lib/timers.ts";
import { channelOf, type Heartbeat } from "./heartbeat.ts";
import type { PollPresence } from "./poll-presence.ts";

/**
 * `gone`: the process is dead, or stopped for so long that it counts as dead.
 * `silent`: it seems to live and did not answer in time; it may still do what was asked.
 */
export type PeerAnswer =
	| { readonly kind: "answered"; readonly value: unknown }
	| { readonly kind: "gone" }
	| { readonly kind: "silent" };

export interface PeersParts {
	readonly processId: string;
	readonly presence: PollPresence;
	readonly heartbeat: Pick<Heartbeat, "isGone" | "heard">;
	readonly timers: Timers;
	/** Answers a call of another process. */
	readonly answer: (request: unknown) => Promise<unknown>;
}

const ANSWER_WITHIN_MS = 2_000;
/** A healthy process has answered by then; afterwards its death is looked into. */
const LOOK_AFTER_MS = 25;
const LOOK_EVERY_MS = 50;
/** One look may fall between two connections of a process that lives. */
const SIGHTINGS = 2;

const frame = z.union([
	z.object({ kind: z.literal("call"), id: z.int(), from: z.string(), request: z.unknown() }),
	z.object({ kind: z.literal("answer"), id: z.int(), value: z.unknown() }),
]);

export class Peers {
	readonly #parts: PeersParts;
	readonly #waiting = new Map<number, (value: unknown) => void>();
	readonly #verdicts = new Map<string, Promise<void>>();
	#lastId = 0;

	constructor(parts: PeersParts) {
		this.#parts = parts;
	}

	async listen(): Promise<void> {
		const { processId, presence } = this.#parts;
		await presence.subscribe(channelOf(processId), (message: unknown) => {
			this.#parts.heartbeat.heard();
			const parsed = frame.safeParse(message);
			if (!parsed.success) return;
			if (parsed.data.kind === "answer") this.#waiting.get(parsed.data.id)?.(parsed.data.value);
			else void this.#serve(parsed.data);
		});
	}

	/** Never rejects. */
	ask(peer: string, request: unknown): Promise<PeerAnswer> {
		const { processId, presence, timers } = this.#parts;
		this.#lastId += 1;
		const id = this.#lastId;
		return new Promise((resolve) => {
			const settle = (answer: PeerAnswer): void => {
				if (!this.#waiting.delete(id)) return;
				cancelLook();
				cancelDeadline();
				resolve(answer);
			};
			const cancelDeadline = timers.after(ANSWER_WITHIN_MS, () => settle({ kind: "silent" }));
			const lookIntoPeer = (): void => {
				this.#verdict(peer).then(
					() => settle({ kind: "gone" }),
					() => {},
				);
			};
			const cancelLook = timers.after(LOOK_AFTER_MS, lookIntoPeer);
			this.#waiting.set(id, (value) => settle({ kind: "answered", value }));
			presence.deliver(channelOf(peer), { kind: "call", id, from: processId, request }).then(
				(listeners) => listeners === 0 && lookIntoPeer(),
				() => settle({ kind: "silent" }),
			);
		});
	}

	/** Resolves once the process is found to be gone; rejects when it seems to live. Shared by all who ask meanwhile. */
	#verdict(peer: string): Promise<void> {
		const known = this.#verdicts.get(peer);
		if (known !== undefined) return known;
		const verdict = this.#lookInto(peer).finally(() => this.#verdicts.delete(peer));
		this.#verdicts.set(peer, verdict);
		return verdict;
	}

	async #lookInto(peer: string): Promise<void> {
		const { heartbeat, timers } = this.#parts;
		const until = timers.now() + ANSWER_WITHIN_MS;
		let sightings = 0;
		while (timers.now() < until) {
			const verdict = await heartbeat.isGone(peer);
			sightings = verdict === "perhaps" ? sightings + 1 : 0;
			if (verdict === "surely" || sightings >= SIGHTINGS) return;
			await new Promise<void>((resolve) => timers.after(LOOK_EVERY_MS, resolve));
		}
		throw new Error("seems to live");
	}

	async #serve({
		id,
		from,
		request,
	}: {
		id: number;
		from: string;
		request: unknown;
	}): Promise<void> {
		const { presence, answer } = this.#parts;
		const value = await answer(request).catch(() => undefined);
		await presence.publish(channelOf(from), { kind: "answer", id, value });
	}
}
