/** Text broken into lines of a given width, between words; a word longer than a line within it. */

/** Width of a text in the same units as its size. */
export type Measure = (text: string, size: number, weight: number) => number;

export interface Fragment {
	readonly size: number;
	readonly weight: number;
	readonly colour: string;
}

export function linesOf(
	text: string,
	{ size, weight }: Fragment,
	width: number,
	measure: Measure,
): readonly string[] {
	const fits = (line: string) => measure(line, size, weight) <= width;
	const lines: string[] = [];
	let line = "";
	for (const word of text.split(/\s+/).filter(Boolean)) {
		const longer = line === "" ? word : `${line} ${word}`;
		if (fits(longer)) {
			line = longer;
			continue;
		}
		if (line !== "") lines.push(line);
		const pieces = piecesOf(word, fits);
		lines.push(...pieces.slice(0, -1));
		line = pieces.at(-1) ?? "";
	}
	return line === "" ? lines : [...lines, line];
}

/** A word in pieces that fit, one sign at least each. */
function piecesOf(word: string, fits: (piece: string) => boolean): string[] {
	if (fits(word)) return [word];
	const pieces: string[] = [];
	let piece = "";
	for (const sign of signsOf(word)) {
		if (piece !== "" && !fits(piece + sign)) {
			pieces.push(piece);
			piece = "";
		}
		piece += sign;
	}
	return [...pieces, piece];
}

/** What a reader takes for one character, where the browser knows it. */
function signsOf(word: string): string[] {
	if (typeof Intl.Segmenter === "undefined") return [...word];
	return [...new Intl.Segmenter().segment(word)].map(({ segment }) => segment);
}
