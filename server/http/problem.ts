/** Errors of the HTTP API: one shape, no stack trace, no SQL, no path. */
import type { ErrorRequestHandler, RequestHandler } from "express";
import { z } from "zod";
import { type HttpErrorCode, httpStatusOf } from "../../schema/refusals.ts";
import type { HttpErrorBody } from "../../schema/wire/http.ts";
import { type FieldProblem, fieldProblems } from "../../schema/wire/issues.ts";
import type { AuditKind } from "../audit/audit-events.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import { LimitExceeded } from "../limits/limit-exceeded.ts";
import { requestIdOf } from "./request-context.ts";

/** Thrown by handlers; its message goes to the caller. */
export class Problem extends Error {
	readonly code: HttpErrorCode;
	readonly details: readonly FieldProblem[] | undefined;
	readonly retryAfterSeconds: number | undefined;
	/** Under which the audit log has it, where it is worth a line there. */
	readonly audit: AuditKind | undefined;

	constructor(
		code: HttpErrorCode,
		message: string,
		more: {
			details?: readonly FieldProblem[];
			retryAfterSeconds?: number;
			audit?: AuditKind;
		} = {},
	) {
		super(message);
		this.code = code;
		this.details = more.details;
		this.retryAfterSeconds = more.retryAfterSeconds;
		this.audit = more.audit ?? (code === "invalid_input" ? "malformed-input" : undefined);
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

export function notJson(): Problem {
	return new Problem("invalid_input", "The body is not valid JSON.");
}

export const noSuchRoute: RequestHandler = () => {
	throw new Problem("not_found", "There is nothing at this address.");
};

export interface ProblemParts {
	/** Hears of what the caller is not told. */
	readonly onFault: (cause: unknown, requestId: string) => void;
	readonly isDatabaseFault: (cause: unknown) => boolean;
	readonly audit: Pick<AuditLog, "record">;
}

/** What goes to the caller. */
export interface Refusal {
	readonly status: number;
	readonly body: HttpErrorBody;
	readonly retryAfter: string | undefined;
}

/** What the caller is told of a cause; whoever else is to hear of it does. */
export type Refuser = (
	cause: unknown,
	asker: { readonly requestId: string; readonly address: string | undefined },
) => Refusal;

export function refuser({ onFault, isDatabaseFault, audit }: ProblemParts): Refuser {
	return (cause, { requestId, address }) => {
		const problem = toProblem(cause, isDatabaseFault);
		const { code, message, details, retryAfterSeconds } = problem;
		// What is thrown as a problem was meant to be said; anything else is news.
		const isFault = code === "internal" || code === "unavailable";
		if (isFault && !(cause instanceof Problem || cause instanceof LimitExceeded)) {
			onFault(cause, requestId);
		}
		if (problem.audit !== undefined) {
			audit.record({ kind: problem.audit, outcome: "refused", requestId, address });
		}
		return {
			status: httpStatusOf[code],
			body: { error: { code, message, requestId, ...(details && { details }) } },
			retryAfter: retryAfterSeconds?.toString(),
		};
	};
}

export function problemHandler(parts: ProblemParts): ErrorRequestHandler {
	const refuse = refuser(parts);
	return (cause: unknown, request, response, _next) => {
		const requestId = requestIdOf(request);
		if (response.headersSent) {
			// Express itself would write the stack beside the log. Whoever is still there notices the cut.
			if (!hasLeft(cause)) parts.onFault(cause, requestId);
			response.destroy();
			return;
		}
		const { status, body, retryAfter } = refuse(cause, { requestId, address: request.ip });
		if (retryAfter !== undefined) response.set("Retry-After", retryAfter);
		response.status(status).json(body);
	};
}

/** The caller, in the middle of an answer. */
function hasLeft(cause: unknown): boolean {
	return (cause as { readonly code?: unknown } | undefined)?.code === "ERR_STREAM_PREMATURE_CLOSE";
}

/** Express and its body parser throw errors that carry a 4xx status and a `type`. */
const thrownByExpress = z.object({
	status: z.int().min(400).max(499),
	type: z.string().optional(),
});

type Told = Pick<Problem, "code" | "message" | "retryAfterSeconds"> &
	Partial<Pick<Problem, "details" | "audit">>;

function toProblem(cause: unknown, isDatabaseFault: (cause: unknown) => boolean): Told {
	if (cause instanceof Problem || cause instanceof LimitExceeded) return cause;
	const thrown = thrownByExpress.safeParse(cause);
	if (thrown.success) {
		const { status, type } = thrown.data;
		if (status === 413) return new Problem("payload_too_large", "The body is too large.");
		if (type === "entity.parse.failed") return notJson();
		return new Problem("invalid_input", "The request could not be read.");
	}
	if (isDatabaseFault(cause)) {
		return unavailable("The database does not answer at the moment. Try again shortly.");
	}
	return new Problem("internal", "Something went wrong on our side.");
}
