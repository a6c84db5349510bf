/** Colour scheme and language: chosen here, else as the browser says; kept, and shown on `<html>`. */
import { effect, signal } from "@preact/signals";
import { bestLanguage, isLanguage, type Language, language, languages } from "../i18n/language.ts";
import { browserStore } from "./browser-store.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export const theme = signal<Theme>("system");

const THEME_KEY = "plenum:theme";
const LANGUAGE_KEY = "plenum:language";

export function chooseTheme(chosen: Theme): void {
	theme.value = chosen;
	browserStore.set(THEME_KEY, chosen);
}

export function chooseLanguage(chosen: Language): void {
	language.value = chosen;
	browserStore.set(LANGUAGE_KEY, chosen);
}

/** Once, before the first render. */
export function applyPreferences(root: HTMLElement): void {
	const keptTheme = browserStore.get(THEME_KEY);
	theme.value = themes.find((known) => known === keptTheme) ?? "system";
	const keptLanguage = browserStore.get(LANGUAGE_KEY);
	language.value = isLanguage(keptLanguage) ? keptLanguage : bestLanguage(navigator.languages);
	effect(() => {
		if (theme.value === "system") root.removeAttribute("data-theme");
		else root.dataset["theme"] = theme.value;
	});
	effect(() => {
		root.lang = language.value;
		root.dir = languages[language.value].direction;
	});
}
