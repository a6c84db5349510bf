/** What counts as text: any language, no control characters, no broken surrogates, something to see. */
import { z } from "zod";

const CONTROL_CHARACTER = /\p{Cc}/u;
// U+FFFD is what decoders put in place of half a surrogate pair and of bytes that are no UTF-8.
const BROKEN_CHARACTER = /[\p{Cs}\ufffd]/u;
const VISIBLE_CHARACTER = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Length in code points, the unit of every limit on text. */
export function codePoints(text: string): number {
	let count = 0;
	for (const _ of text) count += 1;
	return count;
}

/** A text of 1 to `max` code points. */
export function text(max: number) {
	return z.string().superRefine((value, context) => {
		const problem = problemWith(value, max);
		if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
	});
}

function problemWith(value: string, max: number): string | undefined {
	// UTF-16 units first: a code point has at most two, so this bounds the work that follows.
	if (value.length > 2 * max || codePoints(value) > max)
		return `must have at most ${max} characters`;
	if (CONTROL_CHARACTER.test(value)) return "must not contain control characters or line breaks";
	if (BROKEN_CHARACTER.test(value)) return "must be valid Unicode (it contains a broken character)";
	if (!VISIBLE_CHARACTER.test(value)) return "must contain at least one visible character";
	return undefined;
}
