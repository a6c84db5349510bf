/**
 * A poll as the wire contract describes it, in a few lines and without a server. It exists only
 * for the tests of the session layer, which must hold against anything that keeps the contract.
 */
import type { ParticipantId, QuestionId } from "../../../../schema/ids.ts";
import { refusal } from "../../../../schema/refusals.ts";
import type { RequestType } from "../../../../schema/wire/client-messages.ts";
import type { Outcome, SeatRequest } from "../seat.ts";
import { isSameList, type PollSnapshot, type QuestionSnapshot } from "../view.ts";

interface FakeQuestion {
	readonly id: QuestionId;
	readonly prompt: string;
	readonly options: readonly string[];
	status: QuestionSnapshot["status"];
}
interface Ballot {
	readonly revision: number;
	readonly choices: readonly number[];
}

export class FakePoll {
	epoch = 1;
	seq = 0;
	storage: PollSnapshot["storage"] = "ok";
	readonly questions: FakeQuestion[] = [];
	/** Ballots by question and token. */
	readonly ballots = new Map<string, Ballot>();
	/** Every choices that ever came in under a question, token and revision. */
	readonly received = new Map<string, Set<string>>();
	/** Answers given instead of what the poll would say, first come first served. */
	readonly instead: Outcome<never>[] = [];
	/** Types of the requests, in order of arrival. */
	readonly asked: RequestType[] = [];
	isEnded = false;

	constructor(questions: number) {
		for (let i = 1; i <= questions; i += 1) this.add(`Question ${i}?`, ["Yes", "No", "Perhaps"]);
		for (const question of this.questions) question.status = "open";
	}

	add(prompt: string, options: readonly string[]): QuestionId {
		const id = `q${this.questions.length + 1}` as QuestionId;
		this.questions.push({ id, prompt, options, status: "waiting" });
		this.seq += 1;
		return id;
	}

	answer(from: SeatRequest, type: RequestType, payload: unknown): Outcome<unknown> {
		this.asked.push(type);
		const instead = this.instead.shift();
		if (instead !== undefined) return instead;
		const token = "participantToken" in from ? from.participantToken : "";
		const input = payload as { questionId: QuestionId; choices: number[]; revision: number };
		switch (type) {
			case "hello":
				return answered(this.#hello(from, token));
			case "vote":
				return this.#vote(token, input);
			case "add-question": {
				const { prompt, options } = payload as FakeQuestion;
				return answered({ questionId: this.add(prompt, options) });
			}
			case "open-question":
			case "close-question":
				return this.#setStatus(input.questionId, type === "open-question" ? "open" : "closed");
			case "rotate-host-token":
				return answered(payload);
			default:
				return answered({});
		}
	}

	ballotOf(token: string, questionId: QuestionId): Ballot | undefined {
		return this.ballots.get(`${questionId}:${token}`);
	}

	snapshot(): PollSnapshot {
		const { epoch, seq, storage } = this;
		return {
			...{ epoch, seq, storage },
			...{ code: "ABCDEF", title: "Fake", status: "open", currentQuestionId: "q1" as QuestionId },
			...{ capacity: 20, participants: 1, online: 1, hostOnline: true },
			questions: this.questions.map((question) => ({
				...question,
				...{ kind: "single", maxChoices: 1, ballots: 0, counts: [] },
			})),
		};
	}

	#hello(from: SeatRequest, token: string) {
		const role = "role" in from ? from.role : "hostToken" in from ? "host" : "participant";
		const ballots = this.questions.flatMap(({ id }) => {
			const ballot = this.ballotOf(token, id);
			return ballot ? [{ questionId: id, ...ballot }] : [];
		});
		const me = { participantId: "p1" as ParticipantId, nickname: "Ada" };
		return { role, ballots, serverTime: 0, ...(role === "participant" ? me : {}) };
	}

	#vote(
		token: string,
		{ questionId, choices, revision }: Ballot & { questionId: QuestionId },
	): Outcome<unknown> {
		this.#remember(`${questionId}:${token}:${revision}`, choices);
		const current = this.ballotOf(token, questionId);
		if (current && revision <= current.revision) {
			const isSame = revision === current.revision && isSameList(choices, current.choices);
			if (isSame) return answered({ questionId, revision, seq: this.seq });
			return { kind: "refused", refusal: { ...refusal("stale_revision", "stale"), current } };
		}
		if (this.questions.find(({ id }) => id === questionId)?.status !== "open") {
			return { kind: "refused", refusal: refusal("question_not_open", "closed") };
		}
		this.ballots.set(`${questionId}:${token}`, { revision, choices: [...choices] });
		this.seq += 1;
		return answered({ questionId, revision, seq: this.seq });
	}

	#setStatus(questionId: QuestionId, status: "open" | "closed"): Outcome<unknown> {
		const question = this.questions.find(({ id }) => id === questionId);
		if (question?.status === "closed" && status === "closed") {
			return { kind: "refused", refusal: refusal("question_not_open", "closed") };
		}
		if (question) question.status = status;
		this.seq += 1;
		return answered({});
	}

	#remember(key: string, choices: readonly number[]): void {
		const seen = this.received.get(key) ?? new Set();
		this.received.set(key, seen.add(choices.join()));
	}
}

function answered(answer: unknown): Outcome<unknown> {
	return { kind: "answered", answer };
}
