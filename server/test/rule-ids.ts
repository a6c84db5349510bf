/**
 * Rule ids. SPEC.md defines one per list item that opens with it in bold, `- **J1** …`. A test
 * cites ids at the start of a title: `it("[J1] …")`, `describe("[J1] [J2] …")`.
 */
import { stringLiterals } from "./source-files.ts";

const DEFINITION = /^- \*\*([A-Z]\d+)\*\* /gm;
const LEADING_CITATIONS = /^(?:\[[A-Z]\d+\]\s*)+/;

/** Ids in the order of the text, an id that is defined twice twice. */
export function definedIds(spec: string): readonly string[] {
	return [...spec.matchAll(DEFINITION)].map(([, id]) => id ?? "");
}

export function citedIds(testSource: string): readonly string[] {
	return stringLiterals(testSource).flatMap((literal) => {
		const citations = LEADING_CITATIONS.exec(literal)?.[0] ?? "";
		return citations.match(/[A-Z]\d+/g) ?? [];
	});
}

export interface Mismatch {
	readonly untested: readonly string[];
	readonly unknown: readonly string[];
	readonly definedTwice: readonly string[];
}

export function compareIds(spec: string, testSources: readonly string[]): Mismatch {
	const defined = definedIds(spec);
	const cited = new Set(testSources.flatMap(citedIds));
	return {
		untested: defined.filter((id) => !cited.has(id)),
		unknown: [...cited].filter((id) => !defined.includes(id)).sort(),
		definedTwice: defined.filter((id, place) => defined.indexOf(id) !== place),
	};
}
