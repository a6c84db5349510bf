/** What somebody wants of a poll, in the imperative. Who asks is decided before a command exists. */
import type { ParticipantId, QuestionId, TokenHash } from "../../schema/ids.ts";
import type { QuestionDefinition } from "./events.ts";

export type Command =
	| { readonly type: "join"; readonly tokenHash: TokenHash; readonly nickname: string | undefined }
	| {
			readonly type: "cast-vote";
			readonly participantId: ParticipantId;
			readonly questionId: QuestionId;
			readonly choices: readonly number[];
			readonly revision: number;
	  }
	| { readonly type: "open-question"; readonly questionId: QuestionId }
	| { readonly type: "close-question"; readonly questionId: QuestionId }
	| { readonly type: "show-question"; readonly questionId: QuestionId }
	| { readonly type: "add-question"; readonly question: Omit<QuestionDefinition, "id"> }
	| { readonly type: "remove-participant"; readonly participantId: ParticipantId }
	| { readonly type: "end-poll" };

export interface Answers {
	readonly join: { readonly participantId: ParticipantId; readonly isNew: boolean };
	readonly "cast-vote": {
		readonly questionId: QuestionId;
		readonly revision: number;
		readonly seq: number;
	};
	readonly "open-question": Record<string, never>;
	readonly "close-question": Record<string, never>;
	readonly "show-question": Record<string, never>;
	readonly "add-question": { readonly questionId: QuestionId };
	readonly "remove-participant": Record<string, never>;
	readonly "end-poll": Record<string, never>;
}
export type AnswerTo<Type extends Command["type"]> = Answers[Type];
