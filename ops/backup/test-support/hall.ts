/** People who vote, and what the database says of them. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { httpApi } from "../../../client/src/session/http-api.ts";
import type { ExportedVote } from "../../../schema/wire/http.ts";
import { seededRandom } from "../../../server/test/simulation/random.ts";
import { Crowd } from "../../../server/test/support/crowd.ts";
import type { Receipt } from "../../../server/test/support/ledger.ts";
import { SteadyVoting } from "../../../server/test/support/steady-voting.ts";

const PEOPLE = 12;
const VOTES_PER_SECOND = 60;
const RECEIPTS_MIN = 20;
const BACK_WITHIN_MS = 30_000;

export interface Hall {
	readonly crowd: Crowd;
	/** The highest epoch that any screen has shown. */
	epochSeen(): number;
	/** Resolves once so many more votes than now are acknowledged. */
	moreVotes(): Promise<void>;
	/** Every vote ever cast, as the host gets it. */
	exported(origin: string): Promise<readonly ExportedVote[]>;
	/** Of the first question, as the host gets them. */
	results(origin: string): Promise<readonly number[]>;
	/** Ends the voting. Every screen then shows what the results say. */
	settle(origin: string): Promise<void>;
	leave(): void;
}

/** People in a poll who vote until `settle`. */
export async function fillHall(origin: string): Promise<Hall> {
	const crowd = await Crowd.gather(origin, PEOPLE, seededRandom(7));
	await crowd.join(PEOPLE);
	const voting = new SteadyVoting(crowd, VOTES_PER_SECOND, seededRandom(8));
	const { code, hostToken } = crowd.poll;
	const moreVotes = async () => {
		const known = crowd.receipts.length;
		const deadline = performance.now() + BACK_WITHIN_MS;
		while (crowd.receipts.length < known + RECEIPTS_MIN) {
			assert.ok(performance.now() < deadline, "nobody's vote is acknowledged");
			await pause(20);
		}
	};
	const last = () => crowd.screens.map(({ pictures }) => pictures.at(-1));
	return {
		crowd,
		moreVotes,
		epochSeen: () => Math.max(...last().map((picture) => picture?.epoch ?? 0)),
		exported: (from) => httpApi(from).exportVotes(code, hostToken),
		async results(from) {
			const { questions } = await httpApi(from).results(code, hostToken);
			return questions[0]?.options.map(({ votes }) => votes) ?? [];
		},
		async settle(from) {
			await voting.stop();
			await crowd.settle();
			const { questions } = await httpApi(from).results(code, hostToken);
			const counted = questions.map(({ id, options }) => [id, options.map(({ votes }) => votes)]);
			for (const { name, pictures } of crowd.screens) {
				assert.deepEqual(pictures.at(-1)?.tallies, Object.fromEntries(counted), name);
			}
		},
		leave: () => crowd.leave(),
	};
}

/** Acknowledged votes that the export does not have, row for row. */
export function missing(
	acknowledged: readonly Receipt[],
	exported: readonly ExportedVote[],
): readonly string[] {
	const there = new Set(
		exported.map((vote) => keyOf(vote.seq, vote.participant_id, vote.question_id, vote)),
	);
	return acknowledged
		.map((vote) => keyOf(vote.seq, vote.participantId, vote.questionId, vote))
		.filter((key) => !there.has(key));
}

function keyOf(
	seq: number,
	participant: string,
	question: string,
	{ revision, choices }: Pick<Receipt, "revision" | "choices">,
): string {
	return [seq, participant, question, revision, ...choices].join(" ");
}
