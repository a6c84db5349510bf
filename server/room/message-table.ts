/** Every request a room answers: who may ask, what it must look like, what is done. */
import type { ParticipantId } from "../../schema/ids.ts";
import type { Limits } from "../../schema/limits.ts";
import { type Refusal, refusal } from "../../schema/refusals.ts";
import {
	type OwnBallot,
	type RequestAnswers,
	type RequestPayloads,
	type RequestType,
	requestPayloads,
	requestRoles,
} from "../../schema/wire/client-messages.ts";
import { describeIssues } from "../../schema/wire/issues.ts";
import type { PollActor } from "../actor/poll-actor.ts";
import type { HostToken } from "./host-token.ts";
import type { Reply, RequestFrame } from "./request-frames.ts";
import type { Roster } from "./roster.ts";
import type { Seat } from "./seat.ts";

type ReplyTo<Type extends RequestType> =
	| { readonly answer: RequestAnswers[Type] }
	| { readonly refusal: Refusal };

type Handlers = {
	readonly [Type in RequestType]: (
		seat: Seat,
		payload: RequestPayloads[Type],
		done: (reply: ReplyTo<Type>) => void,
	) => void | Promise<void>;
};

/**
 * Answers a request of somebody at `seat`: `done` is called once, in this call or later. A promise
 * is for its rejection alone. Neither throws nor rejects for what a client can send.
 */
export type AnswerRequest = (
	seat: Seat,
	request: RequestFrame,
	done: (reply: Reply) => void,
) => void | Promise<void>;

export interface MessageTableParts {
	readonly limits: Limits;
	readonly actor: PollActor;
	readonly roster: Roster;
	readonly hostToken: HostToken;
	readonly wallClock: () => number;
}

export function messageTable(parts: MessageTableParts): AnswerRequest {
	const { limits, actor, roster, hostToken, wallClock } = parts;
	const payloads = payloadsWithin(limits);
	const handlers: Handlers = {
		hello: (seat, _, done) => done({ answer: hello(seat, actor, wallClock()) }),
		vote: (seat, { questionId, revision, choices }, done) => {
			if (seat.role !== "participant") return done({ refusal: forbidden() });
			const { participantId, requestId } = seat;
			actor.ask(
				{ type: "cast-vote", participantId, questionId, revision, choices },
				requestId,
				done,
			);
		},
		"open-question": (seat, payload, done) =>
			actor.ask({ type: "open-question", ...payload }, seat.requestId, done),
		"close-question": (seat, payload, done) =>
			actor.ask({ type: "close-question", ...payload }, seat.requestId, done),
		"show-question": (seat, payload, done) =>
			actor.ask({ type: "show-question", ...payload }, seat.requestId, done),
		"add-question": (seat, question, done) =>
			actor.ask({ type: "add-question", question }, seat.requestId, done),
		"remove-participant": (seat, payload, done) =>
			actor.ask({ type: "remove-participant", ...payload }, seat.requestId, done),
		"end-poll": (seat, _, done) => actor.ask({ type: "end-poll" }, seat.requestId, done),
		"rotate-host-token": async (seat, payload, done) => {
			if (seat.role !== "host") return done({ refusal: forbidden() });
			done(await hostToken.rotate(seat, payload.hostToken));
		},
		roster: (_, { after }, done) => done({ answer: roster.page(after) }),
	};

	return (seat, request, done) => {
		const { type } = request;
		if (request.isMalformed || !isRequestType(type)) {
			return done({ refusal: refusal("invalid_input", problemWithFrame(request)) });
		}
		if (!requestRoles[type].includes(seat.role)) return done({ refusal: forbidden() });
		const parsed = payloads[type].safeParse(request.payload ?? {});
		if (!parsed.success) {
			return done({ refusal: refusal("invalid_input", describeIssues(parsed.error)) });
		}
		// The table above pairs each type's parser with its handler; TypeScript cannot follow the pairing.
		const handle = handlers[type] as (
			seat: Seat,
			payload: unknown,
			done: (reply: Reply) => void,
		) => void | Promise<void>;
		return handle(seat, parsed.data, done);
	};
}

type Payloads = ReturnType<typeof requestPayloads>;
const payloadsByLimits = new WeakMap<Limits, Payloads>();

/** The same for all rooms: a schema compiles itself at its first use, and takes more room than twenty people. */
function payloadsWithin(limits: Limits): Payloads {
	const known = payloadsByLimits.get(limits);
	if (known !== undefined) return known;
	const payloads = requestPayloads(limits);
	payloadsByLimits.set(limits, payloads);
	return payloads;
}

export function isRequestType(type: string): type is RequestType {
	return Object.hasOwn(requestRoles, type);
}

function problemWithFrame({ isMalformed }: RequestFrame): string {
	return isMalformed ? "The payload is not valid MessagePack." : "There is no such request.";
}

function forbidden(): Refusal {
	return refusal("forbidden", "Your role in this poll does not allow that.");
}

function hello(seat: Seat, { committed }: PollActor, serverTime: number): RequestAnswers["hello"] {
	if (seat.role !== "participant") return { role: seat.role, ballots: [], serverTime };
	const { role, participantId, nickname, token: participantToken } = seat;
	const ballots = ownBallots(committed, participantId);
	return { role, participantId, participantToken, nickname, ballots, serverTime };
}

function ownBallots(
	{ questions }: PollActor["committed"],
	participantId: ParticipantId,
): OwnBallot[] {
	const ballots: OwnBallot[] = [];
	for (const [questionId, question] of questions) {
		const ballot = question.ballots.get(participantId);
		if (ballot === undefined) continue;
		ballots.push({ questionId, revision: ballot.revision, choices: ballot.choices });
	}
	return ballots;
}
