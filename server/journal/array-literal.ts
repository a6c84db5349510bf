/**
 * A column of a batch as the text of a PostgreSQL array: what both drivers pass on untouched,
 * and several times faster than letting them quote every element.
 */
export type Element = string | number | null;

const plain = /^(?!null$)[a-z0-9-]+$/i;

/** `[1, null, "a b"]` → `{1,NULL,"a b"}`. */
export function arrayLiteral(elements: readonly Element[]): string {
	let text = "{";
	let separator = "";
	for (const element of elements) {
		text += separator + elementText(element);
		separator = ",";
	}
	return `${text}}`;
}

/** As it stands between the commas. */
export function elementText(element: Element): string {
	if (element === null) return "NULL";
	if (typeof element === "number") return String(element);
	return plain.test(element) ? element : `"${element.replaceAll(/["\\]/g, "\\$&")}"`;
}
