/** What a screen reader is told besides what it finds on the page: each change once, calmly. */
import { type ReadonlySignal, signal } from "@preact/signals";

const text = signal("");
export const announcement: ReadonlySignal<string> = text;

// Long enough for a reader to have noticed it, short enough not to be found by browsing later.
const CLEAR_AFTER_MS = 4_000;
let clearing: ReturnType<typeof setTimeout> | undefined;

/** The same sentence twice in a row is said once. */
export function announce(sentence: string): void {
	if (sentence === text.peek()) return;
	text.value = sentence;
	clearTimeout(clearing);
	clearing = setTimeout(() => {
		text.value = "";
	}, CLEAR_AFTER_MS);
}
