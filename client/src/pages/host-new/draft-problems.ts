/**
 * What the server would refuse in a draft, found before it is sent, and the server's own words
 * about what was sent, each by the field that it belongs to.
 */
import { defaultLimits, type Limits, textBytes } from "../../../../schema/limits.ts";
import type { Draft, DraftOption, DraftQuestion } from "./draft.ts";
import { inputOf, type Sent } from "./draft-form.ts";

export type Problem =
	| { readonly kind: "empty" | "characters" | "same" | "capacity" | "texts" | "refused" }
	| { readonly kind: "long" | "few" | "many"; readonly limit: number };

/** Problems by field: `title`, `capacity`, `q2`, `q2.prompt`, `q2.o3`, and `draft` for all of it. */
export type Problems = ReadonlyMap<string, Problem>;

export const noProblems: Problems = new Map();

export const fields = {
	prompt: ({ key }: DraftQuestion) => `q${key}.prompt`,
	option: (question: DraftQuestion, { key }: DraftOption) => `q${question.key}.o${key}`,
	maxChoices: ({ key }: DraftQuestion) => `q${key}.max`,
	question: ({ key }: DraftQuestion) => `q${key}`,
};

export function draftProblems(draft: Draft, limits: Limits = defaultLimits): Problems {
	const problems = new Map<string, Problem>();
	if (draft.title.trim() !== "") put(problems, "title", textProblem(draft.title, limits.titleMax));
	for (const question of draft.questions) {
		for (const [field, problem] of questionProblems(question, limits)) problems.set(field, problem);
	}
	put(problems, "capacity", capacityProblem(draft.capacity, limits));
	const { form } = inputOf(draft);
	if (textBytes(form.title ?? "", form.questions) > limits.textsMaxBytes) {
		problems.set("draft", { kind: "texts" });
	}
	return problems;
}

export function questionProblems(
	question: DraftQuestion,
	limits: Limits = defaultLimits,
): Problems {
	const problems = new Map<string, Problem>();
	put(problems, fields.prompt(question), textProblem(question.prompt, limits.promptMax));
	const labels = new Set<string>();
	let missing = limits.optionsMin;
	for (const option of question.options) {
		const label = option.label.trim();
		if (label === "") continue;
		missing -= 1;
		const problem = textProblem(label, limits.optionMax);
		put(problems, fields.option(question, option), problem);
		if (labels.has(label)) problems.set(fields.option(question, option), { kind: "same" });
		labels.add(label);
	}
	const blank = question.options.filter(({ label }) => label.trim() === "");
	for (const option of blank.slice(0, Math.max(0, missing))) {
		problems.set(fields.option(question, option), { kind: "empty" });
	}
	if (missing > blank.length) {
		problems.set(fields.question(question), { kind: "few", limit: limits.optionsMin });
	}
	return problems;
}

/** The `details` of an `invalid_input`, on the fields of what was sent. */
export function serverProblems(
	details: readonly { readonly field: string; readonly message: string }[],
	sent: Sent,
): Problems {
	const problems = new Map<string, Problem>();
	for (const { field, message } of details) {
		const own = fieldOf(field, sent);
		if (!problems.has(own)) problems.set(own, problemOf(own, message));
	}
	return problems;
}

/** Whether two sets of problems speak of the question with this key. */
export function isOfQuestion(field: string, key: number): boolean {
	return field === `q${key}` || field.startsWith(`q${key}.`);
}

/** `questions.0.options.3`, counted as sent, to the field in which it was typed. */
function fieldOf(path: string, { questions }: Sent): string {
	const [area, at, part, option] = path.split(".");
	if (area === "title") return "title";
	if (area === "settings") return at === "capacity" ? "capacity" : "draft";
	const question = area === "questions" ? questions[Number(at)] : undefined;
	if (question === undefined) return "draft";
	const own = `q${question.key}`;
	if (part === "prompt") return `${own}.prompt`;
	if (part === "maxChoices") return `${own}.max`;
	const key =
		part === "options" && option !== undefined ? question.options[Number(option)] : undefined;
	return key === undefined ? own : `${own}.o${key}`;
}

/** The server speaks English to programs; people get their own language. */
function problemOf(field: string, message: string): Problem {
	const limit = Number(/at (?:most|least) (\d+)/.exec(message)?.[1]);
	if (field === "capacity") return { kind: "capacity" };
	if (/at most \d+ characters/.test(message)) return { kind: "long", limit };
	if (/at least \d+ options/.test(message)) return { kind: "few", limit };
	if (/at most \d+ (options|questions)/.test(message)) return { kind: "many", limit };
	if (/at most \d+ bytes/.test(message)) return { kind: "texts" };
	if (/distinct/.test(message)) return { kind: "same" };
	if (/visible/.test(message)) return { kind: "empty" };
	if (/control|Unicode/.test(message)) return { kind: "characters" };
	return { kind: "refused" };
}

const BROKEN = /[\p{Cc}\p{Cs}\ufffd]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

function textProblem(typed: string, max: number): Problem | undefined {
	const text = typed.trim();
	if (!VISIBLE.test(text)) return { kind: "empty" };
	if (BROKEN.test(text)) return { kind: "characters" };
	return [...text].length > max ? { kind: "long", limit: max } : undefined;
}

function capacityProblem(typed: string, limits: Limits): Problem | undefined {
	const text = typed.trim();
	if (text === "") return undefined;
	const isFine = /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= limits.capacityMax;
	return isFine ? undefined : { kind: "capacity" };
}

function put(problems: Map<string, Problem>, field: string, problem: Problem | undefined): void {
	if (problem !== undefined) problems.set(field, problem);
}
