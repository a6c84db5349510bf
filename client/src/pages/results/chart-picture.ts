/**
 * A question's chart as an SVG that stands by itself: fixed light colours, no style sheet, no
 * font or picture from elsewhere. Text is measured by whoever asks and broken into lines here.
 */
import { type Fragment, linesOf, type Measure } from "./text-lines.ts";

export type { Measure } from "./text-lines.ts";

export interface ChartInput {
	readonly title: string;
	readonly prompt: string;
	readonly bars: readonly {
		readonly label: string;
		/** 0 to 1. */
		readonly share: number;
		/** The numbers as shown. */
		readonly value: string;
	}[];
	/** Small words at the end: how many voted, the date. */
	readonly foot: string;
	readonly measure: Measure;
}

export interface ChartPicture {
	readonly svg: string;
	/** In SVG units. */
	readonly width: number;
	readonly height: number;
}

/** Faces of like widths on every system; the names need no quotes in an attribute. */
export const PICTURE_FONT = "Arial, Helvetica, Liberation Sans, Noto Sans, sans-serif";

const WIDTH = 1200;
const MARGIN = 64;
const INNER = WIDTH - 2 * MARGIN;
const TRACK = 22;
/** The option's sign, and where its label begins. */
const MARK = 40;
const INDENT = MARK + 18;
// Another face than the one measured may stand wider.
const SPARE = 1.06;

const INK = "#15211b";
const SOFT = "#4b5a51";
const PAPER = "#ffffff";
const GROUND = "#eceadf";
/** The light hues of the pages, in their order. */
const HUES = [
	"#17755a",
	"#8f5f00",
	"#2a66c4",
	"#c23f2b",
	"#7249bd",
	"#0b7a84",
	"#b53572",
	"#667008",
	"#566575",
	"#8a5530",
];

export function chartPicture(input: ChartInput): ChartPicture {
	const measure: Measure = (...text) => input.measure(...text) * SPARE;
	const parts: string[] = [];
	let y = MARGIN - 12;

	const write = (text: string, type: Fragment, x: number, width: number) => {
		for (const line of linesOf(text, type, width, measure)) {
			y += Math.round(type.size * 1.3);
			parts.push(textAt(line, { ...type, x, y }));
		}
	};

	if (input.title !== "")
		write(input.title, { size: 24, weight: 600, colour: SOFT }, MARGIN, INNER);
	write(input.prompt, { size: 40, weight: 700, colour: INK }, MARGIN, INNER);
	y += 28;
	for (const [index, { label, share, value }] of input.bars.entries()) {
		const number = { size: 26, weight: 700, colour: INK } as const;
		const room = INNER - INDENT - measure(value, number.size, number.weight) - 32;
		const top = y;
		write(label, { size: 26, weight: 400, colour: INK }, MARGIN + INDENT, room);
		const first = top + Math.round(number.size * 1.3);
		parts.push(
			mark(index, first),
			textAt(value, { ...number, x: WIDTH - MARGIN, y: first, anchor: "end" }),
		);
		y += 20;
		parts.push(track(y, share, hueOf(index)));
		y += TRACK + 18;
	}
	write(input.foot, { size: 20, weight: 400, colour: SOFT }, MARGIN, INNER);
	const height = y + MARGIN - 16;
	return {
		svg: svgOf(height, `${input.title} ${input.prompt}`.trim(), parts),
		width: WIDTH,
		height,
	};
}

function svgOf(height: number, name: string, parts: readonly string[]): string {
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="${PICTURE_FONT}">`,
		`<title>${escaped(name)}</title>`,
		`<rect width="${WIDTH}" height="${height}" fill="${PAPER}"/>`,
		...parts,
		"</svg>",
	].join("\n");
}

function mark(index: number, baseline: number): string {
	const y = baseline - 30;
	const letter = { size: 22, weight: 700, colour: PAPER } as const;
	return [
		`<rect x="${MARGIN}" y="${y}" width="${MARK}" height="${MARK}" rx="11" fill="${hueOf(index)}"/>`,
		textAt(String.fromCharCode(65 + index), {
			...letter,
			x: MARGIN + MARK / 2,
			y: y + 28,
			anchor: "middle",
		}),
	].join("");
}

/** One vote of ten thousand still shows. */
function track(y: number, share: number, hue: string): string {
	const length = share > 0 ? Math.max(TRACK, Math.round(INNER * Math.min(1, share))) : 0;
	const shape = `x="${MARGIN}" y="${y}" height="${TRACK}" rx="${TRACK / 2}"`;
	return [
		`<rect ${shape} width="${INNER}" fill="${GROUND}"/>`,
		length > 0 ? `<rect ${shape} width="${length}" fill="${hue}"/>` : "",
	].join("");
}

function textAt(
	text: string,
	type: Fragment & { readonly x: number; readonly y: number; readonly anchor?: string },
): string {
	const anchor = type.anchor === undefined ? "" : ` text-anchor="${type.anchor}"`;
	const place = `x="${type.x}" y="${type.y}"${anchor}`;
	return `<text ${place} font-size="${type.size}" font-weight="${type.weight}" fill="${type.colour}" xml:space="preserve">${escaped(text)}</text>`;
}

function hueOf(index: number): string {
	return HUES[index % HUES.length] ?? INK;
}

const ENTITIES: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&apos;",
};

/** As XML 1.0 takes it: what it forbids is left out. */
function escaped(text: string): string {
	return [...text]
		.filter(isXml)
		.join("")
		.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}

function isXml(sign: string): boolean {
	const code = sign.codePointAt(0) ?? 0;
	const isControl = code < 0x20 && code !== 0x09 && code !== 0x0a;
	const isSurrogate = code >= 0xd800 && code <= 0xdfff;
	return !isControl && !isSurrogate && code !== 0xfffe && code !== 0xffff;
}
