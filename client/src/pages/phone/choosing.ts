/** What a tap on an option makes of the choices. */
export type Tap =
	| { readonly kind: "vote"; readonly choices: readonly number[] }
	/** Nothing changes, and the page says why. */
	| { readonly kind: "one-stays" | "all-chosen" };

export function tap(
	question: { readonly kind: "single" | "multiple"; readonly maxChoices: number },
	chosen: readonly number[],
	option: number,
): Tap {
	const isChosen = chosen.includes(option);
	if (question.kind === "single" || question.maxChoices === 1) {
		return isChosen ? { kind: "one-stays" } : { kind: "vote", choices: [option] };
	}
	if (!isChosen && chosen.length >= question.maxChoices) return { kind: "all-chosen" };
	// A ballot without any choice cannot be cast: a vote can be moved, not taken back.
	if (isChosen && chosen.length === 1) return { kind: "one-stays" };
	const choices = isChosen ? chosen.filter((other) => other !== option) : [...chosen, option];
	return { kind: "vote", choices: [...choices].sort((a, b) => a - b) };
}
