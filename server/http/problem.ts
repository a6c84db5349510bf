/** Errors of the HTTP API: one shape, no stack trace, no SQL, no path. */
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { z } from "zod";
import { type HttpErrorCode, httpStatusOf } from "../../schema/refusals.ts";
import type { HttpErrorBody } from "../../schema/wire/http.ts";
import { type FieldProblem, fieldProblems } from "../../schema/wire/issues.ts";
import { requestIdOf } from "./request-context.ts";

/** Thrown by handlers; its message goes to the caller. */
export class Problem extends Error {
	readonly code: HttpErrorCode;
	readonly details: readonly FieldProblem[] | undefined;
	readonly retryAfterSeconds: number | undefined;

	constructor(
		code: HttpErrorCode,
		message: string,
		more: { details?: readonly FieldProblem[]; retryAfterSeconds?: number } = {},
	) {
		super(message);
		this.code = code;
		this.details = more.details;
		this.retryAfterSeconds = more.retryAfterSeconds;
	}
}

/** Parses, or throws `invalid_input` that names the fields. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
	const parsed = schema.safeParse(input);
	if (parsed.success) return parsed.data;
	throw new Problem("invalid_input", "The input is not valid; see details.", {
		details: fieldProblems(parsed.error),
	});
}

export function unavailable(message: string): Problem {
	return new Problem("unavailable", message, { retryAfterSeconds: 2 });
}

export const noSuchRoute: RequestHandler = () => {
	throw new Problem("not_found", "There is nothing at this address.");
};

/** `onFault` hears of what the caller is not told. */
export function problemHandler(
	onFault: (cause: unknown, requestId: string) => void,
	isDatabaseFault: (cause: unknown) => boolean,
): ErrorRequestHandler {
	return (cause: unknown, request, response, next) => {
		if (response.headersSent) return next(cause);
		const problem = toProblem(cause, isDatabaseFault);
		if (problem.code === "internal" || problem.code === "unavailable") {
			onFault(cause, requestIdOf(request));
		}
		send(response, problem, requestIdOf(request));
	};
}

function send(response: Response, problem: Problem, requestId: string): void {
	const { code, message, details, retryAfterSeconds } = problem;
	const error = { code, message, requestId, ...(details && { details }) };
	if (retryAfterSeconds !== undefined) response.set("Retry-After", String(retryAfterSeconds));
	response.status(httpStatusOf[code]).json({ error } satisfies HttpErrorBody);
}

/** Express and its body parser throw errors that carry a 4xx status and a `type`. */
const thrownByExpress = z.object({
	status: z.int().min(400).max(499),
	type: z.string().optional(),
});

function toProblem(cause: unknown, isDatabaseFault: (cause: unknown) => boolean): Problem {
	if (cause instanceof Problem) return cause;
	const thrown = thrownByExpress.safeParse(cause);
	if (thrown.success) {
		return thrown.data.status === 413
			? new Problem("payload_too_large", "The body is too large.")
			: new Problem("invalid_input", badRequestMessage(thrown.data.type));
	}
	if (isDatabaseFault(cause)) {
		return unavailable("The database does not answer at the moment. Try again shortly.");
	}
	return new Problem("internal", "Something went wrong on our side.");
}

function badRequestMessage(type: string | undefined): string {
	if (type === "entity.parse.failed") return "The body is not valid JSON.";
	return "The request could not be read.";
}
