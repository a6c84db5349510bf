/** The body of `POST /api/polls` and the payload of `add-question`. */
import { z } from "zod";
import { type Limits, textBytes } from "../limits.ts";
import { text } from "./text.ts";

export function questionForm(limits: Limits) {
	return z
		.object({
			prompt: text(limits.promptMax),
			kind: z.enum(["single", "multiple"]).default("single"),
			options: z
				.array(text(limits.optionMax))
				.min(limits.optionsMin, `must have at least ${limits.optionsMin} options`)
				.max(limits.optionsMax, `must have at most ${limits.optionsMax} options`)
				.refine((labels) => new Set(labels).size === labels.length, "must be distinct"),
			maxChoices: z.int().min(1).optional(),
		})
		.superRefine((question, context) => {
			const highest = question.kind === "single" ? 1 : question.options.length;
			if ((question.maxChoices ?? 1) <= highest) return;
			context.addIssue({
				code: "custom",
				path: ["maxChoices"],
				message: `must be at most ${highest} for this question`,
			});
		})
		.transform(({ maxChoices, ...question }) => ({
			...question,
			maxChoices: question.kind === "single" ? 1 : (maxChoices ?? question.options.length),
		}));
}

const RETENTION_DAYS_MAX = 3_650;

function settingsForm(limits: Limits) {
	return z.object({
		capacity: z.int().min(1).max(limits.capacityMax).default(limits.capacityDefault),
		results: z.enum(["live", "closed", "host"]).default("live"),
		/** Days after the last activity for which the poll is kept; never longer than the server keeps any. */
		retentionDays: z.int().min(1).max(RETENTION_DAYS_MAX).optional(),
	});
}

/** Parses to `{title, questions, settings}`; a missing title becomes the first prompt. */
export function pollForm(limits: Limits) {
	const full = z.object({
		title: text(limits.titleMax).optional(),
		questions: z
			.array(questionForm(limits))
			.min(1, "must have at least one question")
			.max(limits.questionsMax, `must have at most ${limits.questionsMax} questions`),
		settings: settingsForm(limits).prefault({}),
	});
	return z
		.preprocess(expandShorthand, full)
		.transform((form) => ({
			...form,
			title: form.title ?? firstCodePoints(form.questions[0]?.prompt ?? "", limits.titleMax),
		}))
		.superRefine((form, context) => {
			if (textBytes(form.title, form.questions) <= limits.textsMaxBytes) return;
			context.addIssue({
				code: "custom",
				message: `all texts together must have at most ${limits.textsMaxBytes} bytes`,
			});
		});
}
export type PollForm = z.output<ReturnType<typeof pollForm>>;

/** `{question, options, kind?, maxChoices?}` stands for a poll with that one question. */
function expandShorthand(body: unknown): unknown {
	if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
	if (!Object.hasOwn(body, "question") || Object.hasOwn(body, "questions")) return body;
	const { question, options, kind, maxChoices, ...rest } = body as Record<string, unknown>;
	return { ...rest, questions: [{ prompt: question, options, kind, maxChoices }] };
}

function firstCodePoints(value: string, max: number): string {
	return [...value].slice(0, max).join("");
}
