/**
 * Finds out that a poll is led from elsewhere, also for a room that writes nothing: the fence in
 * the database stops its writes, this stops what it says.
 *
 * All polls of the process are looked up together, every two seconds. When the event loop was
 * stalled (a stopped process, a long collection) somebody else may have taken over meanwhile:
 * from the moment of waking everything is in doubt until the epochs were read anew.
 */
import type { PollId } from "../../schema/ids.ts";
import type { Journal } from "../journal/journal.ts";
import type { Timers } from "../lib/timers.ts";

export interface EpochWatch {
	/**
	 * Watches a poll that was activated with this epoch. `onLost` is called once, with `true` when
	 * the poll is deleted and `false` when it has been activated elsewhere. Returns its end.
	 */
	hold(pollId: PollId, epoch: number, onLost: (isDeleted: boolean) => void): () => void;
	/**
	 * To be asked before anything is answered or shown. `undefined`: go on. Else wait: it resolves
	 * once the epochs were read again and who lost a poll was told; never rejects, and stays
	 * pending for as long as the database does not answer.
	 */
	doubt(): Promise<void> | undefined;
	/** The polls that are watched. */
	readonly held: readonly PollId[];
	stop(): void;
}

const LOOK_EVERY_MS = 2_000;
const TICK_MS = 250;
/** Takeovers need a silence of several seconds; what is shorter cannot have cost a poll. */
const STALL_MS = 1_000;
const RETRY_MS = 200;

interface Held {
	readonly epoch: number;
	readonly onLost: (isDeleted: boolean) => void;
}

export function epochWatch(journal: Pick<Journal, "epochsOf">, timers: Timers): EpochWatch {
	const held = new Map<PollId, Held>();
	let lastTickAt = timers.now();
	let confirming: Promise<void> | undefined;
	let isStalledAgain = false;
	let isStopped = false;
	let cancelTick = (): void => {};
	let cancelLook = (): void => {};

	async function look(): Promise<void> {
		if (held.size === 0) return;
		const asked = [...held];
		const epochs = await journal.epochsOf(asked.map(([pollId]) => pollId));
		for (const [pollId, holder] of asked) {
			const epoch = epochs.get(pollId);
			if (held.get(pollId) !== holder || (epoch ?? Number.POSITIVE_INFINITY) <= holder.epoch)
				continue;
			held.delete(pollId);
			holder.onLost(epoch === undefined);
		}
	}

	/** Looks until a look has begun after the last stall and was answered. */
	async function confirm(): Promise<void> {
		while (!isStopped) {
			isStalledAgain = false;
			try {
				await look();
				if (!isStalledAgain && !isStalled()) break;
			} catch {
				await new Promise<void>((resolve) => timers.after(RETRY_MS, resolve));
			}
			lastTickAt = timers.now();
		}
		confirming = undefined;
	}

	function isStalled(): boolean {
		return timers.now() - lastTickAt > TICK_MS + STALL_MS;
	}

	function doubt(): Promise<void> | undefined {
		if (!isStalled()) return confirming;
		lastTickAt = timers.now();
		isStalledAgain = true;
		confirming ??= confirm();
		return confirming;
	}

	function tick(): void {
		void doubt();
		lastTickAt = timers.now();
		cancelTick = timers.after(TICK_MS, tick);
	}

	function lookAgain(): void {
		const next = (): void => {
			if (!isStopped) cancelLook = timers.after(LOOK_EVERY_MS, lookAgain);
		};
		// A failed look says nothing: whoever cannot reach the database cannot write either.
		look().then(next, next);
	}

	tick();
	cancelLook = timers.after(LOOK_EVERY_MS, lookAgain);

	return {
		hold(pollId, epoch, onLost) {
			const holder = { epoch, onLost };
			held.set(pollId, holder);
			return () => {
				if (held.get(pollId) === holder) held.delete(pollId);
			};
		},
		doubt,
		get held() {
			return [...held.keys()];
		},
		stop() {
			isStopped = true;
			cancelTick();
			cancelLook();
		},
	};
}
