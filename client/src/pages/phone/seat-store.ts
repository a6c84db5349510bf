/** A participant's seat as signals: the poll, and what became of the own votes. */
import { computed, type ReadonlySignal } from "@preact/signals";
import type { QuestionId } from "../../../../schema/ids.ts";
import type { BallotView } from "../../session/outbox.ts";
import type { PollSession } from "../../session/poll-session.ts";
import { frameSignal } from "../../state/frame.ts";
import { type PollStore, pollStore } from "../../state/poll-store.ts";

export interface SeatStore extends PollStore {
	readonly nickname: string;
	/** The own ballot on the question that the host shows. */
	readonly ballot: ReadonlySignal<BallotView>;
	vote(questionId: QuestionId, choices: readonly number[]): void;
}

const NO_BALLOT: BallotView = { status: "none", choices: [] };

export function seatStore(session: PollSession, code: string): SeatStore {
	const poll = pollStore(session);
	let changes = 0;
	const ballots = frameSignal(
		() => changes,
		(changed) =>
			session.onBallots(() => {
				changes += 1;
				changed();
			}),
	);
	const stopWatchingTabs = onOtherTabVoted(code, () => session.refresh());
	return {
		...poll,
		nickname: session.me.nickname,
		ballot: computed(() => {
			void ballots.value.value;
			const { value: question } = poll.current;
			return question === undefined ? NO_BALLOT : session.ballot(question.id);
		}),
		vote: (questionId, choices) => session.vote(questionId, choices),
		stop() {
			stopWatchingTabs();
			ballots.stop();
			poll.stop();
		},
	};
}

/** Two tabs are one person: what is voted in one shows in the other. */
function onOtherTabVoted(code: string, voted: () => void): () => void {
	const listen = ({ key }: StorageEvent) => {
		if (key?.startsWith(`plenum:${code.toUpperCase()}:votes:`)) voted();
	};
	addEventListener("storage", listen);
	return () => removeEventListener("storage", listen);
}
