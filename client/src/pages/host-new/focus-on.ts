/**
 * Puts the focus on something once it is there, after the page was drawn anew. Things are named
 * by `data-focus`: fields that were just added, and buttons that have moved with what they move.
 */
import { useLayoutEffect, useRef } from "preact/hooks";

/** Returns what asks for the focus, after the next drawing. Looks within the whole document. */
export function useFocusOn(): (name: string) => void {
	const wanted = useRef<string | undefined>(undefined);
	useLayoutEffect(() => {
		if (wanted.current === undefined) return;
		focusNow(wanted.current);
		wanted.current = undefined;
	});
	return (name) => {
		wanted.current = name;
	};
}

/** At once: for what is there already, such as after a dialog has closed. */
export function focusNow(name: string): void {
	document.querySelector<HTMLElement>(`[data-focus="${CSS.escape(name)}"]`)?.focus();
}
