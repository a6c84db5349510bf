/** What distinguishes the kinds of question: which choices are valid and how they are counted. */
import type { QuestionKind } from "../../schema/poll-words.ts";
import type { QuestionDefinition } from "./events.ts";

interface QuestionKindRules {
	/** What is wrong with the choices, in words; `undefined` when they are valid. `choices` are distinct and ascending. */
	problemWith(choices: readonly number[], question: QuestionDefinition): string | undefined;
	/** Adds (`+1`) or takes away (`-1`) one ballot. */
	count(counts: number[], choices: readonly number[], by: 1 | -1): void;
}

function countEachChoice(counts: number[], choices: readonly number[], by: 1 | -1): void {
	for (const choice of choices) counts[choice] = (counts[choice] ?? 0) + by;
}

export const questionKinds: { readonly [Kind in QuestionKind]: QuestionKindRules } = {
	single: {
		problemWith: (choices) => (choices.length === 1 ? undefined : "choose exactly one option"),
		count: countEachChoice,
	},
	multiple: {
		problemWith: (choices, { maxChoices }) =>
			choices.length >= 1 && choices.length <= maxChoices
				? undefined
				: `choose 1 to ${maxChoices} options`,
		count: countEachChoice,
	},
};

/** The choices as a set, ascending; `undefined` when one repeats or is not an option of the question. */
export function choiceSet(
	choices: readonly number[],
	question: QuestionDefinition,
): readonly number[] | undefined {
	const sorted = choices.length > 1 ? [...choices].sort((a, b) => a - b) : choices;
	for (const [index, choice] of sorted.entries()) {
		if (choice >= question.options.length || choice === sorted[index - 1]) return undefined;
	}
	return sorted;
}

export function sameChoices(left: readonly number[], right: readonly number[]): boolean {
	return left.length === right.length && left.every((choice, index) => choice === right[index]);
}
