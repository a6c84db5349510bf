/** A draft as the body of `POST /api/polls`, and which field each part of it came from. */
import type { PollSettingsInput, QuestionInput } from "../../session/http-api.ts";
import type { Draft, DraftQuestion } from "./draft.ts";

export interface Sent {
	readonly form: {
		readonly title?: string;
		readonly questions: readonly QuestionInput[];
		readonly settings: PollSettingsInput;
	};
	/** Keys in the order sent: options that were left empty are not among them. */
	readonly questions: readonly { readonly key: number; readonly options: readonly number[] }[];
}

export function inputOf(draft: Draft): Sent {
	const title = draft.title.trim();
	const capacity = draft.capacity.trim();
	return {
		form: {
			...(title === "" ? {} : { title }),
			questions: draft.questions.map(questionInputOf),
			settings: {
				...(capacity === "" ? {} : { capacity: Number(capacity) }),
				results: draft.results,
			},
		},
		questions: draft.questions.map((question) => ({
			key: question.key,
			options: filled(question).map(({ key }) => key),
		})),
	};
}

export function questionInputOf(question: DraftQuestion): QuestionInput {
	const { kind } = question;
	const options = filled(question).map(({ label }) => label.trim());
	const maxChoices = maxChoicesOf(question);
	return {
		prompt: question.prompt.trim(),
		kind,
		options,
		...(maxChoices === undefined ? {} : { maxChoices }),
	};
}

/** `undefined` for any number: also when there are fewer options by now than may be chosen. */
export function maxChoicesOf(question: DraftQuestion): number | undefined {
	const { kind, maxChoices } = question;
	if (kind === "single" || maxChoices === undefined) return undefined;
	return maxChoices < filled(question).length ? maxChoices : undefined;
}

function filled({ options }: DraftQuestion) {
	return options.filter(({ label }) => label.trim() !== "");
}
