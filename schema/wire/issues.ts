/** What is wrong with an input, in the words that go to its sender. */
import type { z } from "zod";

const FIELD_MAX = 100;
const DETAILS_MAX = 20;

export interface FieldProblem {
	/** Path within the input, such as `questions.0.options.3`; empty for the input as a whole. */
	readonly field: string;
	readonly message: string;
}

/** The first problems by field; bounded, because hostile input can be wrong in many places. */
export function fieldProblems(error: z.ZodError): readonly FieldProblem[] {
	return error.issues.slice(0, DETAILS_MAX).map(({ path, message }) => ({
		field: path.map(String).join(".").slice(0, FIELD_MAX),
		message,
	}));
}

/** One sentence for people. */
export function describeIssues(error: z.ZodError): string {
	const [first] = fieldProblems(error);
	if (first === undefined) return "The input is not valid.";
	return first.field === "" ? first.message : `${first.field}: ${first.message}`;
}
