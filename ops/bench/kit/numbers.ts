/** Numbers as people read them. */
export function percent(share: number): string {
	return `${Math.round(share * 100)} %`;
}

/** Three digits that matter. */
export function rounded(value: number): string {
	return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
