/**
 * Calls between the processes of a cluster, and the verdict that one of them is gone. Whoever reads
 * Redis learns who calls whom: a seat's request has a token in it, and its answer is as good as one.
 */
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { type SealedChannel, Sealing } from "../identity/sealing.ts";
import type { Timers } from "../lib/timers.ts";
import { channelOf, type Heartbeat } from "./heartbeat.ts";
import type { PollPresence } from "./poll-presence.ts";

/**
 * `gone`: the process is dead, or stopped for so long that it counts as dead.
 * `silent`: it seems to live and did not answer in time; it may still do what was asked.
 */
export type PeerAnswer = { readonly kind: "answered"; readonly value: unknown } | Missed;
type Missed = { readonly kind: "gone" } | { readonly kind: "silent" };

type Exchanged = { readonly kind: "answered"; readonly value: Answer } | Missed;

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

/** Processes whose keys are remembered; each start of one brings a new one. */
const CHANNELS_REMEMBERED = 1_000;

const call = z.object({
	kind: z.literal("call"),
	id: z.int(),
	from: z.string(),
	key: z.string(),
	/** Absent: whoever calls only wants to know our key. */
	sealed: z.string().optional(),
});
const answer = z.object({
	kind: z.literal("answer"),
	id: z.int(),
	key: z.string(),
	sealed: z.string().optional(),
});
const frame = z.union([call, answer]);
type Call = z.output<typeof call>;
type Answer = z.output<typeof answer>;

export class Peers {
	readonly #parts: PeersParts;
	readonly #waiting = new Map<number, (answer: Answer) => void>();
	readonly #verdicts = new Map<string, Promise<void>>();
	readonly #sealing = new Sealing();
	/** By the other process's key. */
	readonly #channels = new LRUCache<string, SealedChannel>({ max: CHANNELS_REMEMBERED });
	/** By process. */
	readonly #keys = new LRUCache<string, string>({ max: CHANNELS_REMEMBERED });
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
			if (parsed.data.kind === "answer") this.#waiting.get(parsed.data.id)?.(parsed.data);
			else void this.#serve(parsed.data).catch(() => {});
		});
	}

	/** Never rejects. */
	async ask(peer: string, request: unknown): Promise<PeerAnswer> {
		if (!this.#keys.has(peer)) {
			const introduced = await this.#exchange(peer, () => undefined);
			if (introduced.kind !== "answered") return introduced;
			this.#keys.set(peer, introduced.value.key);
		}
		try {
			const channel = this.#channel(this.#keys.get(peer) ?? "");
			const answered = await this.#exchange(peer, (id) => channel.seal(request, `call ${id}`));
			if (answered.kind !== "answered") return answered;
			const { id, sealed = "" } = answered.value;
			return { kind: "answered", value: channel.open(sealed, `answer ${id}`) };
		} catch {
			// Not a process of ours, or one that could not read what was asked.
			return { kind: "answered", value: undefined };
		}
	}

	#exchange(peer: string, seal: (id: number) => string | undefined): Promise<Exchanged> {
		const { processId, presence, timers } = this.#parts;
		this.#lastId += 1;
		const id = this.#lastId;
		const sealed = seal(id);
		return new Promise((resolve) => {
			const settle = (exchanged: Exchanged): void => {
				if (!this.#waiting.delete(id)) return;
				cancelLook();
				cancelDeadline();
				resolve(exchanged);
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
			const key = this.#sealing.publicKey;
			const message: Call = { kind: "call", id, from: processId, key, sealed };
			presence.deliver(channelOf(peer), message).then(
				(listeners) => listeners === 0 && lookIntoPeer(),
				() => settle({ kind: "silent" }),
			);
		});
	}

	/** Throws when it is no key. */
	#channel(key: string): SealedChannel {
		const known = this.#channels.get(key);
		if (known !== undefined) return known;
		const channel = this.#sealing.with(key);
		this.#channels.set(key, channel);
		return channel;
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

	/** Rejects for what another process cannot have sent. */
	async #serve({ id, from, key, sealed }: Call): Promise<void> {
		const { presence, answer } = this.#parts;
		const message: Answer = { kind: "answer", id, key: this.#sealing.publicKey };
		if (sealed !== undefined) {
			const channel = this.#channel(key);
			const request = channel.open(sealed, `call ${id}`);
			const value = await answer(request).catch(() => undefined);
			message.sealed = channel.seal(value, `answer ${id}`);
		}
		await presence.publish(channelOf(from), message);
	}
}
