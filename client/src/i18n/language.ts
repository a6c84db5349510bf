/** The language in use. Adding one: name it here, and the compiler asks for every text. */
import { signal } from "@preact/signals";

export const languages = {
	en: { name: "English", direction: "ltr" },
	de: { name: "Deutsch", direction: "ltr" },
} as const satisfies Record<string, { name: string; direction: "ltr" | "rtl" }>;

export type Language = keyof typeof languages;

export const language = signal<Language>("en");

export function isLanguage(value: unknown): value is Language {
	return typeof value === "string" && Object.hasOwn(languages, value);
}

/** The first of the reader's languages that we have: `de-AT` finds `de`. */
export function bestLanguage(preferred: readonly string[]): Language {
	for (const tag of preferred) {
		const primary = tag.toLowerCase().split("-")[0];
		if (isLanguage(primary)) return primary;
	}
	return "en";
}
