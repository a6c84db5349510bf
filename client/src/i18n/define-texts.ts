/**
 * Texts of one part of the app, in every language. A key that one language lacks, has too much or
 * with other arguments does not compile. Reading `.value` follows the language switch.
 */
import { computed, type ReadonlySignal } from "@preact/signals";
import { type Language, language } from "./language.ts";

type Texts = Readonly<Record<string, string | ((...args: never[]) => string)>>;
type Translated<T extends Texts> = {
	readonly [Key in keyof T]: T[Key] extends string ? string : T[Key];
};

/** English is the pattern; the others follow its keys. */
export function defineTexts<T extends Texts>(
	texts: { readonly en: T } & {
		readonly [Other in Exclude<Language, "en">]: Translated<NoInfer<T>>;
	},
): TextsSignal<T> {
	const all = texts as { readonly [Each in Language]: Translated<T> };
	return Object.assign(
		computed(() => all[language.value]),
		{ all },
	);
}

export type TextsSignal<T extends Texts> = ReadonlySignal<Translated<T>> & {
	/** For tests: the texts of each language. */
	readonly all: { readonly [Each in Language]: Translated<T> };
};
