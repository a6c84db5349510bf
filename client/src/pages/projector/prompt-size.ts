/** How large a prompt is set: a short one may fill the wall, a long one leaves room for its options. */
export type PromptSize = "short" | "medium" | "long" | "longest";

const MANY_OPTIONS = 7;
const LONG_OPTIONS = 400;

export function promptSize(prompt: string, options: readonly string[]): PromptSize {
	const isCrowded = options.length >= MANY_OPTIONS || options.join("").length > LONG_OPTIONS;
	if (prompt.length > 140) return isCrowded ? "longest" : "long";
	return prompt.length > 60 || isCrowded ? "medium" : "short";
}
