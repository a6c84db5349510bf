/** Every request a client may send in a room, with the shape of its payload and of its answer. */
import { z } from "zod";
import type { ParticipantId, QuestionId } from "../ids.ts";
import { type Limits, REVISION_MAX } from "../limits.ts";
import { questionForm } from "./poll-form.ts";
import { participantToken as mintedToken, type Role } from "./session.ts";

const id = z.string().min(1).max(64);
const questionId = id.transform((value) => value as QuestionId);
const participantId = id.transform((value) => value as ParticipantId);
const nothing = z.object({});

/** The payload schemas by request type. */
export function requestPayloads(limits: Limits) {
	return {
		hello: nothing,
		vote: z.object({
			questionId,
			choices: z.array(z.int().min(0)).min(1).max(limits.optionsMax),
			revision: z.int().min(1).max(REVISION_MAX),
		}),
		"open-question": z.object({ questionId }),
		"close-question": z.object({ questionId }),
		"show-question": z.object({ questionId }),
		"add-question": questionForm(limits),
		"remove-participant": z.object({ participantId }),
		"end-poll": nothing,
		"rotate-host-token": z.object({
			/** Minted by the client, so that asking again after a lost answer ends with the same one. */
			hostToken: mintedToken.optional(),
		}),
		roster: z.object({ after: participantId.optional() }),
	};
}
export type RequestPayloads = {
	[Type in keyof ReturnType<typeof requestPayloads>]: z.output<
		ReturnType<typeof requestPayloads>[Type]
	>;
};
export type RequestType = keyof RequestPayloads;

/** What a client puts in, before defaults are filled. */
export type RequestInputs = {
	[Type in RequestType]: z.input<ReturnType<typeof requestPayloads>[Type]>;
};

/** Who may ask what. */
export const requestRoles: { readonly [Type in RequestType]: readonly Role[] } = {
	hello: ["participant", "host", "viewer"],
	vote: ["participant"],
	"open-question": ["host"],
	"close-question": ["host"],
	"show-question": ["host"],
	"add-question": ["host"],
	"remove-participant": ["host"],
	"end-poll": ["host"],
	"rotate-host-token": ["host"],
	roster: ["host"],
};

export interface OwnBallot {
	readonly questionId: QuestionId;
	readonly revision: number;
	readonly choices: readonly number[];
}

export interface Person {
	readonly participantId: ParticipantId;
	readonly nickname: string;
	readonly online: boolean;
}

/** Every answer is an object: anything else counts as a failure. */
export interface RequestAnswers {
	readonly hello: {
		readonly role: Role;
		readonly participantId?: ParticipantId;
		readonly participantToken?: string;
		readonly nickname?: string;
		readonly ballots: readonly OwnBallot[];
		/** ms since 1970 at the server. */
		readonly serverTime: number;
	};
	readonly vote: {
		readonly questionId: QuestionId;
		readonly revision: number;
		/** The vote's number in the poll's journal. */
		readonly seq: number;
	};
	readonly "open-question": Record<string, never>;
	readonly "close-question": Record<string, never>;
	readonly "show-question": Record<string, never>;
	readonly "add-question": { readonly questionId: QuestionId };
	readonly "remove-participant": Record<string, never>;
	readonly "end-poll": Record<string, never>;
	/** The token that is the host's from now on; every earlier one is refused. */
	readonly "rotate-host-token": { readonly hostToken: string };
	readonly roster: { readonly people: readonly Person[]; readonly next?: ParticipantId };
}

/** Sent to hosts when people come, go or are removed; gathered, at most four a second. */
export interface RosterMessage {
	readonly changed: readonly Person[];
	readonly removed: readonly ParticipantId[];
}
