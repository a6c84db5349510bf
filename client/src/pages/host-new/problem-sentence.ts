/** What is wrong with a field of the draft, in words. */
import type { Limits } from "../../../../schema/limits.ts";
import { hostNewTexts } from "../../i18n/texts/host-new.ts";
import type { Problem } from "./draft-problems.ts";

export type FieldKind = "prompt" | "option" | "other";

/** `undefined` where nothing is wrong. */
export function problemSentence(
	problem: Problem | undefined,
	limits: Limits,
	field: FieldKind = "other",
): string | undefined {
	if (problem === undefined) return undefined;
	const t = hostNewTexts.value;
	switch (problem.kind) {
		case "empty":
			if (field === "prompt") return t.problemEmptyPrompt;
			return field === "option" ? t.problemEmptyOption(limits.optionsMin) : t.problemEmpty;
		case "characters":
			return t.problemCharacters;
		case "same":
			return t.problemSame;
		case "capacity":
			return t.problemCapacity(limits.capacityMax);
		case "texts":
			return t.problemTexts;
		case "refused":
			return t.problemRefused;
		case "long":
			return t.problemLong(problem.limit);
		case "few":
			return t.problemFew(problem.limit);
		case "many":
			return t.problemMany(problem.limit);
	}
}
