/**
 * A poll as its host writes it, and what can be done to it. Values only: each step gives a new
 * draft. Keys are for the page: they stay with a question or an option wherever it is moved.
 */
import { defaultLimits, type Limits } from "../../../../schema/limits.ts";
import type { QuestionKind, ResultVisibility } from "../../../../schema/poll-words.ts";

export interface DraftOption {
	readonly key: number;
	readonly label: string;
}

export interface DraftQuestion {
	readonly key: number;
	readonly prompt: string;
	readonly kind: QuestionKind;
	readonly options: readonly DraftOption[];
	/** As many as there are options when not given. */
	readonly maxChoices?: number | undefined;
}

export interface Draft {
	readonly title: string;
	readonly questions: readonly DraftQuestion[];
	/** As typed; empty for the server's own number. */
	readonly capacity: string;
	readonly results: ResultVisibility;
}

export function emptyQuestion(key: number): DraftQuestion {
	return {
		key,
		prompt: "",
		kind: "single",
		options: [
			{ key: 1, label: "" },
			{ key: 2, label: "" },
		],
	};
}

export const emptyDraft: Draft = {
	title: "",
	questions: [emptyQuestion(1)],
	capacity: "",
	results: "live",
};

export function isBlankQuestion({ prompt, options }: DraftQuestion): boolean {
	return prompt.trim() === "" && options.every(({ label }) => label.trim() === "");
}

export function isBlank({ title, questions, capacity }: Draft): boolean {
	return title.trim() === "" && capacity.trim() === "" && questions.every(isBlankQuestion);
}

/** A key that none of them has. */
export function freeKey(items: readonly { readonly key: number }[]): number {
	return 1 + items.reduce((highest, { key }) => Math.max(highest, key), 0);
}

/** The same items with the one at `from` at `to`; unchanged where either is outside. */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
	const item = items[from];
	if (item === undefined || to < 0 || to >= items.length || from === to) return items;
	const rest = items.filter((_, index) => index !== from);
	return [...rest.slice(0, to), item, ...rest.slice(to)];
}

export function withOptionAfter(question: DraftQuestion, index: number): DraftQuestion {
	const { options } = question;
	const added = { key: freeKey(options), label: "" };
	return {
		...question,
		options: [...options.slice(0, index + 1), added, ...options.slice(index + 1)],
	};
}

export interface Pasted {
	readonly question: DraftQuestion;
	/** Index of the last option that was filled. */
	readonly last: number;
	/** Lines for which there was no room. */
	readonly left: number;
}

/** A list put into the option at `index`: a line an option; empty fields are filled first. */
export function withPasted(
	question: DraftQuestion,
	index: number,
	lines: readonly string[],
	limits: Limits = defaultLimits,
): Pasted {
	const { options } = question;
	const isFilled = ({ label }: DraftOption) => label.trim() !== "";
	const before = options.slice(0, index + 1).filter((option, at) => at < index || isFilled(option));
	const after = options.slice(index + 1).filter(isFilled);
	const room = Math.max(0, limits.optionsMax - before.length - after.length);
	const key = freeKey(options);
	const added = lines.slice(0, room).map((label, at) => ({ key: key + at, label }));
	const filled = [...before, ...added, ...after];
	return {
		question: { ...question, options: filled },
		last: Math.max(0, before.length + added.length - 1),
		left: lines.length - added.length,
	};
}

const BULLET = /^(?:[-*•–—·]|\(?\d{1,2}[.)]|\(?[A-Za-z][.)])\s+/;

/** The lines of a pasted list, without what only marks them as one; `undefined` when it is no list. */
export function listLines(text: string): readonly string[] | undefined {
	const lines = text
		.split(/[\r\n]+/)
		.map((line) => asOneLine(line).trim())
		.filter((line) => line !== "");
	if (lines.length < 2) return undefined;
	const isMarked = lines.every((line) => BULLET.test(line));
	return isMarked ? lines.map((line) => line.replace(BULLET, "")) : lines;
}

/** Line breaks and tabs become spaces: the server takes neither. */
export function asOneLine(text: string): string {
	return text.replace(/[\r\n\t\v\f]+/g, " ");
}

/** What a kept draft's JSON says; `undefined` for anything that is none, such as one of another version. */
export function readDraft(json: string | undefined): Draft | undefined {
	try {
		const draft: unknown = JSON.parse(json ?? "");
		return isDraft(draft) ? draft : undefined;
	} catch {
		return undefined;
	}
}

function isDraft(value: unknown): value is Draft {
	const { title, questions, capacity, results } = fieldsOf(value);
	return (
		typeof title === "string" &&
		typeof capacity === "string" &&
		(results === "live" || results === "closed" || results === "host") &&
		Array.isArray(questions) &&
		questions.length > 0 &&
		questions.every(isQuestion)
	);
}

function isQuestion(value: unknown): boolean {
	const { key, prompt, kind, options, maxChoices } = fieldsOf(value);
	return (
		typeof key === "number" &&
		typeof prompt === "string" &&
		(kind === "single" || kind === "multiple") &&
		(maxChoices === undefined || typeof maxChoices === "number") &&
		Array.isArray(options) &&
		options.map(fieldsOf).every((it) => typeof it["key"] === "number" && isText(it["label"]))
	);
}

function isText(value: unknown): value is string {
	return typeof value === "string";
}

function fieldsOf(value: unknown): Record<string, unknown> {
	return typeof value === "object" && value !== null ? { ...value } : {};
}
