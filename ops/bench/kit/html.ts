/** Text that may stand in an element or an attribute. */
export function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A template whose values are escaped, unless they come from such a template themselves. */
export function html(
	pieces: TemplateStringsArray,
	...values: readonly (string | number | Html | readonly Html[])[]
): Html {
	const text = pieces.map((piece, index) => {
		const value = values[index - 1];
		return `${index === 0 ? "" : rendered(value ?? "")}${piece}`;
	});
	return new Html(text.join(""));
}

export class Html {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

function rendered(value: string | number | Html | readonly Html[]): string {
	if (value instanceof Html) return value.text;
	if (typeof value === "object") return value.map(({ text }) => text).join("\n");
	return escaped(`${value}`);
}
