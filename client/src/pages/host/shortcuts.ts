/** Single keys that do something while nothing is being typed; they can be switched off. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { browserStore } from "../../state/browser-store.ts";
import { type Shortcut, shortcutOf } from "./shortcut-keys.ts";

const KEPT_AS = "plenum:shortcuts";

/** Whoever speaks to the computer, or hits keys by chance, does without (WCAG 2.1.4). */
export const areShortcutsOn = signal(browserStore.get(KEPT_AS) !== "off");

export function switchShortcuts(isOn: boolean): void {
	areShortcutsOn.value = isOn;
	browserStore.set(KEPT_AS, isOn ? "on" : "off");
}

export function useShortcuts(actions: { readonly [Name in Shortcut]: () => void }): void {
	const latest = useRef(actions);
	latest.current = actions;
	useEffect(() => {
		const press = (event: KeyboardEvent) => {
			if (!areShortcutsOn.peek() || isElsewhere(event)) return;
			const shortcut = shortcutOf(event);
			if (shortcut === undefined) return;
			event.preventDefault();
			latest.current[shortcut]();
		};
		document.addEventListener("keydown", press);
		return () => document.removeEventListener("keydown", press);
	}, []);
}

/** In a field, or in a dialog: keys belong to it. */
function isElsewhere({ target, defaultPrevented }: KeyboardEvent): boolean {
	if (defaultPrevented || document.querySelector("dialog[open]") !== null) return true;
	return target instanceof Element && target.closest("input, textarea, select") !== null;
}
