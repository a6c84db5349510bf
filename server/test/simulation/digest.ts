/** What a picture says, as one string: equal strings, equal pictures. */
import type { PollSnapshot } from "../../../client/src/session/view.ts";
import { type Poll, pollStatus } from "../../domain/poll.ts";
import type { StorageState } from "../../journal/group-commit.ts";

export function snapshotOf(
	poll: Poll,
	epoch: number,
	code: string,
	storage: StorageState,
): PollSnapshot {
	return {
		epoch,
		seq: poll.seq,
		code,
		title: poll.title,
		status: pollStatus(poll),
		currentQuestionId: poll.currentQuestionId ?? "",
		capacity: poll.settings.capacity,
		participants: poll.participants.size,
		online: 0,
		hostOnline: false,
		storage,
		questions: [...poll.questions.values()].map((question) => ({
			id: question.id,
			prompt: question.prompt,
			kind: question.kind,
			options: question.options,
			maxChoices: question.maxChoices,
			status: question.status,
			ballots: question.ballots.size,
			counts: [...question.counts],
		})),
	};
}

export function digestOf(snapshot: PollSnapshot): string {
	const { status, currentQuestionId, participants, questions } = snapshot;
	const shown = questions.map(
		({ id, status, ballots, counts }) => `${id} ${status} ${ballots}:${counts}`,
	);
	return `${status} ${currentQuestionId} ${participants} | ${shown.join(" | ")}`;
}
