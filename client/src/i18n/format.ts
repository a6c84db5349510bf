/** Numbers, shares and plurals in the language in use. */
import { type Language, language } from "./language.ts";

export interface PluralForms {
	/** `#` stands for the number. */
	readonly one: string;
	readonly other: string;
}

interface Formatter {
	number(value: number): string;
	/** 0 to 1. */
	percent(share: number): string;
	plural(count: number, forms: PluralForms): string;
	/** Short: `4s`, `4 Sek.`. */
	seconds(count: number): string;
}

/** For texts: `en.plural(n, { one: "# vote", other: "# votes" })`. */
export const en = formatter("en");
export const de = formatter("de");

const formatters: { readonly [Each in Language]: Formatter } = { en, de };

export function formatNumber(value: number): string {
	return formatters[language.value].number(value);
}

/** @param share 0 to 1. */
export function formatPercent(share: number): string {
	return formatters[language.value].percent(share);
}

function formatter(tag: Language): Formatter {
	const numbers = new Intl.NumberFormat(tag);
	const percents = new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 0 });
	const plurals = new Intl.PluralRules(tag);
	const seconds = new Intl.NumberFormat(tag, {
		style: "unit",
		unit: "second",
		unitDisplay: "short",
	});
	return {
		seconds: (count) => seconds.format(count),
		number: (value) => numbers.format(value),
		percent: (share) => percents.format(share),
		plural(count, forms) {
			const form = plurals.select(count) === "one" ? forms.one : forms.other;
			return form.replace("#", numbers.format(count));
		},
	};
}
