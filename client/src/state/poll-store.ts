/**
 * A session as signals, for any role: what the poll shows and how the connection is. Owns the
 * session: `stop` leaves it. Wakes it when the device does.
 */
import { computed, type ReadonlySignal } from "@preact/signals";
import type { ConnectionState } from "../session/connection.ts";
import type { PollSnapshot, QuestionSnapshot } from "../session/view.ts";
import type { WatchSession } from "../session/watch-session.ts";
import { frameSignal } from "./frame.ts";
import { type LinkStatus, linkStatus } from "./link-status.ts";
import { onWake } from "./wake.ts";

export interface PollStore {
	readonly snapshot: ReadonlySignal<PollSnapshot>;
	/** The question that the host shows; `undefined` until the poll has begun. */
	readonly current: ReadonlySignal<QuestionSnapshot | undefined>;
	readonly connection: ReadonlySignal<ConnectionState>;
	/** The connection in the words of `ConnectionLight`. */
	readonly link: ReadonlySignal<LinkStatus>;
	stop(): void;
}

export function pollStore(session: WatchSession): PollStore {
	const snapshot = frameSignal(
		() => session.snapshot,
		(changed) => session.onSnapshot(changed),
	);
	const connection = frameSignal(
		() => session.connection,
		(changed) => session.onConnection(changed),
	);
	const link = linkStatus(connection.value, snapshot.value);
	const stopWaking = onWake(() => session.refresh());
	return {
		snapshot: snapshot.value,
		current: computed(() => shownQuestion(snapshot.value.value)),
		connection: connection.value,
		link: link.status,
		stop() {
			for (const part of [snapshot, connection, link]) part.stop();
			stopWaking();
			session.leave();
		},
	};
}

/**
 * The first question is the current one from the start, whether or not the host wants it read
 * already: until something was opened, or another one chosen, nothing is shown.
 */
export function shownQuestion(snapshot: PollSnapshot): QuestionSnapshot | undefined {
	const { questions, currentQuestionId } = snapshot;
	const hasBegun =
		currentQuestionId !== questions[0]?.id || questions.some(({ status }) => status !== "waiting");
	return hasBegun ? questions.find(({ id }) => id === currentQuestionId) : undefined;
}
