/** Appearance and language behind one small button. */
import { useEffect, useRef } from "preact/hooks";
import { sharedTexts } from "../i18n/texts/shared.ts";
import { SlidersIcon } from "./icons.tsx";
import { LanguageSwitch } from "./language-switch.tsx";
import "./settings-menu.css";
import { ThemeSwitch } from "./theme-switch.tsx";

export function SettingsMenu() {
	const menu = useRef<HTMLDetailsElement>(null);
	useEffect(() => closeWhenDone(menu.current), []);
	return (
		<details class="settings" ref={menu}>
			<summary class="button button-quiet button-icon">
				<SlidersIcon />
				<span class="visually-hidden">{sharedTexts.value.settings}</span>
			</summary>
			<div class="settings-panel">
				<ThemeSwitch />
				<LanguageSwitch />
			</div>
		</details>
	);
}

/** Closed by Escape and by anything that happens elsewhere. */
function closeWhenDone(menu: HTMLDetailsElement | null): (() => void) | undefined {
	if (menu === null) return undefined;
	const elsewhere = (event: Event) => {
		if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
	};
	const closeByEscape = (event: KeyboardEvent) => {
		if (event.key !== "Escape" || !menu.open) return;
		menu.open = false;
		menu.querySelector("summary")?.focus();
	};
	document.addEventListener("pointerdown", elsewhere);
	document.addEventListener("focusin", elsewhere);
	menu.addEventListener("keydown", closeByEscape);
	return () => {
		document.removeEventListener("pointerdown", elsewhere);
		document.removeEventListener("focusin", elsewhere);
		menu.removeEventListener("keydown", closeByEscape);
	};
}
