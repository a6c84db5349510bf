/** Whoever does not read what is sent costs memory for every patch; past a bound the socket goes. */
import type { Limits } from "../../schema/limits.ts";
import type { Timers } from "../lib/timers.ts";
import type { OnLimited } from "./limit-exceeded.ts";
import { SLOW_READERS_EVERY_MS, UNREAD_BYTES } from "./numbers.ts";

/** As `ws` has it. */
export interface SentSocket {
	readonly bufferedAmount: number;
	terminate(): void;
}

/** What a question and an option take in an encoded state beside their texts, generously. */
const QUESTION_BYTES = 256;
const OPTION_BYTES = 40;

/** Two full states of the biggest poll there can be, a newcomer's and a newcomer's again, and some patches. */
export function unreadBytesMax(limits: Limits): number {
	const question = QUESTION_BYTES + OPTION_BYTES * limits.optionsMax;
	return UNREAD_BYTES + 2 * (limits.textsMaxBytes + question * limits.questionsMax);
}

/** Looks once a second; returns how to stop. A closing handshake would wait for the very reader who does not read. */
export function dropSlowReaders(
	sockets: () => Iterable<SentSocket>,
	limits: Limits,
	timers: Timers,
	onLimited: OnLimited,
): () => void {
	const bytesMax = unreadBytesMax(limits);
	let cancel = timers.after(SLOW_READERS_EVERY_MS, look);
	return () => cancel();

	function look(): void {
		for (const socket of sockets()) {
			if (socket.bufferedAmount <= bytesMax) continue;
			onLimited("slow-reader");
			socket.terminate();
		}
		cancel = timers.after(SLOW_READERS_EVERY_MS, look);
	}
}
